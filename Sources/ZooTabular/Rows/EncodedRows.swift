import Foundation
import ZooKernels

/// Encoded rows: in memory while they are few, in a temporary file beyond.
///
/// The file has no name and is gone with the process.
package final class EncodedRows {
    /// How a row lies in memory.
    package let record: RecordLayout
    /// How many rows.
    package private(set) var count = 0
    private var memory: [UInt8] = []
    private var file: FileHandle?
    private var written = 0
    private let memoryLimit: Int
    private let flushSize = 1 << 20

    /// An empty store.
    ///
    /// - Parameter memoryLimit: bytes that may stay in memory
    package init(_ record: RecordLayout, memoryLimit: Int = 48 << 20) {
        self.record = record
        self.memoryLimit = memoryLimit
    }

    /// Whether the rows are in a file.
    package var isSpilled: Bool { file != nil }

    /// Adds a row.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func append(_ row: UnsafeRawBufferPointer) throws {
        memory.append(contentsOf: row)
        count += 1
        if file == nil, memory.count > memoryLimit { file = try Self.temporaryFile() }
        if file != nil, memory.count >= flushSize { try flush() }
    }

    private func flush() throws {
        do {
            try file?.seek(toOffset: UInt64(written))
            try memory.withUnsafeBytes { try file?.write(contentsOf: $0) }
        } catch {
            throw TabularError.temporaryFile(reason: error.localizedDescription)
        }
        written += memory.count
        // What was held until the file was opened is given back.
        if memory.count > 2 * flushSize { memory = [] } else { memory.removeAll(keepingCapacity: true) }
    }

    private static func temporaryFile() throws -> FileHandle {
        let folder = FileManager.default.temporaryDirectory.path
        var template = Array("\(folder)/zoo-rows-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw TabularError.temporaryFile(reason: "\(folder): \(String(cString: strerror(errno)))")
        }
        unlink(template)
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    /// Copies rows `range` to `target`.
    ///
    /// - Throws: `TabularError.temporaryFile`
    func read(_ range: Range<Int>, to target: UnsafeMutableRawPointer) throws {
        let size = range.count * record.stride
        let start = range.lowerBound * record.stride
        guard let file else {
            memory.withUnsafeBytes { from in
                if let base = from.baseAddress { target.copyMemory(from: base + start, byteCount: size) }
            }
            return
        }
        var done = 0
        while done < size, start + done < written {
            let wanted = min(size, written - start) - done
            let got = pread(file.fileDescriptor, target + done, wanted, off_t(start + done))
            guard got > 0 else {
                throw TabularError.temporaryFile(reason: got < 0 ? String(cString: strerror(errno)) : "it is cut short")
            }
            done += got
        }
        // The last rows are still in memory.
        if done < size {
            memory.withUnsafeBytes { from in
                if let base = from.baseAddress {
                    (target + done).copyMemory(from: base + (start + done - written), byteCount: size - done)
                }
            }
        }
    }

    /// Calls `body` with all rows where they lie; nil where they are in a file.
    func withMemory<R>(_ body: (UnsafePointer<UInt8>) throws -> R) rethrows -> R? {
        guard file == nil, count > 0 else { return nil }
        return try memory.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return nil }
            return try body(base)
        }
    }

    /// Goes through all rows in order, up to `batchSize` at a time.
    package func forEachBatch(of batchSize: Int, _ body: (Records) throws -> Void) throws {
        let inMemory: Void? = try withMemory { base in
            for start in stride(from: 0, to: count, by: batchSize) {
                try body(
                    Records(
                        address: base + start * record.stride, stride: record.stride, rows: nil,
                        count: min(batchSize, count - start)))
            }
        }
        guard inMemory == nil, count > 0 else { return }
        let buffer = PooledBuffer(byteCount: batchSize * record.stride)
        for start in stride(from: 0, to: count, by: batchSize) {
            let range = start..<min(start + batchSize, count)
            try read(range, to: buffer.address)
            try body(
                Records(
                    address: UnsafePointer(buffer.address.assumingMemoryBound(to: UInt8.self)), stride: record.stride,
                    rows: nil, count: range.count))
        }
    }
}

extension EncodedRows {
    /// How many rows have the inputs and the target of one of some other rows, encoded alike.
    ///
    /// - Throws: `TabularError.temporaryFile`
    package func count(equalTo others: EncodedRows) throws -> Int {
        var known: Set<Int> = []
        try others.forEachHash { known.insert($0) }
        var count = 0
        try forEachHash { if known.contains($0) { count += 1 } }
        return count
    }

    private func forEachHash(_ body: (Int) -> Void) throws {
        try forEachBatch(of: 4096) { batch in
            for row in 0..<batch.count {
                var hasher = Hasher()
                hasher.combine(bytes: UnsafeRawBufferPointer(start: batch.record(row), count: record.stride))
                body(hasher.finalize())
            }
        }
    }
}
