/// A part of a file: bytes, or the numbers of an array, which are written from where they are.
enum FilePart {
    case bytes([UInt8])
    case values(WeightValues)

    func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        switch self {
        case .bytes(let bytes): try bytes.withUnsafeBytes(body)
        case .values(let values): try values.withUnsafeBytes(body)
        }
    }
}
