import ZooKernels
import ZooTensor

/// How much each place of an image speaks for a class.
///
/// - Source: Selvaraju et al. 2017, equations 1 and 2 (Grad-CAM). In a network whose head is linear on the mean over all
///   places, this is the class activation map of Zhou et al. 2016 up to a factor
package struct ActivationMap: Sendable, Hashable {
    /// Rows of places.
    package let height: Int
    /// Columns of places.
    package let width: Int
    /// Row after row, 0...1: 1 where most speaks for the class, 0 where nothing does, or something against it.
    package let values: [Float]

    /// A map of values.
    package init(height: Int, width: Int, values: [Float]) {
        (self.height, self.width, self.values) = (height, width, values)
    }

    /// The map of one image and one class, by the gradient of that class's logit.
    ///
    /// - Shapes: image [1, height, width, 3], normalised as the network wants
    /// - Precondition: one image, float32; a class of the network
    package init(of network: any ImageNetwork, image: Tensor, classNumber: Int) {
        let weighted = Self.weighted(network, image, classNumber)
        (height, width) = (weighted.shape[1], weighted.shape[2])
        let found = weighted.floats.map { max(0, $0) }
        let most = found.max() ?? 0
        // A class that nothing speaks for has a map of zeros.
        values = most > 0 && most.isFinite ? found.map { $0 / most } : found.map { _ in 0 }
    }

    /// The channels of the last convolution's output, each weighted by the mean of its gradient, added up.
    ///
    /// - Shapes: -> [1, mapHeight, mapWidth]
    package static func weighted(_ network: any ImageNetwork, _ image: Tensor, _ classNumber: Int) -> Tensor {
        precondition(image.rank == 4 && image.shape[0] == 1, "ActivationMap: \(image.shape) is not one image")
        let places = network.withoutGradients { network.featureMap(image, .inference) }.detached().trackingGradients()
        // Never drawn from: nothing is random without training.
        var generator = RandomGenerator(seed: 0)
        let logits = network.logits(ofFeatures: network.features(ofMap: places), .inference, using: &generator)
        var unit = [Float](repeating: 0, count: logits.count)
        unit[classNumber] = 1
        let found = gradients(of: logits, withRespectTo: [places], cotangent: Tensor(unit, shape: logits.shape))
        guard let gradient = found[0]?.dense else { return .zeros([1, places.shape[1], places.shape[2]]) }
        let weights = gradient.globallyAveraged()  // [1, channels]
        return (places.detached() * weights).sum(axes: [3])
    }

    /// The value at a place given in parts of the whole, 0...1, between the middles of the map's places.
    package func value(y: Float, x: Float) -> Float {
        func place(_ part: Float, _ count: Int) -> (low: Int, high: Int, share: Float) {
            let position = min(max(part * Float(count) - 0.5, 0), Float(count - 1))
            let low = Int(position)
            return (low, min(low + 1, count - 1), position - Float(low))
        }
        let (row, column) = (place(y, height), place(x, width))
        func along(_ row: Int) -> Float {
            let (left, right) = (values[row * width + column.low], values[row * width + column.high])
            return left + (right - left) * column.share
        }
        let (top, bottom) = (along(row.low), along(row.high))
        return top + (bottom - top) * row.share
    }
}
