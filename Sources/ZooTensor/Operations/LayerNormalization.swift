import ZooKernels

extension Tensor {
    /// Centres and scales along the last axis: `(x - mean) / sqrt(variance + epsilon) weight + bias`.
    ///
    /// - Shapes: x [..., channels], weight, bias [channels] -> [..., channels]
    /// - Precondition: a real element type, shapes as above.
    /// - Source: Ba et al. 2016, equation 4; the variance divides by the count
    package func rowsNormalized(weight: Tensor, bias: Tensor, epsilon: Double) -> Tensor {
        let channels = shape[-1]
        precondition(
            weight.shape == [channels] && bias.shape == [channels],
            "rowsNormalized: \(shape) with weight \(weight.shape) and bias \(bias.shape)")
        guard dtype == .float32 else { return rowsNormalizedInSteps(weight, bias, epsilon) }
        let size = ChannelRows(rows: channels == 0 ? 0 : count / channels, channels: channels)
        let result = Tensor(uninitialized: shape, .float32)
        let inputs = [self, weight, bias]
        let isTracked = inputs.contains(where: \.requiresGradient)
        let moments = Tensor(uninitialized: [isTracked ? size.rows : 0, 2], .float32)
        normalizeRows(
            size, float32, weight: weight.float32, bias: bias.float32, epsilon: Float(epsilon), into: result.float32,
            moments: isTracked ? moments.float32 : nil)
        return result.recorded(from: inputs, ifAny: isTracked, saving: .inputs) { step in
            let (x, weight) = (step.input(0), step.input(1))
            if step.createGraph {
                let output = x.rowsNormalizedInSteps(weight, step.input(2), epsilon)
                return gradients(
                    of: output, withRespectTo: [x, weight, step.input(2)], cotangent: step.gradient, createGraph: true
                ).map { $0?.dense }
            }
            let forX = step.needs(0) ? Tensor(uninitialized: x.shape, .float32) : nil
            let found = normalizedRowsGradient(
                size, x.float32, moments: moments.float32, weight: weight.float32, gradient: step.gradient.float32,
                into: forX?.float32)
            return [forX, Tensor(found.weight), Tensor(found.bias)]
        }
    }

    private func rowsNormalizedInSteps(_ weight: Tensor, _ bias: Tensor, _ epsilon: Double) -> Tensor {
        let centred = self - mean(axes: [-1], keepDimensions: true)
        let variance = (centred * centred).mean(axes: [-1], keepDimensions: true)
        return centred / (variance + epsilon).sqrt() * weight + bias
    }
}
