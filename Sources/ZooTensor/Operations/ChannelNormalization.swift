import ZooKernels

/// What a batch's channels measured, for running statistics.
public struct ChannelStatistics: Sendable {
    /// The mean of each channel [channels].
    public let mean: Tensor
    /// The variance of each channel, divided by the count [channels].
    public let variance: Tensor
    /// Pixels of all images.
    public let count: Int
}

extension FusedActivation {
    /// Applies it.
    public func callAsFunction(_ x: Tensor) -> Tensor {
        switch self {
        case .none: x
        case .relu: x.relu()
        case .relu6: x.relu6()
        case .hardSwish: x.hardSwish()
        case .silu: x.silu()
        case .gelu: x.gelu()
        }
    }
}

extension Tensor {
    /// Batch normalisation and what follows it in one:
    /// `activation((x - mean) / sqrt(variance + epsilon) weight + bias + residual)`, mean and variance those of the batch.
    ///
    /// Gradients go through the statistics too; in Float32 they are first-order only.
    /// - Shapes: x and residual [..., channels], weight, bias [channels] -> [..., channels]
    /// - Parameter residual: added before the activation
    /// - Parameter activation: what comes last
    /// - Precondition: a real element type, shapes as above, at least two rows.
    /// - Source: Ioffe & Szegedy 2015, Algorithm 1
    public func channelsNormalized(
        weight: Tensor, bias: Tensor, epsilon: Double, residual: Tensor? = nil, activation: FusedActivation = .none
    ) -> (output: Tensor, statistics: ChannelStatistics) {
        let channels = shape[-1]
        precondition(
            weight.shape == [channels] && bias.shape == [channels],
            "channelsNormalized: \(shape) with weight \(weight.shape) and bias \(bias.shape)")
        precondition(
            residual.map { $0.shape == shape } ?? true, "channelsNormalized: the residual of \(shape) has another shape"
        )
        let size = ChannelRows(rows: channels == 0 ? 0 : count / channels, channels: channels)
        precondition(size.rows > 1, "channelsNormalized: \(shape) has not two rows")
        guard activation.isKnownByResult else {
            let (output, statistics) = channelsNormalized(
                weight: weight, bias: bias, epsilon: epsilon, residual: residual)
            return (activation(output), statistics)
        }
        return dtype == .float32
            ? fusedNormalization(size, weight, bias, epsilon, residual, activation)
            : composedNormalization(size, weight, bias, epsilon, residual, activation)
    }

    private func fusedNormalization(
        _ size: ChannelRows, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double, _ residual: Tensor?,
        _ activation: FusedActivation = .none
    ) -> (output: Tensor, statistics: ChannelStatistics) {
        let (means, squares) = channelMoments(size, float32)
        let variances = squares.map { $0 / Double(size.rows) }
        let inverse = variances.map { 1 / ($0 + epsilon).squareRoot() }
        let scale = zip(inverse, weight.floats).map { Float($0 * Double($1)) }
        let shift = zip(bias.floats, zip(means, scale)).map { Float(Double($0) - $1.0 * Double($1.1)) }
        let result = Tensor(uninitialized: shape, .float32)
        scaleChannels(
            size, float32, scale: scale, shift: shift, residual: residual?.float32, activation: activation,
            into: result.float32)
        // The rule reads neither bias nor residual, which would otherwise be kept for nothing.
        let inputs = [self, weight, bias.withoutValues()] + (residual.map { [$0.withoutValues()] } ?? [])
        let output = result.recorded(
            from: inputs, ifAny: inputs.contains(where: \.requiresGradient),
            saving: activation == .none ? .inputs : [.inputs, .output]
        ) { step in
            precondition(!step.createGraph, "channelsNormalized has first-order gradients only in Float32")
            return backward(size, step, means: means, inverse: inverse, activation: activation)
        }
        let statistics = ChannelStatistics(
            mean: Tensor(means.map { Float($0) }), variance: Tensor(variances.map { Float($0) }), count: size.rows)
        return (output, statistics)
    }

    private func composedNormalization(
        _ size: ChannelRows, _ weight: Tensor, _ bias: Tensor, _ epsilon: Double, _ residual: Tensor?,
        _ activation: FusedActivation = .none
    ) -> (output: Tensor, statistics: ChannelStatistics) {
        let rows = reshaped([size.rows, size.channels])
        let mean = rows.mean(axes: [0])
        let variance = rows.variance(axes: [0])
        let normalized = ((rows - mean) / (variance + epsilon).sqrt() * weight + bias).reshaped(shape)
        let sum = residual.map { normalized + $0 } ?? normalized
        let statistics = ChannelStatistics(mean: mean.detached(), variance: variance.detached(), count: size.rows)
        return (activation(sum), statistics)
    }
}

/// With g the gradient past the activation and h = (x - mean) / deviation:
/// dx = weight / deviation (g - mean(g) - h mean(g h)), dweight = sum(g h), dbias = sum(g), dresidual = g.
private func backward(
    _ size: ChannelRows, _ step: BackwardStep, means: [Double], inverse: [Double], activation: FusedActivation
) -> [Tensor?] {
    let (x, weight, gradient) = (step.input(0), step.input(1), step.gradient)
    let result = activation == .none ? nil : step.output
    let output = result.map { ActivatedOutput($0.float32, ceiling: activation == .relu6 ? 6 : .infinity) }
    let (sums, products) = channelGradientSums(
        size, x.float32, output: output, gradient: gradient.float32, mean: means.map { Float($0) })
    let count = Double(size.rows)
    let a = zip(weight.floats, inverse).map { Double($0) * $1 }
    let b = a.indices.map { -a[$0] * inverse[$0] * inverse[$0] * products[$0] / count }
    let c = a.indices.map { -a[$0] * sums[$0] / count - b[$0] * means[$0] }
    let forX = Tensor(uninitialized: x.shape, .float32)
    let forResidual = step.inputCount > 3 && step.needs(3) ? Tensor(uninitialized: x.shape, .float32) : nil
    channelGradient(
        size, x.float32, output: output, gradient: gradient.float32, a: a.map { Float($0) },
        b: b.map { Float($0) }, c: c.map { Float($0) }, into: forX.float32, residualGradient: forResidual?.float32)
    let forWeight = Tensor(zip(products, inverse).map { Float($0 * $1) })
    let forBias = Tensor(sums.map { Float($0) })
    return [forX, forWeight, forBias] + (step.inputCount > 3 ? [forResidual] : [])
}
