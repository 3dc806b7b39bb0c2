import Foundation

/// The bytes of a delimited file as UTF-8, whatever its encoding, in bounded memory.
///
/// A byte-order mark is taken off, and decides; UTF-16 without one is known by its zeros. UTF-8 is not checked here.
final class DecodedBytes {
    /// How the file is encoded.
    private enum Form { case plain, singleBytes, utf16(isBigEndian: Bool) }

    /// The least room that `read` is given: no character takes more.
    static let leastRoom = 4
    /// The path as it was given, for messages.
    let file: String
    /// About how many bytes of UTF-8 there are; exact where the file is UTF-8.
    let size: Int
    /// Whether the file is UTF-16.
    let isUTF16: Bool
    private let descriptor: Int32
    private let form: Form
    /// Bytes that were decoded and not handed out yet.
    private var ahead: [UInt8] = []
    /// Bytes of UTF-16 that are half a character.
    private var half: [UInt8] = []
    private var line = 1

    /// Opens the file.
    ///
    /// - Throws: `DataError.unreadable`, `.wrongEncoding` where the byte-order mark says other than `encoding`
    init(path: String, encoding: TextEncoding) throws {
        descriptor = try openForReading(path)
        file = path
        var status = stat()
        fstat(descriptor, &status)
        var head = [UInt8](repeating: 0, count: 4096)
        head.removeLast(head.count - max(0, pread(descriptor, &head, head.count, 0)))
        let mark: (length: Int, form: Form?) =
            switch true {
            case head.starts(with: [0xFF, 0xFE]): (2, .utf16(isBigEndian: false))
            case head.starts(with: [0xFE, 0xFF]): (2, .utf16(isBigEndian: true))
            case head.starts(with: [0xEF, 0xBB, 0xBF]): (3, .plain)
            default: (0, nil)
            }
        switch encoding {
        case .utf8: form = mark.form ?? Self.unmarked(head)
        case .latin1: form = .singleBytes
        case .utf16le: form = .utf16(isBigEndian: false)
        case .utf16be: form = .utf16(isBigEndian: true)
        }
        if case .utf16 = form { isUTF16 = true } else { isUTF16 = false }
        if case .singleBytes = form, case .utf16 = mark.form {
            close(descriptor)
            let reason = "its byte-order mark says that this is UTF-16: leave --encoding out"
            throw DataError.wrongEncoding(file: path, line: 1, reason: reason)
        }
        size = isUTF16 ? Int(status.st_size) / 2 : Int(status.st_size)
        lseek(descriptor, off_t(mark.length), SEEK_SET)
    }

    deinit { close(descriptor) }

    /// UTF-16 of letters that have a place in Latin-1, or with delimiters and digits among others, has a zero in every few
    /// units, always in the same half; no other text has any.
    private static func unmarked(_ head: [UInt8]) -> Form {
        var zeros = [0, 0]
        for (place, byte) in head.enumerated() where byte == 0 { zeros[place & 1] += 1 }
        let needed = max(2, head.count / 8)
        if zeros[0] == 0, zeros[1] >= needed { return .utf16(isBigEndian: false) }
        if zeros[1] == 0, zeros[0] >= needed { return .utf16(isBigEndian: true) }
        return .plain
    }

    /// Passes over lines.
    ///
    /// - Returns: how many there were
    func skipLines(_ count: Int) throws -> Int {
        var skipped = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while skipped < count {
            let filled = try buffer.withUnsafeMutableBufferPointer { room in
                try room.baseAddress.map { try read(into: $0, room: room.count) } ?? 0
            }
            guard filled > 0 else { break }
            var position = 0
            while position < filled, skipped < count {
                if buffer[position] == 10 { skipped += 1 }
                position += 1
            }
            ahead = buffer[position..<filled] + ahead
        }
        return skipped
    }

    /// Puts the next bytes into `room` bytes of memory.
    ///
    /// - Returns: how many there are now, 0 at the end of the file
    /// - Throws: `DataError.unreadable`, `.wrongEncoding` for what is no UTF-16
    func read(into start: UnsafeMutablePointer<UInt8>, room: Int) throws -> Int {
        if !ahead.isEmpty {
            let count = min(room, ahead.count)
            ahead.withUnsafeBufferPointer { if let base = $0.baseAddress { start.update(from: base, count: count) } }
            ahead.removeFirst(count)
            return count
        }
        switch form {
        case .plain: return try raw(start, room)
        case .singleBytes: return Self.widen(start, count: try raw(start, room / 3))
        case .utf16(let isBigEndian): return try utf16(start, room: room, isBigEndian)
        }
    }

    private func raw(_ start: UnsafeMutablePointer<UInt8>, _ room: Int) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, start, room)
            if count >= 0 { return count }
            if errno != EINTR { throw DataError.unreadable(path: file, reason: String(cString: strerror(errno))) }
        }
    }

    /// Turns Windows-1252 into UTF-8 in place, from the end; there is room for it.
    private static func widen(_ bytes: UnsafeMutablePointer<UInt8>, count: Int) -> Int {
        var wide = 0
        for position in 0..<count where bytes[position] >= 0x80 {
            wide += Windows1252.code(bytes[position]) < 0x800 ? 1 : 2
        }
        var (source, target) = (count, count + wide)
        while source < target {
            source -= 1
            let code = Windows1252.code(bytes[source])
            if code < 0x80 {
                target -= 1
                bytes[target] = UInt8(code)
            } else {
                target -= code < 0x800 ? 2 : 3
                write(UInt32(code), to: bytes + target)
            }
        }
        return count + wide
    }

    /// Writes a character of two bytes and more; gives their number.
    @discardableResult
    private static func write(_ code: UInt32, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        func rest(_ shift: UInt32) -> UInt8 { UInt8(code >> shift & 0x3F | 0x80) }
        if code < 0x80 {
            bytes[0] = UInt8(code)
            return 1
        }
        if code < 0x800 {
            (bytes[0], bytes[1]) = (UInt8(code >> 6 | 0xC0), rest(0))
            return 2
        }
        if code < 0x10000 {
            (bytes[0], bytes[1], bytes[2]) = (UInt8(code >> 12 | 0xE0), rest(6), rest(0))
            return 3
        }
        (bytes[0], bytes[1], bytes[2], bytes[3]) = (UInt8(code >> 18 | 0xF0), rest(12), rest(6), rest(0))
        return 4
    }

    private func utf16(_ start: UnsafeMutablePointer<UInt8>, room: Int, _ isBigEndian: Bool) throws -> Int {
        var buffer = [UInt8](repeating: 0, count: half.count + max(2, room / 3 * 2 - half.count))
        buffer.replaceSubrange(..<half.count, with: half)
        let count = try buffer.withUnsafeMutableBufferPointer { bytes in
            try bytes.baseAddress.map { try raw($0 + half.count, bytes.count - half.count) } ?? 0
        }
        let end = half.count + count
        guard end > 0 else { return 0 }
        half = []
        func unit(_ place: Int) -> UInt32 {
            let (first, second) = (UInt32(buffer[place]), UInt32(buffer[place + 1]))
            return isBigEndian ? first << 8 | second : second << 8 | first
        }
        var (position, written) = (0, 0)
        while position < end {
            let isLead = position + 2 <= end && (0xD800..<0xDC00).contains(unit(position))
            guard position + (isLead ? 4 : 2) <= end else {
                guard count > 0 else { throw flaw("half a character of UTF-16 at the end") }
                half = Array(buffer[position..<end])
                break
            }
            var code = unit(position)
            if isLead {
                let low = unit(position + 2)
                guard (0xDC00..<0xE000).contains(low) else { throw flaw("a lone surrogate of UTF-16") }
                code = 0x10000 + (code - 0xD800) << 10 + low - 0xDC00
            } else if (0xDC00..<0xE000).contains(code) {
                throw flaw("a lone surrogate of UTF-16")
            }
            if code == 10 { line += 1 }
            written += Self.write(code, to: start + written)
            position += isLead ? 4 : 2
        }
        // Half a character alone gives nothing yet.
        return written > 0 || count == 0 ? written : try utf16(start, room: room, isBigEndian)
    }

    private func flaw(_ reason: String) -> DataError { .wrongEncoding(file: file, line: line, reason: reason) }
}
