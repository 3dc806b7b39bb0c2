import ZooTensor

/// Strengthens the channels that are strong in the whole image: `y = x + weight * x * n + bias`, n the length of the channel over
/// all pixels over the mean length of the channels.
///
/// - Shapes: x [images, height, width, size], weight, bias [size] -> as x
/// - Init: weight 0, bias 0
/// - Source: Woo et al. 2023 (ConvNeXt V2), algorithm 1; 1e-6 is added to the mean as in timm
package final class GlobalResponseNorm: Module {
    /// The strength [size].
    package let weight: Parameter
    /// The shift [size].
    package let bias: Parameter

    /// Creates a layer.
    package init(_ size: Int) {
        weight = Parameter(.zeros([size], .float32))
        bias = Parameter(.zeros([size], .float32))
    }

    /// Applies the layer.
    package func callAsFunction(_ input: Tensor) -> Tensor {
        let (images, channels) = (input.shape[0], input.shape[3])
        let pixels = input.reshaped([images, input.shape[1] * input.shape[2], channels])
        // So little that it changes no sum but 0, where a square root has no slope.
        let lengths = ((pixels * pixels).sum(axes: [1], keepDimensions: true) + 1e-30).sqrt()
        let shares = lengths / (lengths.mean(axes: [2], keepDimensions: true) + 1e-6)
        return (pixels * (shares * weight.value + 1) + bias.value).reshaped(input.shape)
    }
}
