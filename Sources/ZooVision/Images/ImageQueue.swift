import Foundation
import ZooKernels
import ZooTensor

/// The threads behind ``ImageBatches``, and the batches that they are making.
///
/// Images are claimed a few at a time, in order, so that a batch is ready as soon as may be; batches are claimed only so
/// far ahead of the one that is waited for.
final class ImageQueue: @unchecked Sendable {  // all that changes is read and written under `condition`'s lock
    private final class Slot {
        let buffer: PooledBuffer
        var missing: Int
        var failure: (position: Int, error: any Error)?

        init(byteCount: Int, count: Int) { (buffer, missing) = (PooledBuffer(byteCount: byteCount), count) }
    }

    /// Positions in the order, all of one batch, and where their numbers go.
    private struct Claim {
        let batch: Int
        let positions: Range<Int>
        let slot: Slot
        let address: UnsafeMutablePointer<Float>
    }

    let batchCount: Int
    private let maker: ImageMaker
    private let order: [Int]
    private let occurrence: [Int]
    private let batchSize: Int
    private let ahead: Int

    private let condition = NSCondition()
    private var claimed = 0  // positions
    private var given = 0  // batches
    private var end: Int  // position behind the last that will be claimed
    private var slots: [Int: Slot] = [:]
    private var isCancelled = false

    /// Images that a thread claims at a time: much less than a batch, many times the cost of a lock.
    private static let portion = 8

    init(maker: ImageMaker, order: [Int], batchSize: Int, ahead: Int) {
        (self.maker, self.order, self.batchSize, self.ahead) = (maker, order, batchSize, ahead)
        occurrence = occurrences(order)
        batchCount = (order.count + batchSize - 1) / batchSize
        end = order.count
    }

    func start(threads: Int) {
        for _ in 0..<threads {
            let thread = Thread { [self] in work() }
            thread.name = "images"
            thread.stackSize = 1 << 20
            thread.start()
        }
    }

    /// Lets the threads end after the image that they are at.
    func cancel() {
        condition.withLock {
            isCancelled = true
            slots = [:]
            condition.broadcast()
        }
    }

    /// Waits for a batch and hands it over; batches are taken in order, each once.
    func take(_ batch: Int) -> Result<ImageBatch, ImageBatchError> {
        condition.lock()
        while slots[batch].map({ $0.missing > 0 }) ?? true { condition.wait() }
        let slot = slots.removeValue(forKey: batch)
        given = batch + 1
        condition.broadcast()
        condition.unlock()
        guard let slot else { preconditionFailure("ImageQueue: batch \(batch) was taken twice") }
        let indices = Array(order[positions(of: batch)])
        if let failure = slot.failure {
            return .failure(ImageBatchError(index: order[failure.position], underlying: failure.error))
        }
        let size = maker.preprocessing.size
        let images = Tensor(adopting: slot.buffer, shape: [indices.count, size, size, 3])
        return .success(ImageBatch(images: images, indices: indices))
    }

    private func positions(of batch: Int) -> Range<Int> {
        (batch * batchSize)..<min(order.count, (batch + 1) * batchSize)
    }

    private func work() {
        while let claim = claim() {
            var failure: (position: Int, error: any Error)?
            for position in claim.positions where failure == nil {
                let place = claim.address + (position - claim.batch * batchSize) * maker.valuesPerImage
                do {
                    try maker.make(order[position], occurrence: occurrence[position], into: place)
                } catch { failure = (position, error) }
            }
            finish(claim, failure)
        }
    }

    private func claim() -> Claim? {
        condition.lock()
        defer { condition.unlock() }
        while !isCancelled && claimed < end && claimed / batchSize >= given + ahead { condition.wait() }
        guard !isCancelled && claimed < end else { return nil }
        let batch = claimed / batchSize
        let whole = positions(of: batch)
        let slot =
            slots[batch] ?? Slot(byteCount: whole.count * maker.valuesPerImage * 4, count: whole.count)
        slots[batch] = slot
        let part = claimed..<min(whole.upperBound, claimed + Self.portion)
        claimed = part.upperBound
        let address = slot.buffer.address.assumingMemoryBound(to: Float.self)
        return Claim(batch: batch, positions: part, slot: slot, address: address)
    }

    private func finish(_ claim: Claim, _ failure: (position: Int, error: any Error)?) {
        condition.lock()
        defer { condition.unlock() }
        claim.slot.missing -= claim.positions.count
        if let failure {
            // The batch is still finished, so that the first of its failures is the one that is reported.
            end = min(end, positions(of: claim.batch).upperBound)
            if claim.slot.failure.map({ failure.position < $0.position }) ?? true { claim.slot.failure = failure }
        }
        if claim.slot.missing == 0 { condition.broadcast() }
    }
}
