/// Vectors as SQLite keeps them: little-endian Float32, one after the other.
enum VectorCoding {
    /// The numbers of a BLOB, a rest of less than four bytes left out.
    static func floats(_ bytes: [UInt8]) -> [Float] {
        bytes.withUnsafeBytes { buffer in
            (0..<buffer.count / 4).map { index in
                Float(
                    bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
            }
        }
    }
}
