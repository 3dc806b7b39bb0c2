import CHDF5

/// A zip archive of stored (not deflated) members, all dated 1980-01-01 so that equal contents make equal bytes.
///
/// - Source: PKWARE APPNOTE 6.3.3, sections 4.3.7, 4.3.12 and 4.3.16; without zip64
struct ZipArchive {
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    /// Adds a member.
    ///
    /// - Throws: `WeightError.invalidEntry` beyond 4 GiB, which NumPy's zip could hold and this does not
    mutating func add(_ name: String, _ data: some RandomAccessCollection<UInt8>) throws {
        let start = bytes.count
        let name = Array(name.utf8)
        guard start + data.count + name.count + 30 <= UInt32.max, name.count <= UInt16.max, count < UInt16.max else {
            throw WeightError.invalidEntry(
                path: String(decoding: name, as: UTF8.self),
                reason: "the zip archive would exceed 4 GiB or 65,535 members")
        }
        let checksum = data.withContiguousStorageIfAvailable { UInt32(crc32_z(0, $0.baseAddress, $0.count)) }
        guard let checksum else { throw WeightError.invalidEntry(path: "zip", reason: "its bytes do not lie in a row") }
        // Version needed, flags (UTF-8 names), method (stored), time, date, CRC, sizes, lengths of name and extra field.
        let common: [UInt8] =
            le16(20) + le16(1 << 11) + le16(0) + le16(0) + le16(33) + le32(checksum) + le32(data.count)
            + le32(data.count) + le16(name.count) + le16(0)
        bytes += le32(0x0403_4B50 as UInt32) + common + name
        bytes += data
        // Version made by; then lengths of comment, disk, attributes within and outside; where the member begins.
        directory += le32(0x0201_4B50 as UInt32) + le16(20) + common
        directory += le16(0) + le16(0) + le16(0) + le32(0) + le32(start) + name
        count += 1
    }

    /// The whole archive.
    func finished() throws -> [UInt8] {
        guard bytes.count + directory.count <= UInt32.max else {
            throw WeightError.invalidEntry(path: "zip", reason: "the archive would exceed 4 GiB")
        }
        let end =
            le32(0x0605_4B50 as UInt32) + le16(0) + le16(0) + le16(count) + le16(count) + le32(directory.count)
            + le32(bytes.count) + le16(0)
        return bytes + directory + end
    }

    private func le16(_ value: Int) -> [UInt8] { [UInt8(value & 0xFF), UInt8(value >> 8 & 0xFF)] }

    private func le32(_ value: some BinaryInteger) -> [UInt8] {
        let value = UInt32(truncatingIfNeeded: value)
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
