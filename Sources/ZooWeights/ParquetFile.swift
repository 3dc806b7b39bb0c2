/// A column of a Parquet file.
package struct ParquetColumn: Sendable {
    /// The values of a column, nil for none; vectors lie one behind the other.
    package enum Values: Sendable {
        case texts([String?])
        case integers([Int64?])
        case reals([Double?])
        case vectors([Float], width: Int)
    }

    let name: String
    let values: Values

    /// Names the values of a column.
    package init(_ name: String, _ values: Values) { (self.name, self.values) = (name, values) }
}

/// A table as an Apache Parquet file: plain values without compression, vectors as lists of 32-bit numbers.
///
/// - Source: the format of Apache Parquet 2.11 (parquet.thrift, Encodings.md, LogicalTypes.md), Thrift's compact protocol
package enum ParquetFile {
    private static let magic = Array("PAR1".utf8)
    /// The bytes of vectors after which a row group ends, so that readers need no more at once.
    private static let groupBytes = 64 << 20

    /// The bytes of a file.
    ///
    /// - Parameter rows: how many values each column has
    package static func bytes(_ columns: [ParquetColumn], rows: Int) -> [UInt8] {
        var file = magic
        var groups: [ThriftStructure] = []
        let width = columns.map(\.numbersARow).max() ?? 1
        let step = max(1, groupBytes / (4 * width))
        for first in stride(from: 0, to: rows, by: step) {
            let part = first..<min(rows, first + step)
            let start = file.count
            let chunks = columns.map { column -> ThriftStructure in
                let offset = file.count
                let (page, values) = column.page(part)
                file += pageHeader(bytes: page.count, values: values)
                file += page
                return column.chunk(offset: offset, bytes: file.count - offset, values: values)
            }
            groups.append(
                ThriftStructure([
                    (1, .list(chunks.map(ThriftValue.structure))), (2, .int64(Int64(file.count - start))),
                    (3, .int64(Int64(part.count))),
                ]))
        }
        let root = ThriftStructure([(4, .text("schema")), (5, .int32(Int32(columns.count)))])
        let schema = [root] + columns.flatMap(\.schema)
        let footer = ThriftStructure([
            (1, .int32(1)), (2, .list(schema.map(ThriftValue.structure))), (3, .int64(Int64(rows))),
            (4, .list(groups.map(ThriftValue.structure))), (6, .text("zoo")),
        ]).bytes
        return file + footer + UInt32(footer.count).littleEndianBytes + magic
    }

    private static func pageHeader(bytes: Int, values: Int) -> [UInt8] {
        let data = ThriftStructure([
            (1, .int32(Int32(values))), (2, .int32(Encoding.plain)), (3, .int32(Encoding.runs)),
            (4, .int32(Encoding.runs)),
        ])
        let size = ThriftValue.int32(Int32(bytes))
        return ThriftStructure([(1, .int32(0)), (2, size), (3, size), (5, .structure(data))]).bytes
    }

    /// Numbers of the format's encodings.
    fileprivate enum Encoding {
        static let plain: Int32 = 0
        static let runs: Int32 = 3
    }
}

extension ParquetColumn {
    /// Numbers in each row.
    fileprivate var numbersARow: Int { if case .vectors(_, let width) = values { width } else { 1 } }

    /// Its part of the schema, which is in the order of a walk through the tree.
    fileprivate var schema: [ThriftStructure] {
        func leaf(_ type: Int32, _ converted: Int32? = nil) -> [ThriftStructure] {
            let kind: [(Int16, ThriftValue)] = converted.map { [(6, .int32($0))] } ?? []
            return [ThriftStructure([(1, .int32(type)), (3, .int32(1)), (4, .text(name))] + kind)]
        }
        switch values {
        case .texts: return leaf(6, 0)
        case .integers: return leaf(2)
        case .reals: return leaf(5)
        case .vectors:
            let list = ThriftStructure([(3, .int32(0)), (4, .text(name)), (5, .int32(1)), (6, .int32(3))])
            let repeated = ThriftStructure([(3, .int32(2)), (4, .text("list")), (5, .int32(1))])
            let element = ThriftStructure([(1, .int32(4)), (3, .int32(0)), (4, .text("element"))])
            return [list, repeated, element]
        }
    }

    /// What the footer says of the values of a row group.
    fileprivate func chunk(offset: Int, bytes: Int, values count: Int) -> ThriftStructure {
        let (type, path): (Int32, [String]) =
            switch values {
            case .texts: (6, [name])
            case .integers: (2, [name])
            case .reals: (5, [name])
            case .vectors: (4, [name, "list", "element"])
            }
        let encodings = [ParquetFile.Encoding.plain, ParquetFile.Encoding.runs].map(ThriftValue.int32)
        let size = ThriftValue.int64(Int64(bytes))
        let metadata = ThriftStructure([
            (1, .int32(type)), (2, .list(encodings)), (3, .list(path.map(ThriftValue.text))), (4, .int32(0)),
            (5, .int64(Int64(count))), (6, size), (7, size), (9, .int64(Int64(offset))),
        ])
        return ThriftStructure([(2, .int64(Int64(offset))), (3, .structure(metadata))])
    }

    /// The page of some rows, and how many values are in it, with those that are none.
    fileprivate func page(_ rows: Range<Int>) -> (bytes: [UInt8], values: Int) {
        switch values {
        case .texts(let texts):
            return Self.page(texts[rows]) { UInt32($0.utf8.count).littleEndianBytes + Array($0.utf8) }
        case .integers(let integers): return Self.page(integers[rows]) { $0.littleEndianBytes }
        case .reals(let reals): return Self.page(reals[rows]) { $0.bitPattern.littleEndianBytes }
        case .vectors(let numbers, let width):
            // A row begins where nothing is repeated; every element is there.
            var repetitions = LevelRuns()
            var definitions = LevelRuns()
            for _ in rows {
                repetitions.add(0, 1)
                repetitions.add(1, width - 1)
            }
            definitions.add(1, rows.count * width)
            let part = numbers[rows.lowerBound * width..<rows.upperBound * width]
            var bytes = repetitions.bytes + definitions.bytes
            bytes.reserveCapacity(bytes.count + 4 * part.count)
            for number in part { withUnsafeBytes(of: number.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
            return (bytes, part.count)
        }
    }

    private static func page<Value>(
        _ values: ArraySlice<Value?>, _ plain: (Value) -> [UInt8]
    ) -> (bytes: [UInt8], values: Int) {
        var definitions = LevelRuns()
        for value in values { definitions.add(value == nil ? 0 : 1, 1) }
        return (values.reduce(into: definitions.bytes) { if let value = $1 { $0 += plain(value) } }, values.count)
    }
}

/// Levels of 0 and 1 as run lengths, behind their number of bytes.
private struct LevelRuns {
    private var runs: [UInt8] = []
    private var (level, length) = (UInt8(0), 0)

    mutating func add(_ level: UInt8, _ count: Int) {
        guard count > 0 else { return }
        if level != self.level { end() }
        (self.level, length) = (level, length + count)
    }

    private mutating func end() {
        guard length > 0 else { return }
        runs += UInt64(length << 1).varintBytes + [level]
        length = 0
    }

    var bytes: [UInt8] {
        var closed = self
        closed.end()
        return UInt32(closed.runs.count).littleEndianBytes + closed.runs
    }
}

/// A value of Thrift's compact protocol.
private enum ThriftValue {
    case int32(Int32)
    case int64(Int64)
    case text(String)
    case structure(ThriftStructure)
    case list([ThriftValue])

    var type: UInt8 {
        switch self {
        case .int32: 5
        case .int64: 6
        case .text: 8
        case .list: 9
        case .structure: 12
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .int32(let value): return Int64(value).zigzagBytes
        case .int64(let value): return value.zigzagBytes
        case .text(let text): return UInt64(text.utf8.count).varintBytes + Array(text.utf8)
        case .structure(let structure): return structure.bytes
        case .list(let values):
            let type = values.first?.type ?? 12
            let head =
                values.count < 15 ? [UInt8(values.count) << 4 | type] : [0xF0 | type] + UInt64(values.count).varintBytes
            return values.reduce(into: head) { $0 += $1.bytes }
        }
    }
}

/// Fields by their numbers, which rise by 1 to 15.
private struct ThriftStructure {
    let fields: [(number: Int16, value: ThriftValue)]

    init(_ fields: [(Int16, ThriftValue)]) { self.fields = fields.map { (number: $0.0, value: $0.1) } }

    var bytes: [UInt8] {
        var (result, last): ([UInt8], Int16) = ([], 0)
        for (number, value) in fields {
            result.append(UInt8(number - last) << 4 | value.type)
            result += value.bytes
            last = number
        }
        return result + [0]
    }
}

extension FixedWidthInteger {
    fileprivate var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}

extension Int64 {
    fileprivate var zigzagBytes: [UInt8] { UInt64(bitPattern: (self << 1) ^ (self >> 63)).varintBytes }
}

extension UInt64 {
    /// Seven bits a byte, the lowest first.
    fileprivate var varintBytes: [UInt8] {
        var (rest, bytes): (UInt64, [UInt8]) = (self, [])
        while rest > 127 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
