import Glibc
import Synchronization

/// A caching allocator of tensor buffers: what is given back waits, by size class, for the next request.
///
/// The first touch of fresh memory costs four times the price of reused memory, so a steady training step should find
/// all its buffers here. Classes are a quarter of a power of two apart: at most a fifth of a new buffer lies idle. A large
/// request also takes a waiting buffer of one of the next classes, or else replaces one of those just below, so that work
/// whose sizes change from step to step, as windows of text do, does not keep a set of buffers for every size.
/// Safe to use from any thread.
package final class BufferPool: Sendable {
    /// The pool of this task; bind another one to keep a piece of work, such as a test, apart from the rest.
    @TaskLocal package static var current = BufferPool()

    /// What a pool has done and holds.
    package struct Statistics: Sendable, Hashable {
        /// Buffers asked of the system since the pool was made.
        package internal(set) var systemAllocations = 0
        /// Buffers served from those given back.
        package internal(set) var reusedAllocations = 0
        /// Bytes that wait for reuse.
        package internal(set) var cachedBytes = 0
        /// Bytes in use.
        package internal(set) var liveBytes = 0
    }

    private struct State: ~Copyable {
        // Addresses of the first free buffer of each class, 0 for none; its first word is the address of the next.
        let heads: UnsafeMutablePointer<UInt>
        var statistics = Statistics()

        init() {
            heads = .allocate(capacity: sizeClassCount)
            heads.initialize(repeating: 0, count: sizeClassCount)
        }

        /// Takes the first waiting buffer of a class; 0 where there is none.
        mutating func removeFirst(_ index: Int) -> UInt {
            let address = heads[index]
            guard let buffer = UnsafeMutableRawPointer(bitPattern: address) else { return 0 }
            heads[index] = buffer.load(as: UInt.self)
            statistics.cachedBytes -= classSize(index)
            return address
        }

        mutating func releaseCached() {
            for index in 0..<sizeClassCount {
                while let buffer = UnsafeMutableRawPointer(bitPattern: heads[index]) {
                    heads[index] = buffer.load(as: UInt.self)
                    SystemMemory.deallocate(buffer, byteCount: classSize(index))
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
    package init(cacheLimit: Int = 1 << 30) {
        self.cacheLimit = cacheLimit
        state = Mutex(State())
    }

    deinit { releaseCached() }

    /// What the pool has done and holds.
    package var statistics: Statistics { state.withLock { $0.statistics } }

    /// Gives every waiting buffer back to the system.
    package func releaseCached() { state.withLock { $0.releaseCached() } }

    /// Memory that a pool gave out, aligned to 64.
    struct Buffer {
        /// The first byte.
        let address: UnsafeMutableRawPointer
        /// Bytes that are there; what it is given back by.
        let capacity: Int
    }

    /// A buffer of at least `byteCount` bytes, its content undefined.
    func allocate(byteCount: Int) -> Buffer { take(byteCount).buffer }

    /// The same, filled with zeros.
    func allocateZeroed(byteCount: Int) -> Buffer {
        let (buffer, isZeroed) = take(byteCount)
        if !isZeroed {
            buffer.address.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        }
        return buffer
    }

    /// A buffer, and whether it is known to hold zeros.
    private func take(_ byteCount: Int) -> (buffer: Buffer, isZeroed: Bool) {
        let (first, size) = sizeClass(byteCount)
        let reach = byteCount < largeBytes ? 0 : reachedClasses
        let (reused, capacity, replaced): (UInt, Int, (address: UInt, size: Int)) = state.withLock { state in
            for index in first...min(first + reach, sizeClassCount - 1) {
                let address = state.removeFirst(index)
                guard address != 0 else { continue }
                state.statistics.reusedAllocations += 1
                state.statistics.liveBytes += classSize(index)
                return (address, classSize(index), (0, 0))
            }
            state.statistics.systemAllocations += 1
            state.statistics.liveBytes += size
            for index in (first - reach..<first).reversed() {
                let address = state.removeFirst(index)
                if address != 0 { return (0, size, (address, classSize(index))) }
            }
            return (0, size, (0, 0))
        }
        if let address = UnsafeMutableRawPointer(bitPattern: replaced.address) {
            SystemMemory.deallocate(address, byteCount: replaced.size)
        }
        if let address = UnsafeMutableRawPointer(bitPattern: reused) {
            return (Buffer(address: address, capacity: capacity), false)
        }
        let (address, isZeroed) = SystemMemory.allocate(byteCount: size)
        return (Buffer(address: address, capacity: size), isZeroed)
    }

    /// Takes back a buffer that this pool gave.
    func deallocate(_ buffer: Buffer) {
        let (index, size) = sizeClass(buffer.capacity)
        let address = UInt(bitPattern: buffer.address)
        let kept = state.withLock { state in
            state.statistics.liveBytes -= size
            guard state.statistics.cachedBytes + size <= cacheLimit else { return false }
            UnsafeMutableRawPointer(bitPattern: address)?.storeBytes(of: state.heads[index], as: UInt.self)
            state.heads[index] = address
            state.statistics.cachedBytes += size
            return true
        }
        if !kept { SystemMemory.deallocate(buffer.address, byteCount: size) }
    }
}

private let sizeClassCount = 256
/// Requests of so many bytes may take a buffer of one of the next classes: less than twice their size.
private let (largeBytes, reachedClasses) = (1 << 16, 3)

/// The class of a request and the bytes that buffers of the class have: 64, 80, 96, 112, 128, 160 ...
private func sizeClass(_ byteCount: Int) -> (index: Int, size: Int) {
    let last = UInt(max(byteCount, 64) - 1)
    let exponent = UInt.bitWidth - 1 - last.leadingZeroBitCount  // 2^exponent <= last
    let step = exponent - 2
    let quarter = Int(last >> UInt(step)) - 4  // 0...3
    return (exponent * 4 + quarter, (quarter + 5) << step)
}

/// The bytes that buffers of a class have.
private func classSize(_ index: Int) -> Int { (index % 4 + 5) << (index / 4 - 2) }

/// Memory of the system.
///
/// Large buffers are pages of their own, which the system hands out as zeros and which cost something only when they are
/// touched: the values of a model that is just being loaded never are. Pages that `malloc` used before cannot be had as
/// zeros by advice to the system (`madvise`), which some systems answer with success and do not follow.
private enum SystemMemory {
    private static let pagedBytes = 1 << 20

    /// Memory of one class, aligned to 64, and whether it holds zeros.
    ///
    /// Where there is none, the program ends, as in Swift's own allocator: no operation on tensors can go on without its result.
    static func allocate(byteCount: Int) -> (address: UnsafeMutableRawPointer, isZeroed: Bool) {
        guard byteCount >= pagedBytes else { return (.allocate(byteCount: byteCount, alignment: 64), false) }
        let pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let pages, pages != MAP_FAILED else { fatalError("out of memory: \(byteCount) bytes were asked for") }
        return (pages, true)
    }

    /// Gives back what `allocate` gave for the same number of bytes.
    static func deallocate(_ address: UnsafeMutableRawPointer, byteCount: Int) {
        if byteCount < pagedBytes { address.deallocate() } else { munmap(address, byteCount) }
    }
}
