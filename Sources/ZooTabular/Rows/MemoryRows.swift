/// A table in memory.
package struct MemoryRows: RowSource {
    /// The columns.
    package let columns: [TableColumn]
    private let blocks: [RowBlock]

    /// A table of given blocks.
    ///
    /// - Precondition: every block has one entry a column.
    package init(_ columns: [TableColumn], blocks: [RowBlock]) {
        precondition(
            blocks.allSatisfy { $0.columns.count == columns.count },
            "MemoryRows: \(columns.count) columns, blocks of \(blocks.map(\.columns.count))")
        self.columns = columns
        self.blocks = blocks
    }

    /// Goes through all rows.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws { for block in blocks { try body(block) } }
}

extension MemoryRows {
    /// A table of texts and numbers by column.
    ///
    /// - Precondition: columns of the same length
    package init(_ named: [(column: TableColumn, values: MemoryColumn)], blockSize: Int = 4096) {
        let count = named.first?.values.count ?? 0
        precondition(named.allSatisfy { $0.values.count == count }, "MemoryRows: columns of different lengths")
        let dictionaries = named.map { _ in TextDictionary() }
        let blocks = stride(from: 0, to: count, by: blockSize).map { start in
            let range = start..<min(start + blockSize, count)
            return RowBlock(
                rowCount: range.count,
                columns: zip(named, dictionaries).map { named, dictionary in
                    switch named.values {
                    case .numbers(let values): .numbers(Array(values[range]))
                    case .texts(let values):
                        .texts(
                            codes: values[range].map { $0.map { dictionary.code(for: $0) } ?? -1 },
                            dictionary: dictionary)
                    }
                })
        }
        self.init(named.map(\.column), blocks: blocks)
    }
}

/// The values of a column in memory.
package enum MemoryColumn: Sendable {
    /// Numbers; NaN where one is missing.
    case numbers([Double])
    /// Texts; nil where one is missing.
    case texts([String?])

    /// How many rows.
    package var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }
}
