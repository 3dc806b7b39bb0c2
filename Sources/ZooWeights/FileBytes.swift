import Foundation

/// The bytes of a file, of which a part is read where it is asked for; or bytes in memory.
///
/// A file that changes while it is read is an error where that is noticed, and never a crash.
package final class FileBytes: Sendable {
    /// How many there are.
    package let count: Int
    private let path: String
    /// Below 0 for bytes in memory.
    private let descriptor: Int32
    private let memory: [UInt8]

    /// Bytes in memory.
    package init(_ memory: [UInt8]) { (count, path, descriptor, self.memory) = (memory.count, "", -1, memory) }

    /// Takes over a descriptor of a regular file.
    ///
    /// - Throws: `WeightError.unreadable`; it is closed then
    package init(descriptor: Int32, path: String) throws {
        var status = stat()
        let isKnown = fstat(descriptor, &status) == 0
        guard isKnown, status.st_mode & S_IFMT == S_IFREG else {
            let reason = isKnown ? "it is not a regular file" : systemReason()
            close(descriptor)
            throw WeightError.unreadable(path: path, reason: reason)
        }
        (count, self.path, self.descriptor, memory) = (Int(status.st_size), path, descriptor, [])
    }

    /// Opens a file.
    ///
    /// - Throws: `WeightError.missing` or `.unreadable`
    package convenience init(_ url: URL) throws {
        // Nothing is waited for: a pipe is no file that can be read.
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ENOENT
                ? WeightError.missing(path: url.path) : .unreadable(path: url.path, reason: systemReason())
        }
        try self.init(descriptor: descriptor, path: url.path)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// All bytes of the file at `url`.
    ///
    /// - Throws: `WeightError.missing` or `.unreadable`
    static func read(_ url: URL) throws -> [UInt8] {
        let bytes = try FileBytes(url)
        return try bytes.read(bytes.all)
    }

    /// Where they are, all of them.
    package var all: Range<Int> { 0..<count }

    /// A part of them.
    ///
    /// - Throws: `WeightError.unreadable`
    /// - Precondition: the range lies within them; likewise below
    package func read(_ range: Range<Int>) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: range.count) { buffer, initialized in
            try read(
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<range.count]),
                from: range.lowerBound)
            initialized = range.count
        }
    }

    /// As many of the first bytes as there are, up to `most`.
    func prefix(_ most: Int) throws -> [UInt8] { try read(0..<min(most, count)) }

    /// Fills memory with those from a place on.
    func read(into target: UnsafeMutableRawBufferPointer, from place: Int) throws {
        precondition(place >= 0 && place + target.count <= count, "FileBytes: \(target.count) at \(place) of \(count)")
        guard descriptor >= 0 else {
            memory.withUnsafeBytes {
                target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[place..<place + target.count]))
            }
            return
        }
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let got = pread(descriptor, rest.baseAddress, rest.count, off_t(place + done))
            if got > 0 {
                done += got
            } else if got == 0 || errno != EINTR {
                let reason = got == 0 ? "it was cut short while it was read" : systemReason()
                throw WeightError.unreadable(path: path, reason: reason)
            }
        }
    }

    /// Calls `body` with one mebibyte after the other of a part.
    func forEachPiece(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var piece = [UInt8](repeating: 0, count: min(range.count, 1 << 20))
        for place in stride(from: range.lowerBound, to: range.upperBound, by: 1 << 20) {
            try piece.withUnsafeMutableBytes { buffer in
                let part = UnsafeMutableRawBufferPointer(
                    rebasing: buffer[..<min(buffer.count, range.upperBound - place)])
                try read(into: part, from: place)
                try body(UnsafeRawBufferPointer(part))
            }
        }
    }

    /// Calls `body` with a part as memory, for a library that reads nothing else, and with what gives pages back that were read.
    ///
    /// The system reads a page when it is touched first. A file that is cut short meanwhile ends the process.
    func withMapped<R>(
        _ range: Range<Int>, _ body: (UnsafeRawBufferPointer, _ release: @escaping @Sendable () -> Void) throws -> R
    ) throws -> R {
        guard descriptor >= 0, !range.isEmpty else {
            return try memory.withUnsafeBytes {
                try body(UnsafeRawBufferPointer(rebasing: $0[descriptor < 0 ? range : 0..<0]), {})
            }
        }
        let start = range.lowerBound / Int(getpagesize()) * Int(getpagesize())
        let length = range.upperBound - start
        let pages = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, off_t(start))
        guard let pages, pages != MAP_FAILED else { throw WeightError.unreadable(path: path, reason: systemReason()) }
        defer { munmap(pages, length) }
        let address = UInt(bitPattern: pages)
        let part = UnsafeRawBufferPointer(start: pages + (range.lowerBound - start), count: range.count)
        return try body(part) { madvise(UnsafeMutableRawPointer(bitPattern: address), length, MADV_DONTNEED) }
    }
}
