extension EmbeddingTable {
    /// The row that `name` stands for.
    ///
    /// Tried in this order, the first that finds anything decides: a key, a label, either without regard to case and
    /// accents, a part of a label, all its words in a label in any order.
    /// - Throws: `EmbeddingError.ambiguous` with the candidates when several are found: those that begin with the name
    ///   first, then the most counted; `EmbeddingError.notFound` with the closest labels when there is none.
    public func row(named name: String) throws -> Int {
        let rows = self.rows(named: name)
        if rows.count == 1 { return rows[0] }
        guard rows.isEmpty else {
            let candidates = rows.prefix(10).map { EmbeddingError.Candidate(row: $0, key: keys[$0], label: labels[$0]) }
            throw EmbeddingError.ambiguous(name: name, candidates: Array(candidates), total: rows.count)
        }
        throw EmbeddingError.notFound(name: name, closest: closestLabels(to: name, count: 3))
    }

    /// Every row that `name` may stand for, the likeliest first, by the rules of `row(named:)`.
    public func rows(named name: String) -> [Int] {
        let exact = keys.indices.filter { keys[$0] == name }
        if !exact.isEmpty { return exact }
        let titled = labels.indices.filter { labels[$0] == name }
        if !titled.isEmpty { return mostCountedFirst(titled) }
        let wanted = FoldedName(name)
        guard wanted.text.contains(where: { !$0.isWhitespace }) else { return [] }
        let folded = labels.map(FoldedName.init)
        let same = labels.indices.filter { folded[$0].text == wanted.text || FoldedName(keys[$0]).text == wanted.text }
        if !same.isEmpty { return mostCountedFirst(same) }
        var parts = labels.indices.filter { folded[$0].contains(wanted) }
        if parts.isEmpty { parts = labels.indices.filter { folded[$0].containsWords(of: wanted) } }
        let begins = parts.filter { folded[$0].text.hasPrefix(wanted.text) }
        let others = parts.filter { !folded[$0].text.hasPrefix(wanted.text) }
        return mostCountedFirst(begins) + mostCountedFirst(others)
    }

    private func mostCountedFirst(_ rows: [Int]) -> [Int] {
        guard let counts else { return rows }
        return rows.sorted { counts[$0] > counts[$1] || (counts[$0] == counts[$1] && $0 < $1) }
    }

    private func closestLabels(to name: String, count: Int) -> [String] {
        let wanted = FoldedName(name)
        let distances = labels.map { FoldedName($0).editDistances(from: wanted) }
        return labels.indices.sorted { (distances[$0], $0) < (distances[$1], $1) }.prefix(count).map { labels[$0] }
    }
}

private func < (a: ((Int, Int), Int), b: ((Int, Int), Int)) -> Bool {
    (a.0.0, a.0.1, a.1) < (b.0.0, b.0.1, b.1)
}
