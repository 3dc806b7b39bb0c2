import ZooNN
import ZooTensor

/// What a pass of images through a network is for.
package struct ImagePass {
    /// Learning or answering.
    package let mode: Mode
    private let plan: InferencePlan?

    private init(_ mode: Mode, _ plan: InferencePlan?) { (self.mode, self.plan) = (mode, plan) }

    /// Learning: normalisations measure the batch, gradients are recorded.
    package static var training: ImagePass { ImagePass(.training, nil) }
    /// Learning above layers that stay as they are: where neither a layer nor anything before it is trained, its frozen
    /// normalisation is folded and nothing is recorded.
    package static func training(above plan: InferencePlan) -> ImagePass { ImagePass(.training, plan) }
    /// Answering, with gradients recorded.
    package static var inference: ImagePass { ImagePass(.inference, nil) }
    /// Answering as fast as it goes: normalisations folded into convolutions; nothing is recorded.
    package static func folded(_ plan: InferencePlan) -> ImagePass { ImagePass(.inference, plan) }

    /// A convolution, its normalisation, an addition and an activation, in that order.
    func callAsFunction(
        _ x: Tensor, _ convolution: Conv2d, _ norm: BatchNorm2d, activation: FusedActivation = .none,
        residual: Tensor? = nil
    ) -> Tensor {
        guard let plan, mode == .inference || isFixed(x, convolution, norm, residual) else {
            return norm(convolution(x), mode: mode, residual: residual, activation: activation)
        }
        return plan.folded(convolution, norm, activation)(x, convolution.geometry(for: x.shape), residual: residual)
    }

    /// A convolution with its bias, a factor for each of its outputs, an addition and an activation, in that order.
    func callAsFunction(
        _ x: Tensor, _ convolution: Conv2d, scale: Parameter? = nil, activation: FusedActivation = .none,
        residual: Tensor? = nil
    ) -> Tensor {
        let isFixed =
            !x.requiresGradient && residual?.requiresGradient != true
            && !(convolution.parameters + [scale].compactMap { $0 }).contains(where: \.isTrainable)
        guard let plan, mode == .inference || isFixed else {
            var result = convolution(x)
            if let scale { result = result * scale.value }
            return activation(residual.map { result + $0 } ?? result)
        }
        return plan.folded(convolution, scale: scale, activation)(
            x, convolution.geometry(for: x.shape), residual: residual)
    }

    /// Channels weighed by what the whole image shows.
    func callAsFunction(_ x: Tensor, _ excitation: SqueezeExcitation) -> Tensor {
        excitation(x) { self($0, $1, activation: $2) }
    }

    /// Whether training changes neither the layer nor what comes in.
    private func isFixed(_ x: Tensor, _ convolution: Conv2d, _ norm: BatchNorm2d, _ residual: Tensor?) -> Bool {
        norm.isFrozen && !norm.weight.isTrainable && !norm.bias.isTrainable && !convolution.weight.isTrainable
            && !x.requiresGradient && residual?.requiresGradient != true
    }
}

/// A network's convolutions as they are packed for inference, made at first use. It holds for the weights that the network
/// has then: make another one after training.
package final class InferencePlan {
    private var convolutions: [ObjectIdentifier: (layer: Conv2d, folded: FoldedConvolution)] = [:]

    /// Creates a plan without anything in it.
    package init() {}

    func folded(_ convolution: Conv2d, _ norm: BatchNorm2d, _ activation: FusedActivation) -> FoldedConvolution {
        folded(convolution, activation) {
            let (scale, shift) = norm.scaleAndShift()
            return (scale, convolution.bias.map { $0.value * scale + shift } ?? shift)
        }
    }

    func folded(_ convolution: Conv2d, scale: Parameter?, _ activation: FusedActivation) -> FoldedConvolution {
        folded(convolution, activation) {
            (scale?.value, convolution.bias.map { bias in scale.map { bias.value * $0.value } ?? bias.value })
        }
    }

    private func folded(
        _ convolution: Conv2d, _ activation: FusedActivation, _ factors: () -> (scale: Tensor?, shift: Tensor?)
    ) -> FoldedConvolution {
        if let known = convolutions[ObjectIdentifier(convolution)] { return known.folded }
        let (scale, bias) = factors()
        let folded = FoldedConvolution(
            weight: convolution.weight.value, scale: scale, shift: bias, groups: convolution.groups,
            activation: activation)
        convolutions[ObjectIdentifier(convolution)] = (convolution, folded)
        return folded
    }
}
