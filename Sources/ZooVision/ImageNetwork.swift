import ZooKernels
import ZooNN
import ZooTensor

/// A network that classifies images: a body that makes a row of features of each, and a linear head.
public protocol ImageNetwork: Module {
    /// Features of an image.
    var featureCount: Int { get }
    /// The last layer.
    var head: Linear { get }

    /// The last convolution's output: what there is at each place of the images.
    ///
    /// - Shapes: images [count, height, width, 3], normalised as the architecture wants
    ///   -> [count, mapHeight, mapWidth, featureCount]
    func featureMap(_ images: Tensor, _ pass: ImagePass) -> Tensor

    /// The logits of features.
    ///
    /// - Shapes: features [count, featureCount] -> [count, classes]
    /// - Parameter generator: what dropout draws from in training
    func logits(ofFeatures features: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator) -> Tensor
}

extension ImageNetwork {
    /// The features of images: the mean over the places of the last convolution's output.
    ///
    /// - Shapes: images [count, height, width, 3], normalised as the architecture wants -> [count, featureCount]
    public func features(_ images: Tensor, _ pass: ImagePass) -> Tensor {
        featureMap(images, pass).globallyAveraged()
    }

    /// The logits of images.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    public func logits(_ images: Tensor, _ pass: ImagePass, using generator: inout RandomGenerator) -> Tensor {
        logits(ofFeatures: features(images, pass), pass, using: &generator)
    }

    /// The logits of images, for answering: gone through in parts whose layers stay in the cache.
    ///
    /// - Shapes: images [count, height, width, 3] -> [count, classes]
    /// - Precondition: float32
    public func logits(_ images: Tensor, plan: InferencePlan) -> Tensor {
        // Never drawn from: nothing is random without training.
        var generator = RandomGenerator(seed: 0)
        let pass = ImagePass.folded(plan)
        let count = images.shape[0]
        guard count > imagesOfAPart else { return logits(images, pass, using: &generator) }
        let parts = stride(from: 0, to: count, by: imagesOfAPart).map { first in
            logits(
                images.sliced(axis: 0, first..<min(count, first + imagesOfAPart)), pass, using: &generator)
        }
        return Tensor.concatenated(parts, axis: 0)
    }
}

/// At 224 pixels the widest layers of these networks then take some ten megabytes.
private let imagesOfAPart = 4
