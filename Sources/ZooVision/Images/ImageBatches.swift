import ZooTensor

/// Images as a network takes them.
package struct ImageBatch: Sendable {
    /// What the network sees [count, size, size, 3].
    package let images: Tensor
    /// The numbers that the source knows the images by.
    package let indices: [Int]
}

/// An image that could not be read while batches were being made.
package struct ImageBatchError: Error, CustomStringConvertible {
    /// The number that the source knows it by.
    package let index: Int
    /// What the source threw.
    package let underlying: any Error

    /// What the source said.
    package var description: String { "\(underlying)" }
}

/// Images in batches, in a given order, decoded and augmented on threads of their own ahead of whoever uses them.
///
/// What comes out depends on the source, the order, the seed and the epoch, never on the number of threads. The threads
/// end when the last batch is made, an error was met, or this object goes.
///
/// `next` is meant for one thread.
package final class ImageBatches {
    /// Batches that will have been given in the end.
    package let batchCount: Int
    private let line: ImageQueue
    private var given = 0
    private var failure: ImageBatchError?

    /// Starts the threads.
    ///
    /// - Parameter order: the images' numbers; one that comes several times is augmented differently each time
    /// - Parameter batchSize: images a batch; the last one has what is left
    /// - Parameter augmentation: how images are changed at random; nil: the middle of each, without chance
    /// - Parameter seed: of what is drawn, together with the epoch and an image's number
    /// - Parameter threads: that decode and augment
    /// - Parameter ahead: batches that may be made before they are asked for, and then wait in memory
    /// - Precondition: numbers that the source has; a batch size, threads and batches ahead of at least 1.
    package init(
        source: any ImageSource, order: [Int], batchSize: Int, preprocessing: Preprocessing,
        augmentation: Augmentation? = nil, seed: UInt64 = 0, epoch: Int = 0, threads: Int = 1, ahead: Int = 2
    ) {
        precondition(
            batchSize > 0 && threads > 0 && ahead > 0,
            "ImageBatches: \(batchSize) images a batch, \(threads) threads, \(ahead) batches ahead")
        precondition(
            order.allSatisfy { (0..<source.count).contains($0) },
            "ImageBatches: numbers beyond \(source.count) images")
        let maker = ImageMaker(
            source: source, preprocessing: preprocessing, augmentation: augmentation, seed: seed, epoch: epoch)
        line = ImageQueue(maker: maker, order: order, batchSize: batchSize, ahead: ahead)
        batchCount = line.batchCount
        line.start(threads: min(threads, max(1, order.count)))
    }

    deinit { line.cancel() }

    /// The next batch, waiting for it if need be; nil after the last.
    ///
    /// - Throws: `ImageBatchError` for the first image, in the given order, that could not be read, once the batches
    ///   before its own have been given; from then on always the same
    package func next() throws -> ImageBatch? {
        if let failure { throw failure }
        guard given < batchCount else { return nil }
        switch line.take(given) {
        case .success(let batch):
            given += 1
            return batch
        case .failure(let error):
            failure = error
            line.cancel()
            throw error
        }
    }
}
