/// Turns the objects of a JSON file into records, the names of its columns being the first.
final class JSONRecords {
    private let objects: JSONObjects
    private let columns: [String]
    private var names = JSONNames()
    private var row = JSONRow()
    /// The fields of the row, by column.
    private var values: [Range<Int>]
    /// The row in which a column had a field last.
    private var stamps: [Int]
    private var rows = 0
    private enum Next { case header, object, waiting }
    private var next = Next.header

    init(_ table: JSONTable, source: DecodedBytes) throws {
        objects = try table.objects(of: source)
        columns = table.columns.map(\.name)
        for name in columns { _ = names.add(Array(name.utf8)[...]) }
        values = Array(repeating: 0..<0, count: columns.count)
        stamps = Array(repeating: 0, count: columns.count)
    }

    /// Puts the next records into an empty block; false at the end of the file.
    func fill(_ block: RecordBlock) throws -> Bool {
        var used = 0
        while true {
            switch next {
            case .header:
                row.clear(line: 1)
                for (column, name) in columns.enumerated() {
                    let start = row.bytes.count
                    row.bytes += Array(name.utf8)
                    values[column] = start..<row.bytes.count
                }
                next = .waiting
            case .object:
                guard try objects.next(&row) else { return !block.records.isEmpty }
                place()
                next = .waiting
            case .waiting:
                // One byte behind each field, so that there are never more fields than bytes.
                let needed = values.reduce(values.count) { $0 + $1.count } + 1
                if used + needed > block.capacity {
                    if !block.records.isEmpty { return true }
                    block.grow(to: needed, keeping: 0)
                }
                used = add(to: block, at: used)
                block.endOffset = objects.offset
                next = .object
            }
        }
    }

    /// Finds the column of each field.
    private func place() {
        for column in values.indices { values[column] = 0..<0 }
        guard row.problem == nil else { return }
        rows += 1
        for field in row.fields {
            guard let column = names.place(of: row.bytes[field.name]) else { continue }
            guard stamps[column] != rows else {
                row.problem = "the name '\(columns[column])' occurs twice"
                return
            }
            (stamps[column], values[column]) = (rows, field.value)
        }
    }

    private func add(to block: RecordBlock, at start: Int) -> Int {
        var position = start
        let first = block.fieldCount
        // A quote around each field: blanks in it are of the value.
        block.bytes[position] = UInt8(ascii: "\"")
        position += 1
        row.bytes.withUnsafeBufferPointer { bytes in
            for value in values {
                block.starts[block.fieldCount] = UInt32(position)
                if let base = bytes.baseAddress {
                    (block.bytes + position).update(from: base + value.lowerBound, count: value.count)
                }
                position += value.count
                block.ends[block.fieldCount] = UInt32(position)
                block.bytes[position] = UInt8(ascii: "\"")
                position += 1
                block.fieldCount += 1
            }
        }
        block.add(.init(line: row.line, firstField: first, fieldCount: values.count, problem: row.problem))
        return position
    }
}
