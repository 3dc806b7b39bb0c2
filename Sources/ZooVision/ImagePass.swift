import ZooNN
import ZooTensor

/// What a pass of images through a network is for.
public struct ImagePass {
    /// Learning or answering.
    public let mode: Mode
    private let plan: InferencePlan?

    private init(_ mode: Mode, _ plan: InferencePlan?) { (self.mode, self.plan) = (mode, plan) }

    /// Learning: normalisations measure the batch, gradients are recorded.
    public static var training: ImagePass { ImagePass(.training, nil) }
    /// Answering, with gradients recorded.
    public static var inference: ImagePass { ImagePass(.inference, nil) }
    /// Answering as fast as it goes: normalisations folded into convolutions; nothing is recorded.
    public static func folded(_ plan: InferencePlan) -> ImagePass { ImagePass(.inference, plan) }

    /// A convolution, its normalisation, an addition and a rectifier, in that order.
    func callAsFunction(
        _ x: Tensor, _ convolution: Conv2d, _ norm: BatchNorm2d, rectifier: Rectifier = .none, addend: Tensor? = nil
    ) -> Tensor {
        guard let plan else {
            return norm(convolution(x), mode: mode, addend: addend, rectifier: rectifier)
        }
        return plan.folded(convolution, norm, rectifier)(x, convolution.motion(for: x.shape), addend: addend)
    }
}

/// A network's convolutions as they are packed for inference, made at first use. It holds for the weights that the network
/// has then: make another one after training.
public final class InferencePlan {
    private var convolutions: [ObjectIdentifier: (layer: Conv2d, folded: FoldedConvolution)] = [:]

    /// Creates a plan without anything in it.
    public init() {}

    func folded(_ convolution: Conv2d, _ norm: BatchNorm2d, _ rectifier: Rectifier) -> FoldedConvolution {
        if let known = convolutions[ObjectIdentifier(convolution)] { return known.folded }
        let (scale, shift) = norm.scaleAndShift()
        let bias = convolution.bias.map { $0.value * scale + shift } ?? shift
        let folded = FoldedConvolution(
            weight: convolution.weight.value, scale: scale, shift: bias, groups: convolution.groups,
            rectifier: rectifier)
        convolutions[ObjectIdentifier(convolution)] = (convolution, folded)
        return folded
    }
}
