import Foundation

/// Reads a file line by line, or a number of bytes at a time, in memory bounded by the longest line.
package struct LineReader: ~Copyable {
    /// The path as it was given, for messages.
    let path: String
    /// The line that was read last, from 1.
    private(set) var line = 0
    /// How many bytes were read so far.
    private(set) var offset = 0
    /// The size of the file in bytes.
    let size: Int
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var hasEnded = false
    private static let blockBytes = 1 << 20
    private static let mostLineBytes = 1 << 24

    /// Opens a regular file.
    ///
    /// - Throws: `VectorFileError.unreadable`
    init(path: String) throws {
        (descriptor, size) = try Self.open(path)
        self.path = path
    }

    deinit { close(descriptor) }

    /// The first bytes of a file, at most 64 KiB.
    ///
    /// - Throws: `VectorFileError.unreadable`
    package static func head(of path: String) throws -> [UInt8] {
        var reader = try LineReader(path: path)
        _ = try reader.peek()
        return Array(reader.buffer.prefix(1 << 16))
    }

    private static func open(_ path: String) throws -> (descriptor: Int32, size: Int) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw refused(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw VectorFileError.unreadable(path: path, reason: "it is not a regular file")
        }
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw refused(path) }
        return (descriptor, Int(status.st_size))
    }

    private static func refused(_ path: String) -> VectorFileError {
        .unreadable(path: path, reason: String(cString: strerror(errno)))
    }

    /// Calls `body` with the bytes of the next line, without its end; nil at the end of the file.
    ///
    /// - Throws: `VectorFileError.unreadable`; `.badEntry` for a line of over 16 MiB
    mutating func next<Value>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Value) throws -> Value? {
        var searched = start
        while true {
            let found = buffer[searched...].withUnsafeBytes { rest in
                memchr(rest.baseAddress ?? UnsafeRawPointer(bitPattern: 1)!, 0x0A, rest.count).map {
                    UnsafeRawPointer($0) - rest.baseAddress!
                }
            }
            if let found { return try line(until: searched + found, skipping: 1, body) }
            searched = buffer.count - start
            guard searched <= Self.mostLineBytes else {
                throw VectorFileError.badEntry(
                    path: path, place: "line \(line + 1)", reason: "it is longer than 16 MiB")
            }
            guard try fill() else {
                return start < buffer.count ? try line(until: buffer.count, skipping: 0, body) : nil
            }
        }
    }

    /// Calls `body` with the next `count` bytes; nil where there are fewer.
    ///
    /// - Throws: `VectorFileError.unreadable`
    mutating func take<Value>(_ count: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Value) throws -> Value? {
        while buffer.count - start < count { guard try fill() else { return nil } }
        defer {
            start += count
            offset += count
        }
        return try buffer[start..<start + count].withUnsafeBufferPointer(body)
    }

    /// Passes over the byte order mark at the beginning of a text in UTF-8.
    ///
    /// - Throws: `VectorFileError.unreadable`
    mutating func skipByteOrderMark() throws {
        _ = try peek()
        if offset == 0, buffer[start...].starts(with: [0xEF, 0xBB, 0xBF]) { _ = try take(3) { _ in } }
    }

    /// The next byte, which stays; nil at the end of the file.
    mutating func peek() throws -> UInt8? {
        if start == buffer.count { guard try fill() else { return nil } }
        return buffer[start]
    }

    private mutating func line<Value>(
        until end: Int, skipping rest: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Value
    ) throws -> Value {
        line += 1
        defer {
            offset += end + rest - start
            start = end + rest
        }
        let hasReturn = end > start && buffer[end - 1] == 0x0D
        return try buffer[start..<(hasReturn ? end - 1 : end)].withUnsafeBufferPointer(body)
    }

    /// Reads another block behind what is left; false at the end of the file.
    private mutating func fill() throws -> Bool {
        guard !hasEnded else { return false }
        buffer.removeSubrange(..<start)
        start = 0
        let kept = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: Self.blockBytes))
        while true {
            let got = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + kept, Self.blockBytes) }
            if got >= 0 {
                buffer.removeLast(Self.blockBytes - got)
                hasEnded = got == 0
                return got > 0
            }
            if errno != EINTR { throw Self.refused(path) }
        }
    }
}
