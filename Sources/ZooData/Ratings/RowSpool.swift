import Foundation

/// Rows in the order in which they came: in memory while they are few, else in a file without a name.
///
/// Owned by one thread. Of a program that is ended no file is left.
final class RowSpool<Row: BitwiseCopyable> {
    /// How many rows there are.
    private(set) var count = 0
    private let folder: String
    private var rows: [Row] = []  // those that are not in the file
    private var limit: Int
    private var file: Int32 = -1
    private static var blockRows: Int { 1 << 14 }

    /// - Parameters:
    ///   - folder: where a file may be made
    ///   - limit: the most rows that are kept in memory
    init(folder: String, limit: Int = 1 << 18) { (self.folder, self.limit) = (folder, limit) }

    deinit { if file >= 0 { close(file) } }

    /// - Throws: `DataError.notWritten`
    func append(_ row: Row) throws {
        if rows.count == limit { try spill() }
        rows.append(row)
        count += 1
    }

    /// Goes through all rows from the first to the last, a block at a time.
    ///
    /// - Throws: `DataError.notWritten` for a file that cannot be read back, and what `body` throws
    func forEachBlock(_ body: (UnsafeBufferPointer<Row>) throws -> Void) throws {
        let stride = MemoryLayout<Row>.stride
        let end = (count - rows.count) * stride
        if end > 0 {
            let block = UnsafeMutableBufferPointer<Row>.allocate(capacity: Self.blockRows)
            defer { block.deallocate() }
            for start in Swift.stride(from: 0, to: end, by: block.count * stride) {
                let part = UnsafeMutableBufferPointer(rebasing: block[..<min(block.count, (end - start) / stride)])
                try whole(part.count * stride) { done in
                    let rest = UnsafeMutableRawBufferPointer(part)[done...]
                    return pread(
                        file, UnsafeMutableRawBufferPointer(rebasing: rest).baseAddress, rest.count, off_t(start + done)
                    )
                }
                try body(UnsafeBufferPointer(part))
            }
        }
        try rows.withUnsafeBufferPointer(body)
    }

    /// All rows; for what fits into memory.
    func all() throws -> [Row] {
        var all: [Row] = []
        all.reserveCapacity(count)
        try forEachBlock { all.append(contentsOf: $0) }
        return all
    }

    private func spill() throws {
        if file < 0 {
            var path = Array((folder + "/zoo-rows-XXXXXX").utf8CString)
            file = mkstemp(&path)
            guard file >= 0 else { throw failure() }
            unlink(path)
            limit = min(limit, Self.blockRows)
        }
        try rows.withUnsafeBytes { bytes in
            try whole(bytes.count) { done in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                return write(file, rest.baseAddress, rest.count)
            }
        }
        rows = []
        rows.reserveCapacity(limit)
    }

    /// Repeats what moves a part of the bytes until all are moved.
    private func whole(_ bytes: Int, _ move: (_ done: Int) -> Int) throws {
        var done = 0
        while done < bytes {
            let moved = move(done)
            if moved < 0, errno == EINTR { continue }
            guard moved > 0 else { throw failure() }
            done += moved
        }
    }

    private func failure() -> DataError {
        .notWritten(path: "a temporary file in \(folder)", reason: String(cString: strerror(errno)))
    }
}
