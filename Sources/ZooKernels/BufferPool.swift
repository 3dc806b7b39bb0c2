import Glibc
import Synchronization

/// A caching allocator of tensor buffers: what is given back waits, by size class, for the next request.
///
/// The first touch of fresh memory costs four times the price of reused memory, so a steady training step should find
/// all its buffers here. Classes are a quarter of a power of two apart: at most a fifth of a buffer lies idle.
/// Safe to use from any thread.
public final class BufferPool: Sendable {
    /// The pool of this task; bind another one to keep a piece of work, such as a test, apart from the rest.
    @TaskLocal public static var current = BufferPool()

    /// What a pool has done and holds.
    public struct Statistics: Sendable, Hashable {
        /// Buffers asked of the system since the pool was made.
        public internal(set) var systemAllocations = 0
        /// Buffers served from those given back.
        public internal(set) var reusedAllocations = 0
        /// Bytes that wait for reuse.
        public internal(set) var cachedBytes = 0
        /// Bytes in use.
        public internal(set) var liveBytes = 0
    }

    private struct State: ~Copyable {
        // Addresses of the first free buffer of each class, 0 for none; its first word is the address of the next.
        let heads: UnsafeMutablePointer<UInt>
        var statistics = Statistics()

        init() {
            heads = .allocate(capacity: sizeClassCount)
            heads.initialize(repeating: 0, count: sizeClassCount)
        }

        mutating func releaseCached() {
            for index in 0..<sizeClassCount {
                while let buffer = UnsafeMutableRawPointer(bitPattern: heads[index]) {
                    heads[index] = buffer.load(as: UInt.self)
                    buffer.deallocate()
                }
            }
            statistics.cachedBytes = 0
        }

        deinit { heads.deallocate() }
    }

    private let state: Mutex<State>
    private let cacheLimit: Int

    /// Creates an empty pool.
    ///
    /// - Parameter cacheLimit: bytes that may wait for reuse; what is given back beyond them goes to the system.
    public init(cacheLimit: Int = 1 << 30) {
        self.cacheLimit = cacheLimit
        state = Mutex(State())
    }

    deinit { releaseCached() }

    /// What the pool has done and holds.
    public var statistics: Statistics { state.withLock { $0.statistics } }

    /// Gives every waiting buffer back to the system.
    public func releaseCached() { state.withLock { $0.releaseCached() } }

    /// A buffer of at least `byteCount` bytes, aligned to 64, its content undefined.
    func allocate(byteCount: Int) -> UnsafeMutableRawPointer { take(byteCount).buffer }

    /// The same, filled with zeros.
    func allocateZeroed(byteCount: Int) -> UnsafeMutableRawPointer {
        let (buffer, isFresh) = take(byteCount)
        if !isFresh || !FreshPages.clear(buffer, byteCount: byteCount) {
            buffer.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
        return buffer
    }

    /// A buffer, and whether it comes from the system just now.
    private func take(_ byteCount: Int) -> (buffer: UnsafeMutableRawPointer, isFresh: Bool) {
        let (index, size) = sizeClass(byteCount)
        let reused: UInt = state.withLock { state in
            state.statistics.liveBytes += size
            let address = state.heads[index]
            guard let buffer = UnsafeMutableRawPointer(bitPattern: address) else {
                state.statistics.systemAllocations += 1
                return 0
            }
            state.heads[index] = buffer.load(as: UInt.self)
            state.statistics.reusedAllocations += 1
            state.statistics.cachedBytes -= size
            return address
        }
        if let buffer = UnsafeMutableRawPointer(bitPattern: reused) { return (buffer, false) }
        return (.allocate(byteCount: size, alignment: 64), true)
    }

    /// Takes back a buffer that ``allocate(byteCount:)`` gave for the same `byteCount`.
    func deallocate(_ buffer: UnsafeMutableRawPointer, byteCount: Int) {
        let (index, size) = sizeClass(byteCount)
        let address = UInt(bitPattern: buffer)
        let kept = state.withLock { state in
            state.statistics.liveBytes -= size
            guard state.statistics.cachedBytes + size <= cacheLimit else { return false }
            UnsafeMutableRawPointer(bitPattern: address)?.storeBytes(of: state.heads[index], as: UInt.self)
            state.heads[index] = address
            state.statistics.cachedBytes += size
            return true
        }
        if !kept { buffer.deallocate() }
    }
}

private let sizeClassCount = 256

/// The class of a request and the bytes that buffers of the class have: 64, 80, 96, 112, 128, 160 ...
private func sizeClass(_ byteCount: Int) -> (index: Int, size: Int) {
    let last = UInt(max(byteCount, 64) - 1)
    let exponent = UInt.bitWidth - 1 - last.leadingZeroBitCount  // 2^exponent <= last
    let step = exponent - 2
    let quarter = Int(last >> UInt(step)) - 4  // 0...3
    return (exponent * 4 + quarter, (quarter + 5) << step)
}

/// Zeros in memory that nobody has used yet: its pages are asked for anew, and cost something only when they are touched.
/// The values of a model that is just being loaded never are.
private enum FreshPages {
    private static let pageSize = UInt(sysconf(Int32(_SC_PAGESIZE)))

    /// Fills a large buffer with zeros; false, and nothing changed, where that does not pay or is not possible.
    static func clear(_ buffer: UnsafeMutableRawPointer, byteCount: Int) -> Bool {
        let (start, end) = (UInt(bitPattern: buffer), UInt(bitPattern: buffer) + UInt(byteCount))
        let (first, last) = ((start + pageSize - 1) / pageSize * pageSize, end / pageSize * pageSize)
        guard byteCount >= 1 << 20, let pages = UnsafeMutableRawPointer(bitPattern: first) else { return false }
        // Memory of malloc is private and belongs to no file: what is given up is read as zeros from then on.
        guard madvise(pages, Int(last - first), MADV_DONTNEED) == 0 else { return false }
        buffer.initializeMemory(as: UInt8.self, repeating: 0, count: Int(first - start))
        (buffer + Int(last - start)).initializeMemory(as: UInt8.self, repeating: 0, count: Int(end - last))
        return true
    }
}
