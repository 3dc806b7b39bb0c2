/// The first structure of an HDF5 file, read without the library, which opens no file that is cut short.
///
/// - Source: HDF5 File Format Specification 3.0, II.A
struct HDF5Superblock {
    /// Where it begins: 0, or behind a user block of 512 bytes or a power of two times that.
    let offset: Int
    /// Its version.
    let version: Int
    /// The size that the file has at least, with the user block; nil where the structure is cut short or of a version that is not known.
    let end: Int?

    private static let signature: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    /// Finds it; nil in a file that is not HDF5.
    init?(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count, !bytes.dropFirst(offset).starts(with: Self.signature) {
            offset = offset == 0 ? 512 : offset * 2
        }
        guard offset + 9 <= bytes.count else { return nil }
        self.offset = offset
        version = Int(bytes[offset + 8])
        // Sizes of addresses and where the end is said: behind fixed fields, the base address and another one.
        let (sizeAt, addressesAt) = version < 2 ? (13, version == 0 ? 24 : 28) : (9, 12)
        guard version <= 3, offset + sizeAt < bytes.count else {
            end = nil
            return
        }
        let size = Int(bytes[offset + sizeAt])
        let place = offset + addressesAt + 2 * size
        guard [2, 4, 8].contains(size), place + size <= bytes.count else {
            end = nil
            return
        }
        let value = bytes[place..<place + size].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // The library counts from the beginning of the file here, where the specification has the base address.
        end = Int(exactly: value)
    }
}
