/// Turns blocks of a table into encoded rows.
package struct RowEncoder {
    private let features: FittedFeatures
    /// How the rows lie in memory.
    package let record: RecordLayout
    private let categoryColumns: [Int]
    private let continuousColumns: [Int]
    private let targetColumn: Int?
    private var caches: [CategoryCache]
    private var targetCache = CategoryCache()

    /// Looks the columns up in a source that has the derived ones (`FittedFeatures.derived`).
    ///
    /// - Throws: `TabularError.missingColumns`
    package init(_ features: FittedFeatures, columns: [TableColumn]) throws {
        self.features = features
        record = features.record
        let names = columns.map(\.name)
        let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        let missing = features.columns.filter { places[$0.name] == nil }.map(\.name)
        guard missing.isEmpty else { throw TabularError.missingColumns(missing, present: names) }
        for column in features.columns where column.name != features.target.column {
            guard let place = places[column.name], columns[place].holdsBlobs == true else { continue }
            throw TabularError.invalid(
                "column '\(column.name)' holds BLOBs, and the model was trained on values of the kind \(column.kind.rawValue)"
            )
        }
        func all(_ wanted: [String]) throws -> [Int] {
            let absent = wanted.filter { places[$0] == nil }
            guard absent.isEmpty else { throw TabularError.missingColumns(absent, present: names) }
            return wanted.compactMap { places[$0] }
        }
        categoryColumns = try all(features.categories.map(\.column))
        continuousColumns = try all(features.continuous.map(\.column))
        targetColumn = places[features.target.column]
        caches = Array(repeating: CategoryCache(), count: features.categories.count)
    }

    /// Whether the source has the target.
    package var hasTarget: Bool { targetColumn != nil }

    /// The encoded rows of a block.
    ///
    /// - Parameter body: called for each row with its number in the block, its record, and whether its target is known
    package mutating func encode(
        _ block: RowBlock, _ body: (_ row: Int, _ record: UnsafeRawBufferPointer, _ hasTarget: Bool) throws -> Void
    ) rethrows {
        let codes = features.categories.indices.map {
            features.categories[$0].codes(block.columns[categoryColumns[$0]], cache: &caches[$0])
        }
        let numbers = continuousColumns.map { block.columns[$0].asNumbers }
        let targets = targetColumn.map { features.target.encoded(block.columns[$0], cache: &targetCache) }
        let record = record
        try withUnsafeTemporaryAllocation(byteCount: record.stride, alignment: 4) { buffer in
            guard let base = buffer.baseAddress else { return }
            let bytes = base.assumingMemoryBound(to: UInt8.self)
            bytes.update(repeating: 0, count: record.stride)
            for row in 0..<block.rowCount {
                for index in codes.indices {
                    RecordLayout.write(
                        code: Int(codes[index][row]), to: bytes + record.codeOffsets[index],
                        bytes: record.codeBytes[index])
                }
                for index in numbers.indices {
                    (base + record.continuousOffset + index * 4).storeBytes(
                        of: features.continuous[index].input(numbers[index][row]), as: Float.self)
                }
                let target = targets?[row]
                switch target {
                case .number(let value): (base + record.targetOffset).storeBytes(of: value, as: Float.self)
                case .label(let label): (base + record.targetOffset).storeBytes(of: label, as: Int32.self)
                case nil: (base + record.targetOffset).storeBytes(of: 0, as: Int32.self)
                }
                try body(row, UnsafeRawBufferPointer(buffer), target != nil)
            }
        }
    }
}
