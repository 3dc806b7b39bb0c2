import ZooKernels

/// The inputs that come from one column of the table: what is exchanged together when a column's part is asked for.
package struct FeatureGroup: Sendable, Hashable {
    /// The column.
    package let name: String
    let categories: [Int]
    let continuous: [Int]

    /// Copies the group's inputs from one record to another.
    @inline(__always) func copy(
        from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ record: RecordLayout
    ) {
        for index in categories {
            let (offset, size) = (record.codeOffsets[index], record.codeBytes[index])
            (target + offset).update(from: source + offset, count: size)
        }
        for index in continuous {
            let offset = record.continuousOffset + index * 4
            (target + offset).update(from: source + offset, count: 4)
        }
    }
}

extension FittedFeatures {
    /// One group a column, in the order of the inputs; the parts of a date belong to their date.
    package var groups: [FeatureGroup] {
        var names: [String] = []
        var categories: [String: [Int]] = [:]
        var continuous: [String: [Int]] = [:]
        func add(_ name: String) { if !names.contains(name) { names.append(name) } }
        for (index, category) in self.categories.enumerated() {
            let name = origin(of: category.column)
            add(name)
            categories[name, default: []].append(index)
        }
        for (index, number) in self.continuous.enumerated() {
            let name = origin(of: number.column)
            add(name)
            continuous[name, default: []].append(index)
        }
        return names.map {
            FeatureGroup(name: $0, categories: categories[$0] ?? [], continuous: continuous[$0] ?? [])
        }
    }

    private func origin(of column: String) -> String {
        dates.first { date in DatePart.allCases.contains { $0.name(of: date) == column } } ?? column
    }
}

/// A sample of encoded rows, side by side in memory.
package struct RecordSample: Sendable {
    let bytes: [UInt8]
    /// How many.
    package let count: Int
    let record: RecordLayout

    /// Up to `limit` rows, each with the same chance.
    ///
    /// - Throws: `TabularError.temporaryFile`, `.invalid` when there are none
    package init(_ rows: EncodedRows, limit: Int, seed: UInt64) throws {
        try self.init(RowSelection(rows), limit: limit, seed: seed)
    }

    init(_ rows: RowSelection, limit: Int, seed: UInt64) throws {
        record = rows.record
        let stride = rows.record.stride
        var kept: [UInt8] = []
        var seen = 0
        var generator = RandomGenerator(seed: seed)
        try rows.forEachBatch(of: 4096) { batch in
            for row in 0..<batch.count {
                let from = UnsafeBufferPointer(start: batch.record(row), count: stride)
                seen += 1
                if seen <= limit {
                    kept.append(contentsOf: from)
                } else {
                    let place = Int.random(in: 0..<seen, using: &generator)
                    if place < limit { kept.replaceSubrange(place * stride..<(place + 1) * stride, with: from) }
                }
            }
        }
        bytes = kept
        count = min(seen, limit)
        guard count > 0 else { throw TabularError.invalid("there are no rows with a known target") }
    }
}
