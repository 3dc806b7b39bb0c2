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

    private var names: NameIndex { NameIndex(keys: keys, labels: labels, counts: counts) }
}
