import Dispatch
import Testing
import ZooKernels

@Test func aBufferThatIsGivenBackServesTheNextRequestOfItsSize() {
    let pool = BufferPool()
    BufferPool.$current.withValue(pool) {
        let first = PooledBuffer(byteCount: 1000).address
        let second = PooledBuffer(byteCount: 900).address  // of the same class
        #expect(first == second)
        #expect(PooledBuffer(byteCount: 2000).address != first)
    }
    #expect(pool.statistics.systemAllocations == 2)
    #expect(pool.statistics.reusedAllocations == 1)
    #expect(pool.statistics.liveBytes == 0)
}

@Test func buffersAreAlignedAndLongEnough() {
    let pool = BufferPool()
    BufferPool.$current.withValue(pool) {
        for byteCount in [0, 1, 63, 64, 65, 80, 81, 1023, 1024, 1025, 4097, 100_000] {
            let buffer = PooledBuffer(byteCount: byteCount)
            #expect(Int(bitPattern: buffer.address) % 64 == 0)
            #expect(pool.statistics.liveBytes >= byteCount)
            #expect(pool.statistics.liveBytes <= max(64, byteCount + byteCount / 4 + 1))
            buffer.address.initializeMemory(as: UInt8.self, repeating: 7, count: byteCount)
        }
    }
}

@Test func sizesThatChangeDoNotEachKeepTheirBuffers() {
    let pool = BufferPool()
    BufferPool.$current.withValue(pool) {
        for step in 0..<50 {
            // Between 80 and 120 thousand bytes: three classes.
            let buffers = (0..<10).map { PooledBuffer(byteCount: 80_000 + (step * 7919 + $0) % 40_000) }
            for buffer in buffers {
                buffer.address.initializeMemory(as: UInt8.self, repeating: 1, count: buffer.byteCount)
            }
        }
        // One set of the largest class, which was grown into by way of the smaller ones.
        #expect(pool.statistics.cachedBytes == 10 * 131_072 && pool.statistics.systemAllocations <= 40)
        // Far smaller requests take none of them.
        #expect(PooledBuffer(byteCount: 40_000).byteCount == 40_000)
        #expect(pool.statistics.cachedBytes == 10 * 131_072 + 40_960 && pool.statistics.liveBytes == 0)
    }
}

@Test func aFullCacheGivesBuffersToTheSystem() {
    let pool = BufferPool(cacheLimit: 1024)
    BufferPool.$current.withValue(pool) {
        var buffers = (0..<10).map { _ in PooledBuffer(byteCount: 512) }
        buffers.removeAll()
        #expect(pool.statistics.cachedBytes == 1024)
        pool.releaseCached()
        #expect(pool.statistics.cachedBytes == 0)
        buffers.append(PooledBuffer(byteCount: 512))
        #expect(pool.statistics.systemAllocations == 11)
    }
}

@Test func manyThreadsNeverShareABuffer() {
    let pool = BufferPool()
    DispatchQueue.concurrentPerform(iterations: 8) { thread in
        BufferPool.$current.withValue(pool) {
            for round in 0..<2000 {
                let buffer = PooledBuffer(byteCount: 64 + round % 5 * 100)
                buffer.address.storeBytes(of: UInt64(thread), toByteOffset: 0, as: UInt64.self)
                buffer.address.storeBytes(of: UInt64(round), toByteOffset: 8, as: UInt64.self)
                let seen = (
                    buffer.address.load(as: UInt64.self), buffer.address.load(fromByteOffset: 8, as: UInt64.self)
                )
                if seen != (UInt64(thread), UInt64(round)) { Issue.record("a buffer is shared") }
            }
        }
    }
    #expect(pool.statistics.liveBytes == 0)
    #expect(pool.statistics.systemAllocations <= 8 * 5)
}

@Test func zerosAreZerosWhetherTheMemoryIsFreshOrUsed() {
    BufferPool.$current.withValue(BufferPool()) {
        for byteCount in [1, 4097, 1 << 20, (1 << 20) + 12_345, 5_000_001] {
            for _ in 0..<2 {  // the second time in the memory that was just filled
                let buffer = PooledBuffer(zeroed: byteCount)
                let bytes = UnsafeRawBufferPointer(start: buffer.address, count: byteCount)
                #expect(bytes.allSatisfy { $0 == 0 })
                buffer.address.initializeMemory(as: UInt8.self, repeating: 0xAB, count: byteCount)
            }
        }
    }
}
