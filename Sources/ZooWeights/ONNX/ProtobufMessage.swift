/// A message of Protocol Buffers while it is put together; the numbers of arrays are referred to, not copied.
///
/// - Source: https://protobuf.dev/programming-guides/encoding
struct ProtobufMessage {
    private var finished: [FilePart] = []
    private var tail: [UInt8] = []
    /// Its length in bytes.
    private(set) var count = 0

    /// Its bytes in their order.
    var parts: [FilePart] { tail.isEmpty ? finished : finished + [.bytes(tail)] }

    /// Adds a whole number.
    mutating func add(_ field: Int, _ number: Int) {
        append(varint: field << 3)
        append(varint: number)
    }

    /// Adds a real number.
    mutating func add(_ field: Int, _ number: Float) {
        append(varint: field << 3 | 5)
        append((0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> (8 * $0)) })
    }

    /// Adds a text.
    mutating func add(_ field: Int, _ text: String) {
        append(varint: field << 3 | 2)
        append(varint: text.utf8.count)
        append(Array(text.utf8))
    }

    /// Adds the bytes of numbers.
    mutating func add(_ field: Int, _ values: WeightValues) {
        append(varint: field << 3 | 2)
        append(varint: values.count * values.stride)
        append(.values(values), values.count * values.stride)
    }

    /// Adds a message within this one.
    mutating func add(_ field: Int, _ message: ProtobufMessage) {
        append(varint: field << 3 | 2)
        append(varint: message.count)
        for part in message.finished {
            if case .bytes(let bytes) = part { append(bytes) } else { append(part, part.withUnsafeBytes(\.count)) }
        }
        append(message.tail)
    }

    private mutating func append(varint number: Int) {
        var rest = UInt64(bitPattern: Int64(number))
        var bytes: [UInt8] = []
        repeat {
            bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
            rest >>= 7
        } while rest > 0
        append(bytes)
    }

    private mutating func append(_ bytes: [UInt8]) {
        tail += bytes
        count += bytes.count
    }

    private mutating func append(_ part: FilePart, _ length: Int) {
        if !tail.isEmpty { finished.append(.bytes(tail)) }
        tail = []
        finished.append(part)
        count += length
    }
}
