extension EmbeddingTable {
    /// The row that `name` stands for.
    ///
    /// Tried in this order, the first that finds anything decides: a key, a label, either without regard to case and
    /// accents, a title (article moved or left out, then one year off, then without a year), a part of a label, all its
    /// words in a label in any order.
    /// - Throws: `EmbeddingError.ambiguous` with the candidates when several are found: those that begin with the name
    ///   first, then the most counted; `EmbeddingError.notFound` with the closest labels when there is none.
    package func row(named name: String) throws -> Int {
        if let row = keys.firstIndex(of: name) { return row }
        let index = names
        let rows = index.match(name)?.rows ?? []
        guard rows.count == 1 else { throw index.error(for: name, rows: rows) }
        return rows[0]
    }

    /// Every row that `name` may stand for, the likeliest first, by the rules of `row(named:)`.
    package func rows(named name: String) -> [Int] { names.match(name)?.rows ?? [] }

    /// What is to be said where `name` is the key of `row` and the title of another entry; nil elsewhere.
    package func noteOfOther(titled name: String, than row: Int) -> String? {
        guard keys[row] == name, labels[row] != name else { return nil }
        // Of a million entries, few need to be looked at closely.
        let rows = labels.indices.filter { $0 == row || labels[$0].contains(name) }
        let index = NameIndex(keys: rows.map { keys[$0] }, labels: rows.map { labels[$0] }, counts: nil)
        guard let match = index.match(name), let other = index.otherTitled(name, than: match) else { return nil }
        return
            "'\(name)' is taken as the key of '\(labels[row])'; '\(index.labels[other])', which has it as its title, has the "
            + "key '\(index.keys[other])'"
    }

    /// What entries are called in lists that people read: their labels, with the key behind one that several have.
    package func shownLabels(of rows: [Int]) -> [String] { Self.shownLabels(labels, keys: keys, of: rows) }

    /// The same of labels and keys that are in no table.
    package static func shownLabels(_ labels: [String], keys: [String], of rows: [Int]) -> [String] {
        let wanted = Set(rows.lazy.filter { keys[$0] != labels[$0] }.map { labels[$0] })
        guard !wanted.isEmpty else { return rows.map { labels[$0] } }
        var (seen, shared) = (Set<String>(), Set<String>())
        for label in labels where wanted.contains(label) && !seen.insert(label).inserted { shared.insert(label) }
        return rows.map { row in
            shared.contains(labels[row]) && keys[row] != labels[row] ? "\(labels[row]) [\(keys[row])]" : labels[row]
        }
    }

    private var names: NameIndex { NameIndex(keys: keys, labels: labels, counts: counts) }
}
