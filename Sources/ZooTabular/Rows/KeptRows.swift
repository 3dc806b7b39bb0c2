import ZooRecords

/// The rows of a source that a split does not hold out, as if there were no others.
package struct KeptRows: RowSource {
    private let source: any RowSource
    private let split: ResolvedSplit
    /// The columns of the source.
    package var columns: [TableColumn] { source.columns }

    /// Looks the split's column up, and goes through it once.
    ///
    /// - Throws: as `ResolvedSplit`
    package init(_ source: any RowSource, without split: DataSplit, seed: UInt64) throws {
        self.source = source
        self.split = try ResolvedSplit(split, of: source, seed: seed)
    }

    /// Goes through the rows that are kept.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        var first = 0
        try source.forEachBlock { block in
            let isHeldOut = split.validation(block, first: first)
            first += block.rowCount
            let rows = isHeldOut.indices.filter { !isHeldOut[$0] }
            guard !rows.isEmpty else { return }
            try body(RowBlock(rowCount: rows.count, columns: block.columns.map { $0.selecting(rows) }))
        }
    }
}

extension ColumnValues {
    /// The values of some rows, in their order.
    fileprivate func selecting(_ rows: [Int]) -> ColumnValues {
        switch self {
        case .numbers(let values): .numbers(rows.map { values[$0] })
        case .texts(let codes, let dictionary): .texts(codes: rows.map { codes[$0] }, dictionary: dictionary)
        }
    }
}
