/// How pixels of 0...255 become the numbers that a network reads: `(pixel - mean) / deviation`, channel by channel.
public struct PixelNormalization: Sendable, Hashable, Codable {
    /// Of red, green and blue.
    public var mean: [Float]
    /// Of red, green and blue.
    public var deviation: [Float]

    /// Puts the numbers together.
    ///
    /// - Precondition: three of each.
    public init(mean: [Float], deviation: [Float]) {
        precondition(mean.count == 3 && deviation.count == 3, "PixelNormalization: three channels")
        (self.mean, self.deviation) = (mean, deviation)
    }

    /// That of torchvision's networks for ImageNet.
    public static let imageNet = PixelNormalization(
        mean: [0.485 * 255, 0.456 * 255, 0.406 * 255], deviation: [0.229 * 255, 0.224 * 255, 0.225 * 255])
    /// That of the EfficientNet-Lites.
    public static let efficientNetLite = PixelNormalization(mean: [127, 127, 127], deviation: [128, 128, 128])
    /// The statistics of CIFAR-10.
    public static let cifar10 = PixelNormalization(
        mean: [0.4914 * 255, 0.4822 * 255, 0.4465 * 255], deviation: [0.2470 * 255, 0.2435 * 255, 0.2616 * 255])
}

/// How a picture becomes what a network reads.
public struct Preprocessing: Sendable, Hashable, Codable {
    /// Pixels along each side of what the network reads.
    public var size: Int
    /// The picture's short side before the centre is cut out, in units of `size`.
    public var resize: Double
    /// How pixels become numbers.
    public var normalization: PixelNormalization

    /// Puts the parts together.
    public init(size: Int, resize: Double, normalization: PixelNormalization) {
        (self.size, self.resize, self.normalization) = (size, resize, normalization)
    }
}
