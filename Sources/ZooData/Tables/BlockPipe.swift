import Foundation

/// Two threads that hand blocks on: one fills them, the other, the caller's, uses them up in the same order.
final class BlockPipe<Block>: @unchecked Sendable {  // all state is read and written under `condition`'s lock
    private let condition = NSCondition()
    private var free: [Block]
    private var full: [Block] = []
    private var isProducing = true
    private var isAbandoned = false
    private var failure: (any Error)?

    private init(_ blocks: [Block]) { free = blocks }

    /// Runs `produce` on a separate thread until it returns false, and `consume` here for every block that it filled.
    ///
    /// - Throws: what `consume` throws, at once; what `produce` throws, behind the blocks before it
    static func run(
        _ blocks: [Block], produce: @escaping @Sendable (Block) throws -> Bool, consume: (Block) throws -> Void
    ) throws {
        let pipe = BlockPipe(blocks)
        let thread = Thread { pipe.work(produce) }
        thread.stackSize = 1 << 20
        thread.start()
        defer { pipe.abandon() }
        while let block = try pipe.next() {
            try consume(block)
            pipe.recycle(block)
        }
    }

    private func work(_ produce: (Block) throws -> Bool) {
        while let block = takeFree() {
            do {
                guard try produce(block) else { return end(nil) }
            } catch { return end(error) }
            condition.lock()
            full.append(block)
            condition.broadcast()
            condition.unlock()
        }
        end(nil)
    }

    private func takeFree() -> Block? {
        condition.lock()
        defer { condition.unlock() }
        while free.isEmpty && !isAbandoned { condition.wait() }
        return isAbandoned ? nil : free.removeLast()
    }

    private func end(_ error: (any Error)?) {
        condition.lock()
        failure = error
        isProducing = false
        condition.broadcast()
        condition.unlock()
    }

    private func next() throws -> Block? {
        condition.lock()
        defer { condition.unlock() }
        while full.isEmpty && isProducing { condition.wait() }
        if full.isEmpty {
            if let failure { throw failure }
            return nil
        }
        return full.removeFirst()
    }

    private func recycle(_ block: Block) {
        condition.lock()
        free.append(block)
        condition.broadcast()
        condition.unlock()
    }

    /// Waits for the other thread, so that nothing of it runs on when `run` has returned.
    private func abandon() {
        condition.lock()
        isAbandoned = true
        condition.broadcast()
        while isProducing { condition.wait() }
        condition.unlock()
    }
}
