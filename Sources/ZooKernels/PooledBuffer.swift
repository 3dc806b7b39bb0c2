/// A buffer of a ``BufferPool`` that goes back to it when the last reference is gone, or the memory of an array.
///
/// `@unchecked Sendable`: the address never changes, and writers must hold the only reference (as ``ZooTensor`` does).
package final class PooledBuffer: @unchecked Sendable {
    /// The first byte, aligned to 64 unless it is an array's.
    package let address: UnsafeMutableRawPointer
    /// The bytes asked for.
    package let byteCount: Int
    /// The array whose memory this is, to be read only: others may hold it.
    package let sharedFloats: [Float]?
    private let lease: (pool: BufferPool, buffer: BufferPool.Buffer)?

    private init(_ byteCount: Int, _ pool: BufferPool, _ buffer: BufferPool.Buffer) {
        (address, self.byteCount, sharedFloats, lease) = (buffer.address, byteCount, nil, (pool, buffer))
    }

    /// Takes `byteCount` bytes of undefined content from the current pool.
    package convenience init(byteCount: Int) {
        let pool = BufferPool.current
        self.init(byteCount, pool, pool.allocate(byteCount: byteCount))
    }

    /// Takes `byteCount` bytes of zeros from the current pool.
    package convenience init(zeroed byteCount: Int) {
        let pool = BufferPool.current
        self.init(byteCount, pool, pool.allocateZeroed(byteCount: byteCount))
    }

    /// Shares the memory of an array, where nothing may be written.
    ///
    /// The elements of an array that is held stay where they are: who changes another copy of it moves that one away.
    /// - Precondition: it is not empty.
    package init(sharing floats: [Float]) {
        guard let start = floats.withUnsafeBytes({ $0.baseAddress }), !floats.isEmpty else {
            preconditionFailure("PooledBuffer: an empty array has no memory to share")
        }
        (address, byteCount) = (UnsafeMutableRawPointer(mutating: start), floats.count * 4)
        (sharedFloats, lease) = (floats, nil)
    }

    deinit { if let lease { lease.pool.deallocate(lease.buffer) } }
}

/// Gives `body` room for `count` floats of undefined content out of the current pool.
func withPooledFloats<R>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    let buffer = PooledBuffer(byteCount: count * 4)
    defer { withExtendedLifetime(buffer) {} }
    return body(buffer.address.assumingMemoryBound(to: Float.self))
}
