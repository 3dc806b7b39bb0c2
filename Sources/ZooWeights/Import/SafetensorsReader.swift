import Foundation

/// Reads safetensors files.
///
/// - Source: the format's README, https://github.com/huggingface/safetensors: the header has at most 100 MB, the arrays
///   cover the rest of the file without holes or overlaps
enum SafetensorsReader {
    private static let mostHeaderBytes = 100_000_000

    /// Whether a file of so many bytes begins as such a one does: a length that fits, and a brace.
    static func isOne(_ head: [UInt8], of count: Int) -> Bool {
        guard count > 9, head[8] == UInt8(ascii: "{") else { return false }
        return head[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) } <= UInt64(count)
    }

    /// The arrays, of which each is read when it is asked for, and the texts of `__metadata__`.
    static func read(_ bytes: FileBytes) throws -> (entries: [WeightEntry], texts: [String: String]) {
        var cursor = ByteCursor(bytes, bytes.all, location: "safetensors header")
        let length = try cursor.unsigned(8)
        guard length <= mostHeaderBytes else {
            throw ForeignError.malformed(location: cursor.location, reason: "it claims \(length) bytes")
        }
        let header = try cursor.take(length)
        guard let values = try? JSONDecoder().decode([String: SafetensorsValue].self, from: Data(bytes.read(header)))
        else {
            throw ForeignError.malformed(location: cursor.location, reason: "it is not JSON of arrays")
        }
        var arrays: [(name: String, description: SafetensorsValue.Description)] = []
        var texts: [String: String] = [:]
        for (name, value) in values {
            switch value {
            case .array(let description): arrays.append((name, description))
            case .texts(let found): if name == "__metadata__" { texts = found }
            }
        }
        // In the order of their bytes, which is that of the model where the writer kept it.
        arrays.sort { ($0.description.dataOffsets, $0.name) < ($1.description.dataOffsets, $1.name) }
        var end = 0
        let entries = try arrays.map { name, array in
            try entry(name, array, bytes, from: header.upperBound, after: &end)
        }
        guard end == cursor.rest else {
            throw ForeignError.malformed(
                location: "safetensors", reason: "its arrays have \(end) bytes, behind the header are \(cursor.rest)")
        }
        return (entries, texts)
    }

    private static func entry(
        _ name: String, _ array: SafetensorsValue.Description, _ bytes: FileBytes, from base: Int, after end: inout Int
    ) throws -> WeightEntry {
        func refuse(_ reason: String) -> ForeignError { .malformed(location: name, reason: reason) }
        guard let type = type(array.dtype) else {
            throw ForeignError.unsupported(reason: "its array \(name) is of the type \(array.dtype.prefix(20))")
        }
        guard array.dataOffsets.count == 2, array.dataOffsets[0] == end, array.dataOffsets[1] >= end,
            array.dataOffsets[1] <= bytes.count - base
        else { throw refuse("its bytes \(array.dataOffsets) overlap others, leave holes or are not there") }
        var count = 1
        guard array.shape.count <= 32, array.shape.allSatisfy({ $0 >= 0 }) else { throw refuse("\(array.shape)") }
        for size in array.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard !overflow else { throw refuse("its sizes \(array.shape) overflow") }
            count = product
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: type.width)
        let (start, stop) = (array.dataOffsets[0], array.dataOffsets[1])
        guard !overflow, size == stop - start else {
            throw refuse("\(array.shape) of \(array.dtype) in \(stop - start) bytes")
        }
        end = stop
        return WeightEntry(path: name, shape: array.shape, type: type.weightType) {
            try type.values(bytes, base + start..<base + stop)
        }
    }

    private static func type(_ name: String) -> TorchType? {
        switch name {
        case "F64": .float64
        case "F32": .float32
        case "F16": .float16
        case "BF16": .bfloat16
        case "I64": .int64
        case "I32": .int32
        case "I16": .int16
        case "I8": .int8
        case "U8": .uint8
        case "BOOL": .boolean
        default: nil
        }
    }
}

/// Arrays are compared item by item.
private func < (left: ([Int], String), right: ([Int], String)) -> Bool {
    left.0 == right.0 ? left.1 < right.1 : left.0.lexicographicallyPrecedes(right.0)
}
