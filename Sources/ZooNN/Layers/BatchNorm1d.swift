import ZooKernels
import ZooTensor

/// Centres and scales every feature over the batch: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`.
///
/// Training measures the batch and moves the running statistics towards it; inference uses the running statistics.
/// - Shapes: x [batch, size], weight, bias, runningMean, runningVar [size] -> [batch, size]
/// - Init: weight 1, bias 0, running mean 0, running variance 1
/// - Source: Ioffe & Szegedy 2015, Algorithm 1; as in PyTorch the running variance divides by batch - 1
public final class BatchNorm1d: Module, UnaryLayer {
    /// The scale [size].
    public let weight: Parameter
    /// The shift [size].
    public let bias: Parameter
    /// The running mean [size].
    public let runningMean: Buffer
    /// The running variance [size].
    public let runningVar: Buffer
    /// How much of the running statistics a batch replaces.
    public let momentum: Double
    /// Keeps the division finite.
    public let epsilon: Double

    /// Creates a layer.
    public init(_ size: Int, momentum: Double = 0.1, epsilon: Double = 1e-5) {
        weight = Parameter(.ones([size], .float32))
        bias = Parameter(.zeros([size], .float32))
        runningMean = Buffer(.zeros([size], .float32))
        runningVar = Buffer(.ones([size], .float32))
        self.momentum = momentum
        self.epsilon = epsilon
    }

    /// Applies the layer; the generator does not matter.
    ///
    /// - Precondition: training needs at least two rows.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input, mode: mode)
    }

    /// Applies the layer.
    ///
    /// - Precondition: training needs at least two rows.
    public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
        guard mode == .training else {
            let scale = weight.value / (runningVar.value + epsilon).sqrt()
            return (input - runningMean.value) * scale + bias.value
        }
        let batch = input.shape[0]
        precondition(batch > 1, "BatchNorm1d: training needs at least two rows, shape \(input.shape)")
        let mean = input.mean(axes: [0], keepDimensions: false)
        let centred = input - mean
        let variance = (centred * centred).mean(axes: [0], keepDimensions: false)
        remember(mean: mean.detached(), variance: variance.detached() * (Double(batch) / Double(batch - 1)))
        return centred / (variance + epsilon).sqrt() * weight.value + bias.value
    }

    private func remember(mean: Tensor, variance: Tensor) {
        runningMean.value = runningMean.value * (1 - momentum) + mean * momentum
        runningVar.value = runningVar.value * (1 - momentum) + variance * momentum
    }
}
