import Foundation
import ZooKernels

/// How a sample of a resized image is made of the samples around it. When an image is made smaller, the filter is
/// stretched so that every pixel counts (no aliasing).
public enum ResizeFilter: String, Sendable, Codable, CaseIterable {
    /// A triangle: what torchvision resizes with for its networks.
    case bilinear
    /// Keys 1981 with a = -1/2: sharper, and what EfficientNet-Lite was made with.
    case bicubic

    /// How far from its centre the filter is not zero.
    var support: Double {
        switch self {
        case .bilinear: 1
        case .bicubic: 2
        }
    }

    func callAsFunction(_ distance: Double) -> Double {
        let x = abs(distance)
        switch self {
        case .bilinear: return x < 1 ? 1 - x : 0
        case .bicubic:
            if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
            return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0
        }
    }
}

/// Which places along one axis of an image are sampled: `start + (n + 1/2) * step` for n from 0, in pixels whose
/// centres are at 1/2, 3/2, ...
struct SampledAxis: Hashable {
    var start: Double
    var step: Double
    var count: Int

    /// The whole of `length` pixels in `count` samples.
    init(length: Int, count: Int) { self.init(start: 0, step: Double(length) / Double(count), count: count) }

    init(start: Double, step: Double, count: Int) { (self.start, self.step, self.count) = (start, step, count) }

    /// Whether the samples are pixels as they are.
    var isPlain: Bool { step == 1 && start == start.rounded() }

    /// The weights of the pixels `0 ..< length` for each sample.
    func weights(length: Int, _ filter: ResizeFilter) -> AxisWeights {
        let stretch = max(1, step)
        let reach = filter.support * stretch
        return AxisWeights(
            (0..<count).map { index in
                let center = start + (Double(index) + 0.5) * step
                let first = min(length - 1, max(0, Int((center - reach + 0.5).rounded(.down))))
                let end = max(first + 1, min(length, Int((center + reach + 0.5).rounded(.down))))
                let values = (first..<end).map { filter((Double($0) + 0.5 - center) / stretch) }
                let sum = values.reduce(0, +)
                return (first: first, weights: values.map { Float($0 / sum) })
            })
    }
}

/// Resamples an image into bytes [vertical.count, horizontal.count, 3].
func resample(
    _ image: Image, vertical: SampledAxis, horizontal: SampledAxis, _ filter: ResizeFilter,
    into result: UnsafeMutablePointer<UInt8>
) {
    image.pixels.withUnsafeBufferPointer { pixels in
        guard let source = pixels.baseAddress else { return }
        resampleRGB(
            source, stride: 3 * image.width, vertical: vertical.weights(length: image.height, filter),
            horizontal: horizontal.weights(length: image.width, filter), into: result)
    }
}

extension Image {
    /// The image with other numbers of rows and columns, antialiased.
    ///
    /// - Precondition: at least one row and one column.
    public func resized(height: Int, width: Int, filter: ResizeFilter = .bicubic) -> Image {
        precondition(height > 0 && width > 0, "resized: no image has \(height) rows of \(width) pixels")
        guard height != self.height || width != self.width else { return self }
        let size = height * width * 3
        let pixels = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            guard let to = buffer.baseAddress else { return }
            let rows = SampledAxis(length: self.height, count: height)
            let columns = SampledAxis(length: self.width, count: width)
            resample(self, vertical: rows, horizontal: columns, filter, into: to)
            initialized = size
        }
        return Image(height: height, width: width, pixels: pixels)
    }

    /// The image with a shorter side of so many pixels, and the longer one in proportion.
    ///
    /// - Precondition: at least one pixel.
    public func resized(shortSide: Int, filter: ResizeFilter = .bicubic) -> Image {
        let factor = Double(shortSide) / Double(self.shortSide)
        return resized(
            height: Int((Double(height) * factor).rounded()), width: Int((Double(width) * factor).rounded()),
            filter: filter)
    }

    /// The middle of the image; where it is even it is one pixel nearer to the top left.
    ///
    /// - Precondition: the image is at least so large.
    package func centerCropped(height: Int, width: Int) -> Image {
        precondition(
            (1...self.height).contains(height) && (1...self.width).contains(width),
            "centerCropped: \(height) rows of \(width) pixels out of \(self.height) of \(self.width)")
        let (top, left) = ((self.height - height) / 2, (self.width - width) / 2)
        var cut: [UInt8] = []
        cut.reserveCapacity(height * width * 3)
        for row in top..<(top + height) {
            let start = 3 * (row * self.width + left)
            cut += pixels[start..<(start + 3 * width)]
        }
        return Image(height: height, width: width, pixels: cut)
    }
}
