import ZooKernels

/// What is subtracted from red, green and blue (0...255) and what the rest is divided by, before a network sees them.
public struct PixelNormalization: Sendable, Hashable, Codable {
    /// Of red, green and blue.
    public let mean: [Float]
    /// Of red, green and blue, above 0.
    public let deviation: [Float]

    /// Puts a normalisation together.
    ///
    /// - Precondition: three finite numbers of each, deviations above 0.
    public init(mean: [Float], deviation: [Float]) {
        precondition(Self.isSound(mean, deviation), "PixelNormalization: mean \(mean), deviation \(deviation)")
        (self.mean, self.deviation) = (mean, deviation)
    }

    /// Reads what was encoded.
    ///
    /// - Throws: `DecodingError` where ``init(mean:deviation:)`` would refuse the numbers
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mean = try container.decode([Float].self, forKey: .mean)
        deviation = try container.decode([Float].self, forKey: .deviation)
        guard Self.isSound(mean, deviation) else {
            throw DecodingError.dataCorruptedError(
                forKey: .deviation, in: container, debugDescription: "no mean and deviation of three colours")
        }
    }

    private static func isSound(_ mean: [Float], _ deviation: [Float]) -> Bool {
        mean.count == 3 && deviation.count == 3 && mean.allSatisfy(\.isFinite)
            && deviation.allSatisfy { $0.isFinite && $0 > 0 }
    }

    /// torchvision's: mean and deviation of ImageNet.
    public static let imageNet = PixelNormalization(
        mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375])
    /// EfficientNet-Lite's: about -1 ... 1.
    package static let efficientNetLite = PixelNormalization(mean: [127, 127, 127], deviation: [128, 128, 128])
    /// From -1 to 1.
    package static let signed = PixelNormalization(
        mean: [127.5, 127.5, 127.5], deviation: [127.5, 127.5, 127.5])
    /// Mean and deviation of CIFAR-10's training images.
    public static let cifar10 = PixelNormalization(
        mean: [125.307, 122.95, 113.865], deviation: [62.993, 62.089, 66.705])

    /// The normalisation as a factor and a summand, after `gain * byte + offset` has been clamped to 0...255.
    func levels(gain: Float, offset: Float) -> PixelLevels {
        PixelLevels(
            gain: gain, offset: offset, scale: deviation.map { 1 / $0 },
            shift: zip(mean, deviation).map { -$0 / $1 })
    }
}
