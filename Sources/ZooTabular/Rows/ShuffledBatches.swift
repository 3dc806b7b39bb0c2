import ZooKernels

/// The rows of one epoch in batches, in an order that depends on the seed and the epoch alone.
///
/// Rows in memory are shuffled altogether. Those in a file are read in chunks of 1,024 rows in shuffled order, and the
/// rows of as many chunks as fit into the window are shuffled among each other.
package struct ShuffledBatches {
    let rows: EncodedRows
    let batchSize: Int
    let seed: UInt64
    /// Bytes of the window.
    let window: Int

    private static let chunk = 1024

    package init(rows: EncodedRows, batchSize: Int, seed: UInt64, window: Int = 24 << 20) {
        self.rows = rows
        self.batchSize = batchSize
        self.seed = seed
        self.window = window
    }

    /// Batches an epoch. A last batch of less than half the size, or of one row, is left out, unless it is the only one.
    var count: Int {
        let (full, rest) = rows.count.quotientAndRemainder(dividingBy: batchSize)
        return rest >= 2 && (rest * 2 >= batchSize || full == 0) ? full + 1 : full
    }

    /// Calls `body` with the batches of an epoch, from batch `first` on, until it returns false.
    ///
    /// - Throws: `TabularError.temporaryFile`, and what `body` throws
    package func forEach(epoch: Int, from first: Int = 0, _ body: (Records) throws -> Bool) throws {
        var number = 0
        try forEach(epoch) { records in
            number += 1
            return number > first ? try body(records) : true
        }
    }

    private func forEach(_ epoch: Int, _ body: (Records) throws -> Bool) throws {
        var generator = RandomGenerator(seed: seed &+ UInt64(epoch) &* 0xd1b5_4a32_d192_ed03)
        let done: Void? = try rows.withMemory { base in
            let order = Self.shuffled(rows.count, using: &generator)
            _ = try visit(base, order, through: count, body)
        }
        if done == nil, rows.count > 0 { try forEachWindow(&generator, body) }
    }

    private static func shuffled(_ count: Int, using generator: inout RandomGenerator) -> [Int32] {
        var order = [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer[index] = Int32(index) }
            initialized = count
        }
        order.withUnsafeMutableBufferPointer { order in
            for index in stride(from: order.count - 1, to: 0, by: -1) {
                // A product of 32 by 32 bits chooses without a division (Lemire 2019; the bias is below 2^-8 a row).
                let other = Int(((generator.next() >> 32) * UInt64(index + 1)) >> 32)
                order.swapAt(index, other)
            }
        }
        return order
    }

    /// Visits up to `limit` batches of rows at `base`.
    ///
    /// - Returns: whether to continue
    private func visit(
        _ base: UnsafePointer<UInt8>, _ order: [Int32], through limit: Int, _ body: (Records) throws -> Bool
    ) throws -> Bool {
        try order.withUnsafeBufferPointer { order in
            for batch in 0..<limit {
                let start = batch * batchSize
                let count = min(batchSize, order.count - start)
                guard count > 0, let first = order.baseAddress else { return true }
                let records = Records(
                    address: base, stride: rows.record.stride, rows: first + start, count: count)
                guard try body(records) else { return false }
            }
            return true
        }
    }

    private func forEachWindow(_ generator: inout RandomGenerator, _ body: (Records) throws -> Bool) throws {
        let stride = rows.record.stride
        let chunks = Self.shuffled((rows.count + Self.chunk - 1) / Self.chunk, using: &generator)
        let perWindow = max(2, (window / stride + batchSize) / Self.chunk)
        let capacity = (perWindow * Self.chunk + batchSize) * stride
        let buffer = PooledBuffer(byteCount: capacity)
        let spare = PooledBuffer(byteCount: batchSize * stride)
        let base = UnsafePointer(buffer.address.assumingMemoryBound(to: UInt8.self))
        var held = 0
        var next = 0
        var visited = 0
        while next < chunks.count {
            // Rows that made no whole batch in the last window lie at the front of this one.
            for chunk in chunks[next..<min(next + perWindow, chunks.count)] {
                let start = Int(chunk) * Self.chunk
                let range = start..<min(start + Self.chunk, rows.count)
                try rows.read(range, to: buffer.address + held * stride)
                held += range.count
            }
            next += perWindow
            let order = Self.shuffled(held, using: &generator)
            // The last window has the partial batch, if there is one.
            let batches = next >= chunks.count ? count - visited : held / batchSize
            visited += batches
            guard try visit(base, order, through: batches, body) else { return }
            let rest = order.dropFirst(batches * batchSize)
            for (place, row) in rest.enumerated() {
                (spare.address + place * stride).copyMemory(
                    from: buffer.address + Int(row) * stride, byteCount: stride)
            }
            held = rest.count
            buffer.address.copyMemory(from: spare.address, byteCount: held * stride)
        }
    }
}
