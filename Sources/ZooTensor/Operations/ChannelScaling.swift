import ZooKernels

extension Tensor {
    /// Normalisation by statistics that are given, and what follows it in one:
    /// `activation((x - mean) / sqrt(variance + epsilon) weight + bias + residual)`.
    ///
    /// No gradients go to mean and variance; in Float32 the others are first-order only.
    /// - Shapes: x and residual [..., channels], weight, bias, mean, variance [channels] -> [..., channels]
    /// - Parameter residual: added before the activation
    /// - Parameter activation: what comes last
    /// - Precondition: a real element type, shapes as above.
    /// - Source: Ioffe & Szegedy 2015, Algorithm 2
    public func channelsScaled(
        weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, epsilon: Double, residual: Tensor? = nil,
        activation: FusedActivation = .none
    ) -> Tensor {
        let channels = shape[-1]
        precondition(
            [weight, bias, mean, variance].allSatisfy { $0.shape == [channels] },
            "channelsScaled: \(shape) with weight \(weight.shape), mean \(mean.shape)")
        precondition(
            residual.map { $0.shape == shape } ?? true, "channelsScaled: the residual of \(shape) has another shape")
        guard activation.isKnownByResult else {
            return activation(
                channelsScaled(
                    weight: weight, bias: bias, mean: mean, variance: variance, epsilon: epsilon, residual: residual))
        }
        guard dtype == .float32 else {
            let normalized = (self - mean) / (variance + epsilon).sqrt() * weight + bias
            return activation(residual.map { normalized + $0 } ?? normalized)
        }
        let size = ChannelRows(rows: channels == 0 ? 0 : count / channels, channels: channels)
        let inverse = variance.floats.map { 1 / (Double($0) + epsilon).squareRoot() }
        let means = mean.floats
        let scale = zip(inverse, weight.floats).map { Float($0 * Double($1)) }
        let shift = zip(bias.floats, zip(means, scale)).map { Float(Double($0) - Double($1.0) * Double($1.1)) }
        let result = Tensor(uninitialized: shape, .float32)
        scaleChannels(
            size, float32, scale: scale, shift: shift, residual: residual?.float32, activation: activation,
            into: result.float32)
        let inputs = [self, weight, bias.withoutValues()] + (residual.map { [$0.withoutValues()] } ?? [])
        return result.recorded(
            from: inputs, ifAny: inputs.contains(where: \.requiresGradient),
            saving: activation == .none ? .inputs : [.inputs, .output]
        ) { step in
            precondition(!step.createGraph, "channelsScaled has first-order gradients only in Float32")
            return backward(size, step, means: means, inverse: inverse, scale: scale, activation: activation)
        }
    }
}

/// With g the gradient past the activation:
/// dx = weight / deviation g, dweight = sum(g (x - mean)) / deviation, dbias = sum(g), dresidual = g.
private func backward(
    _ size: ChannelRows, _ step: BackwardStep, means: [Float], inverse: [Double], scale: [Float],
    activation: FusedActivation
) -> [Tensor?] {
    let (x, gradient) = (step.input(0), step.gradient)
    let result = activation == .none ? nil : step.output
    let output = result.map { ActivatedOutput($0.float32, ceiling: activation == .relu6 ? 6 : .infinity) }
    var (forWeight, forBias): (Tensor?, Tensor?)
    if step.needs(1) || step.needs(2) {
        let (sums, products) = channelGradientSums(
            size, x.float32, output: output, gradient: gradient.float32, mean: means)
        forWeight = Tensor(zip(products, inverse).map { Float($0 * $1) })
        forBias = Tensor(sums.map { Float($0) })
    }
    var (forX, forResidual): (Tensor?, Tensor?)
    let hasResidual = step.inputCount > 3
    if step.needs(0) || hasResidual && step.needs(3) {
        let forInput = Tensor(uninitialized: x.shape, .float32)
        forResidual = hasResidual && step.needs(3) ? Tensor(uninitialized: x.shape, .float32) : nil
        let zeros = [Float](repeating: 0, count: size.channels)
        channelGradient(
            size, x.float32, output: output, gradient: gradient.float32, a: scale, b: zeros, c: zeros,
            into: forInput.float32, residualGradient: forResidual?.float32)
        forX = forInput
    }
    return [forX, forWeight, forBias] + (hasResidual ? [forResidual] : [])
}
