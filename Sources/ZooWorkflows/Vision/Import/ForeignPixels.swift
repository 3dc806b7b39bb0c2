import ZooVision

/// How a network of another program reads pixels.
package struct ForeignPixels: Sendable, Hashable {
    /// What is subtracted and divided by, of red, green and blue.
    package var normalization: PixelNormalization
    /// Whether its first layer reads blue, green and red; it is turned when it is imported.
    package var isBlueFirst: Bool

    /// Puts it together.
    package init(_ normalization: PixelNormalization, isBlueFirst: Bool = false) {
        (self.normalization, self.isBlueFirst) = (normalization, isBlueFirst)
    }

    /// Caffe's way, which Keras's ResNet has: blue first, ImageNet's means subtracted, nothing divided.
    package static let caffe = ForeignPixels(
        PixelNormalization(mean: [123.68, 116.779, 103.939], deviation: [1, 1, 1]), isBlueFirst: true)
}
