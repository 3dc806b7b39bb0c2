import Foundation
import ZooRecords

/// Writes rows as CSV (RFC 4180, lines end in LF), to a file or to wherever text goes.
///
/// A file is written under a temporary name and takes its own only when all is in it: a run that breaks off leaves the
/// old file.
package final class DelimitedWriter {
    private var buffer: [UInt8] = []
    private let write: (UnsafeRawBufferPointer) throws -> Void
    private let columnCount: Int
    private static let chunk = 1 << 16
    private static let specials: [UInt8] = [10, 13, 34, 44]  // line ends, quote, comma

    /// - Parameter write: takes bytes as they come
    init(columns: [String], write: @escaping (UnsafeRawBufferPointer) throws -> Void) throws {
        self.write = write
        columnCount = columns.count
        try add(columns.map { .text($0) })
    }

    /// Writes a row.
    ///
    /// - Precondition: it has as many cells as there are columns.
    package func add(_ row: [QueryValue]) throws {
        precondition(row.count == columnCount, "DelimitedWriter: \(row.count) cells in \(columnCount) columns")
        for (index, cell) in row.enumerated() {
            if index > 0 { buffer.append(UInt8(ascii: ",")) }
            append(cell.plainText)
        }
        // A row of one empty field would be a blank line, which readers skip.
        if columnCount == 1, row[0].plainText.isEmpty { buffer.append(contentsOf: [34, 34]) }
        buffer.append(10)
        if buffer.count >= Self.chunk { try flush() }
    }

    func flush() throws {
        try buffer.withUnsafeBytes { try write($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func append(_ text: String) {
        let bytes = text.utf8
        let isSpecial = bytes.contains { Self.specials.contains($0) }
        // Blanks at the ends are part of the text; most readers would take them off, ours among them.
        guard isSpecial || bytes.first == 32 || bytes.last == 32 else { return buffer.append(contentsOf: bytes) }
        buffer.append(34)
        for byte in bytes {
            if byte == 34 { buffer.append(34) }
            buffer.append(byte)
        }
        buffer.append(34)
    }
}

extension QueryValue {
    /// The value as it is written into a file: a number with as many digits as it takes to read it back.
    package var plainText: String {
        switch self {
        case .null: ""
        case .integer(let integer): String(integer)
        case .real(let real): real.exactText
        case .text(let text): text
        case .blob(let bytes) where bytes.count == 16:
            // As keys are read, of ratings and of tables.
            bytes.withUnsafeBytes { String(decoding: UUIDText.bytes($0), as: UTF8.self) }
        case .blob(let bytes): bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}

extension DelimitedWriter {
    /// Writes a file by way of a temporary one beside it; a device or pipe as it comes.
    ///
    /// - Parameters:
    ///   - inputs: the files that are read, nil for none
    ///   - body: adds the rows
    /// - Throws: as `TableOutput.check`; what `body` throws; the old file is as it was then
    package static func file(
        _ output: TableOutput, columns: [String], inputs: [String?] = [], body: (DelimitedWriter) throws -> Void
    ) throws {
        try output.check(columns, inputs: inputs)
        let path = output.path
        let place = OutputPlace(path)
        var temporary: String?
        if case .file(let target) = place { temporary = target + ".\(ProcessInfo.processInfo.processIdentifier).tmp" }
        func failure() -> DataError { .notWritten(path: path, reason: String(cString: strerror(errno))) }
        let nameless = temporary.map(Self.openNameless) ?? -1
        let descriptor =
            nameless >= 0
            ? nameless
            : temporary.map { open($0, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666) }
                ?? open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure() }
        do {
            defer { close(descriptor) }
            let writer = try DelimitedWriter(columns: columns) { bytes in
                var rest = bytes
                while !rest.isEmpty {
                    let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                    if count < 0 {
                        if errno == EINTR { continue }
                        throw failure()
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
                }
            }
            try body(writer)
            try writer.flush()
            if nameless >= 0, let temporary, unlink(temporary) == 0 || errno == ENOENT,
                linkat(AT_FDCWD, "/proc/self/fd/\(nameless)", AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) != 0
            {
                throw failure()
            }
        } catch {
            if let temporary { unlink(temporary) }
            throw error
        }
        guard let temporary, case .file(let target) = place else { return }
        guard rename(temporary, target) == 0 else {
            let error = failure()
            unlink(temporary)
            throw error
        }
    }

    /// Opens a file without a name in the folder of `path`: of a program that is ended nothing is left.
    ///
    /// - Returns: -1 where the file system has none
    private static func openNameless(_ path: String) -> Int32 {
        guard access("/proc/self/fd", X_OK) == 0 else { return -1 }  // where it is named from
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let temporaryFile: Int32 = 0o20_000_000  // __O_TMPFILE
        return open(folder, O_WRONLY | O_DIRECTORY | O_CLOEXEC | temporaryFile, 0o666)
    }

    /// Writes text, a part at a time.
    package static func text(
        columns: [String], write: @escaping (String) throws -> Void, body: (DelimitedWriter) throws -> Void
    ) throws {
        let writer = try DelimitedWriter(columns: columns) { bytes in
            if !bytes.isEmpty { try write(String(decoding: bytes, as: UTF8.self)) }
        }
        try body(writer)
        try writer.flush()
    }
}

/// Where an output goes. A file can be replaced by a finished one; a device such as `/dev/stdout`, or a pipe, must not be.
package enum OutputPlace: Sendable, Hashable {
    /// A file that is there or not yet, with links followed.
    case file(String)
    /// Anything else that bytes are written to.
    case special

    /// Looks at what a path names.
    package init(_ path: String) {
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT) {
            self = .special
        } else {
            self = .file(isThere ? URL(fileURLWithPath: path).resolvingSymlinksInPath().path : path)
        }
    }
}
