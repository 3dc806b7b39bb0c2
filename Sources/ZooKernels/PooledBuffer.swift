/// A buffer of a ``BufferPool`` that goes back to it when the last reference is gone.
///
/// `@unchecked Sendable`: the address never changes, and writers must hold the only reference (as ``ZooTensor`` does).
package final class PooledBuffer: @unchecked Sendable {
    /// The first byte, aligned to 64.
    package var address: UnsafeMutableRawPointer { buffer.address }
    /// The bytes asked for.
    package let byteCount: Int
    private let pool: BufferPool
    private let buffer: BufferPool.Buffer

    /// Takes `byteCount` bytes of undefined content from the current pool.
    package init(byteCount: Int) {
        pool = BufferPool.current
        self.byteCount = byteCount
        buffer = pool.allocate(byteCount: byteCount)
    }

    /// Takes `byteCount` bytes of zeros from the current pool.
    package init(zeroed byteCount: Int) {
        pool = BufferPool.current
        self.byteCount = byteCount
        buffer = pool.allocateZeroed(byteCount: byteCount)
    }

    deinit { pool.deallocate(buffer) }
}

/// Gives `body` room for `count` floats of undefined content out of the current pool.
func withPooledFloats<R>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> R) -> R {
    let buffer = PooledBuffer(byteCount: count * 4)
    defer { withExtendedLifetime(buffer) {} }
    return body(buffer.address.assumingMemoryBound(to: Float.self))
}
