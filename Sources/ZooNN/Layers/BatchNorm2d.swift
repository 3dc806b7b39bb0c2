import ZooKernels
import ZooTensor

@_exported import enum ZooKernels.FusedActivation

/// Centres and scales every channel over all pixels of the batch: `y = (x - mean) / sqrt(variance + epsilon) * weight + bias`.
///
/// Training measures the batch and moves the running statistics towards it; inference, and a frozen layer, use the running
/// statistics. An addition and an activation that follow can be fused.
/// - Shapes: x [images, height, width, size], weight, bias, runningMean, runningVar [size] -> as x
/// - Init: weight 1, bias 0, running mean 0, running variance 1
/// - Source: Ioffe & Szegedy 2015, Algorithm 1; as in PyTorch the running variance divides by count - 1
public final class BatchNorm2d: Module, UnaryLayer {
    /// The scale [size].
    public let weight: Parameter
    /// The shift [size].
    public let bias: Parameter
    /// The running mean [size].
    public let runningMean: Buffer
    /// The running variance [size].
    public let runningVar: Buffer
    /// How much of the running statistics a batch replaces.
    public var momentum: Double
    /// Keeps the division finite.
    public let epsilon: Double
    /// Whether training, too, uses the running statistics and leaves them alone, as in a frozen body.
    public var isFrozen = false

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
    /// - Precondition: training needs at least two pixels.
    public func callAsFunction(_ input: Tensor, mode: Mode, using generator: inout RandomGenerator) -> Tensor {
        self(input, mode: mode)
    }

    /// Applies the layer and what follows it: `activation(normalized(input) + residual)`.
    ///
    /// - Precondition: training needs at least two pixels.
    public func callAsFunction(
        _ input: Tensor, mode: Mode, residual: Tensor? = nil, activation: FusedActivation = .none
    ) -> Tensor {
        guard mode == .training, !isFrozen else {
            return input.channelsScaled(
                weight: weight.value, bias: bias.value, mean: runningMean.value, variance: runningVar.value,
                epsilon: epsilon, residual: residual, activation: activation)
        }
        let (output, batch) = input.channelsNormalized(
            weight: weight.value, bias: bias.value, epsilon: epsilon, residual: residual, activation: activation)
        let unbiased = batch.variance * (Double(batch.count) / Double(batch.count - 1))
        runningMean.value = runningMean.value * (1 - momentum) + batch.mean * momentum
        runningVar.value = runningVar.value * (1 - momentum) + unbiased * momentum
        return output
    }

    /// The layer with its running statistics as `x * scale + shift`: what can be folded into the convolution before it.
    ///
    /// - Shapes: both [size]
    public func scaleAndShift() -> (scale: Tensor, shift: Tensor) {
        let scale = weight.value / (runningVar.value + epsilon).sqrt()
        return (scale, bias.value - runningMean.value * scale)
    }
}
