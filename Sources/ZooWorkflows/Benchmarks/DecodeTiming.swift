import Foundation
import ZooKernels
import ZooVision

/// The speed of making what a network sees out of a JPEG file in memory, on one thread.
package struct DecodeTiming: Sendable, Encodable {
    /// Bytes of the file.
    package let fileSize: Int
    /// Images of 500x375 decoded, resized, cut out and normalised to [224, 224, 3] in a second.
    package let decodeImagesPerSecond: Double
}

extension DecodeTiming {
    /// Times an image that the program makes itself, with about as much detail as a photograph: medians of seven rounds.
    ///
    /// - Throws: nothing in practice
    package static func photograph() throws -> DecodeTiming {
        let file = try detailed(height: 375, width: 500).jpegData(quality: 90)
        let preprocessing = Preprocessing(size: 224, normalization: .imageNet)
        let rounds = try (0..<7).map { _ in
            let start = ContinuousClock.now
            for _ in 0..<20 {
                let image = try Image(decoding: file, shortSide: preprocessing.shortSide)
                _ = preprocessing.tensor(of: [image])
            }
            return (ContinuousClock.now - start) / 20
        }
        return DecodeTiming(fileSize: file.count, decodeImagesPerSecond: 1 / (rounds.sorted()[3] / .seconds(1)))
    }

    /// Soft shapes, and noise that is stronger in some places than in others.
    private static func detailed(height: Int, width: Int) -> Image {
        var generator = RandomGenerator(seed: 1)
        var pixels: [UInt8] = []
        pixels.reserveCapacity(height * width * 3)
        for y in 0..<height {
            for x in 0..<width {
                let (u, v) = (Double(x) / 40, Double(y) / 30)
                let noise = (4 + 4 * sin(u) * cos(v)) * Double(generator.normal())
                let shape = 128 + 60 * sin(u + cos(v)) + 40 * cos(v * 2 - u)
                for colour in 0..<3 {
                    let value = shape + 20 * sin(v + Double(colour) * u / 4) + noise
                    pixels.append(UInt8(min(255, max(0, value))))
                }
            }
        }
        return Image(height: height, width: width, pixels: pixels)
    }
}
