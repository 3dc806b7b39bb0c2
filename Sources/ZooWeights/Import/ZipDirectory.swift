import CHDF5

/// The members of a zip archive whose members are stored as they are, as those of PyTorch's and Keras's files.
///
/// A member that is deflated, or that overlaps another, could grow to any size: the one is never read, the other refused, so
/// that what is read is never more than the file.
/// - Source: PKWARE APPNOTE 6.3.3, sections 4.3.7, 4.3.12, 4.3.14 to 4.3.16, 4.5.3 (zip64)
struct ZipDirectory {
    /// Where the bytes of each member that is stored as it is lie, by its name.
    private(set) var members: [String: Range<Int>] = [:]
    /// The names in the order of the directory.
    private(set) var names: [String] = []
    private let bytes: FileBytes
    private var checksums: [String: UInt32] = [:]
    private var compressed: [String: (error: ForeignError, method: Int, range: Range<Int>, size: Int)] = [:]

    init(_ bytes: FileBytes) throws {
        self.bytes = bytes
        let (entries, range) = try Self.place(bytes)
        var cursor = ByteCursor(bytes, range, location: "zip directory")
        for _ in 0..<entries { try read(&cursor) }
        // Members in a row: each begins where the one before it has ended, or later.
        let sorted = (members.values + compressed.values.map(\.range)).filter { !$0.isEmpty }.sorted {
            $0.lowerBound < $1.lowerBound
        }
        for (member, next) in zip(sorted, sorted.dropFirst()) where member.upperBound > next.lowerBound {
            throw ForeignError.malformed(location: "zip directory", reason: "members overlap, as in a zip bomb")
        }
    }

    /// Where a member lies, whose checksum is checked.
    ///
    /// - Throws: `ForeignError` for one that is not there, compressed or damaged
    func checked(_ name: String) throws -> Range<Int> {
        if let member = compressed[name] { throw member.error }
        guard let range = members[name] else {
            throw ForeignError.malformed(location: "zip directory", reason: "there is no \(name)")
        }
        try check(bytes, range, name)
        return range
    }

    /// Bytes of a member when it is unpacked; 0 where there is none.
    func size(of name: String) -> Int { members[name]?.count ?? compressed[name]?.size ?? 0 }

    private func check(_ content: FileBytes, _ range: Range<Int>, _ name: String) throws {
        var sum: uLong = 0
        try content.forEachPiece(of: range) {
            sum = crc32_z(sum, $0.bindMemory(to: UInt8.self).baseAddress, $0.count)
        }
        let checksum = UInt32(sum)
        // 0 is what torch.save writes where it was told not to count (torch.serialization.set_crc32_options).
        guard checksum == checksums[name] || checksums[name] == 0 else {
            throw ForeignError.malformed(location: name, reason: "its checksum is another")
        }
    }

    /// The bytes of a deflated member; nil for one that is stored as it is.
    ///
    /// Arrays shrink to a third, texts to a fiftieth: what would grow to more than 64 MB and to more than a hundred times its size
    /// is refused, and nothing grows beyond what the directory says.
    /// - Throws: `ForeignError` for one that is packed otherwise, damaged, or a zip bomb
    func inflated(_ name: String) throws -> [UInt8]? {
        guard let member = compressed[name] else { return nil }
        guard member.method == 8 else {
            throw ForeignError.unsupported(
                reason: "its member \(name) is packed by method \(member.method), not by deflate")
        }
        guard member.size <= 64 << 20 || member.size / 100 <= member.range.count else {
            throw ForeignError.unsupported(
                reason:
                    "its member \(name) would grow from \(member.range.count) bytes to \(member.size), as a zip bomb")
        }
        let packed = try bytes.read(member.range)
        var written = 0
        let content = [UInt8](unsafeUninitializedCapacity: member.size) { target, count in
            written = packed.withUnsafeBytes {
                zoo_inflate($0.baseAddress, $0.count, target.baseAddress, member.size)
            }
            count = max(0, written)
        }
        guard written == member.size else {
            throw ForeignError.malformed(location: name, reason: "it is not deflated as the zip directory says")
        }
        try check(FileBytes(content), content.indices, name)
        return content
    }

    /// How many members there are, and where the directory lies.
    private static func place(_ bytes: FileBytes) throws -> (count: Int, range: Range<Int>) {
        let noEnd = ForeignError.malformed(location: "zip", reason: "its directory is missing: the file is cut short")
        guard bytes.count >= 22 else { throw noEnd }
        let first = max(0, bytes.count - 22 - 0xFFFF)
        let tail = try bytes.read(first..<bytes.count)
        guard
            let place = (0...tail.count - 22).last(where: {
                tail[$0] == 0x50 && tail[$0..<$0 + 4].elementsEqual([0x50, 0x4B, 5, 6])
            })
        else { throw noEnd }
        let end = first + place
        var cursor = ByteCursor(bytes, end + 10..<bytes.count, location: "zip directory")
        var (count, size, offset) = (try cursor.unsigned(2), try cursor.unsigned(4), try cursor.unsigned(4))
        if count == 0xFFFF || size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, end >= 20,
            try bytes.read(end - 20..<end - 16) == [0x50, 0x4B, 6, 7]
        {
            var locator = ByteCursor(bytes, end - 12..<end, location: "zip directory")
            let large = try locator.unsigned(8)
            guard large <= end - 56, try bytes.read(large..<large + 4) == [0x50, 0x4B, 6, 6] else { throw noEnd }
            var record = ByteCursor(bytes, large + 32..<end, location: "zip directory")
            (count, size, offset) = (try record.unsigned(8), try record.unsigned(8), try record.unsigned(8))
        }
        guard offset <= end, size <= end - offset, count <= size / 46 else {
            throw ForeignError.malformed(location: "zip directory", reason: "it is larger than the file")
        }
        return (count, offset..<offset + size)
    }

    /// A member's entry in the directory, and then its place.
    private mutating func read(_ cursor: inout ByteCursor) throws {
        guard try cursor.unsigned(4) == 0x0201_4B50 else {
            throw ForeignError.malformed(location: cursor.location, reason: "an entry does not begin like one")
        }
        try cursor.skip(4)
        let (flags, method) = (try cursor.unsigned(2), try cursor.unsigned(2))
        try cursor.skip(4)
        let checksum = UInt32(truncatingIfNeeded: try cursor.unsigned(4))
        var (packed, size) = (try cursor.unsigned(4), try cursor.unsigned(4))
        let lengths = (try cursor.unsigned(2), try cursor.unsigned(2), try cursor.unsigned(2))
        try cursor.skip(8)
        var offset = try cursor.unsigned(4)
        let name = try cursor.text(lengths.0)
        let fields = FileBytes(Array(try cursor.piece(lengths.1)))
        var extra = ByteCursor(fields, fields.all, location: cursor.location)
        try cursor.skip(lengths.2)
        while extra.rest >= 4 {
            let (kind, length) = (try extra.unsigned(2), try extra.unsigned(2))
            var field = ByteCursor(fields, try extra.take(length), location: cursor.location)
            guard kind == 1 else { continue }
            if size == 0xFFFF_FFFF { size = try field.unsigned(8) }
            if packed == 0xFFFF_FFFF { packed = try field.unsigned(8) }
            if offset == 0xFFFF_FFFF { offset = try field.unsigned(8) }
        }
        guard flags & 1 == 0 else { throw ForeignError.unsupported(reason: "its member \(name) is encrypted") }
        let range = try place(name, offset, method == 0 ? size : packed)
        guard members[name] == nil, compressed[name] == nil else {
            throw ForeignError.malformed(location: name, reason: "there are two of that name")
        }
        (checksums[name], _) = (checksum, names.append(name))
        guard method == 0, packed == size else {
            let error = ForeignError.unsupported(
                reason: "its member \(name) is compressed (\(packed) bytes for \(size)), which no weights file is: "
                    + "a zip bomb, or packed again by hand")
            compressed[name] = (error, method, range, size)
            return
        }
        members[name] = range
    }

    private func place(_ name: String, _ offset: Int, _ size: Int) throws -> Range<Int> {
        guard offset <= bytes.count - 30, case let head = try bytes.read(offset..<offset + 30),
            head.starts(with: [0x50, 0x4B, 3, 4])
        else {
            throw ForeignError.malformed(location: name, reason: "it is not where the zip directory says")
        }
        let lengths = [26, 28].map { Int(head[$0]) | Int(head[$0 + 1]) << 8 }
        var rest = ByteCursor(bytes, offset + 30..<bytes.count, location: name)
        try rest.skip(lengths[0] + lengths[1])
        return try rest.take(size)
    }
}
