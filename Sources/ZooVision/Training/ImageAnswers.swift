import ZooKernels
import ZooTensor

extension ImageNetwork {
    /// The logits of images.
    ///
    /// - Shapes: -> [images, classes]
    /// - Parameter augmentation: what is done to the images first; by default nothing
    /// - Parameter threads: that prepare images
    /// - Parameter onProgress: hears of the images that were processed
    /// - Throws: what the source throws
    package func logits(
        of source: any ImageSource, preprocessing: Preprocessing, augmentation: Augmentation? = nil,
        seed: UInt64 = 0, plan: InferencePlan = InferencePlan(), threads: Int = 1,
        onProgress: (_ done: Int) -> Void = { _ in }
    ) throws -> Tensor {
        try rows(of: source, width: head.weight.shape[1], preprocessing, augmentation, seed, threads, onProgress) {
            [logits($0, plan: plan)]
        }[0]
    }

    /// The features of images: what the head sees of them.
    ///
    /// - Shapes: -> [images, featureCount]
    /// - Throws: what the source throws
    package func features(
        of source: any ImageSource, preprocessing: Preprocessing, augmentation: Augmentation? = nil,
        seed: UInt64 = 0, plan: InferencePlan = InferencePlan(), threads: Int = 1,
        onProgress: (_ done: Int) -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> Tensor {
        try rows(of: source, width: featureCount, preprocessing, augmentation, seed, threads, onProgress, shouldStop) {
            [features($0, plan: plan)]
        }[0]
    }

    /// The rows that `answer` makes of batches of images, one tensor for each that it gives, below each other.
    func rows(
        of source: any ImageSource, width: Int, _ preprocessing: Preprocessing, _ augmentation: Augmentation?,
        _ seed: UInt64, _ threads: Int, _ onProgress: (Int) -> Void = { _ in }, _ shouldStop: () -> Bool = { false },
        _ answer: (Tensor) -> [Tensor]
    ) throws -> [Tensor] {
        let batches = ImageBatches(
            source: source, order: Array(0..<source.count), batchSize: batchSize(preprocessing),
            preprocessing: preprocessing, augmentation: augmentation, seed: seed, threads: threads, ahead: 3)
        var parts: [[Tensor]] = []
        var done = 0
        try withoutGradients {
            while let batch = try batches.next(), !shouldStop() {
                parts.append(answer(batch.images))
                done += batch.indices.count
                onProgress(done)
            }
        }
        guard let first = parts.first else { return [.zeros([0, width])] }
        return first.indices.map { index in Tensor.concatenated(parts.map { $0[index] }, axis: 0) }
    }

    /// Small images go through in larger batches.
    private func batchSize(_ preprocessing: Preprocessing) -> Int {
        max(16, min(256, 16 * 224 * 224 / max(1, preprocessing.size * preprocessing.size)))
    }
}
