import Foundation
import ZooKernels

/// A generated set of images: light shapes in any colour on dark grounds in any colour, with noise.
///
/// The colours say nothing of the class, nor do place, size and turn: what tells a disc from a ring, a square from a
/// triangle, is the outline alone. The same seed gives the same images.
public struct DemoImages: Sendable {
    /// The classes, in the order of their names.
    public static let classes = ["disc", "ring", "square", "triangle"]
    private let seed: UInt64

    /// Images of that seed.
    public init(seed: UInt64) { self.seed = seed }

    /// One of any number of images of a class, 40 to 72 pixels a side.
    ///
    /// - Precondition: `label` is a place in `classes`
    public func image(label: Int, index: Int) -> Image {
        var generator = RandomGenerator(seed: seed &* 1_000_003 &+ UInt64(label) &* 65_537 &+ UInt64(index))
        let (height, width) = (40 + Int(generator.next() % 33), 40 + Int(generator.next() % 33))
        let shape = DemoShape(label: label, height: height, width: width, using: &generator)
        let (ground, colour) = Self.colours(using: &generator)
        let slope = (0..<2).map { _ in (generator.uniform() as Float - 0.5) * 40 }
        var pixels = [UInt8](repeating: 0, count: height * width * 3)
        for row in 0..<height {
            for column in 0..<width {
                let cover = shape.cover(row: row, column: column)
                let light =
                    slope[0] * (Float(row) / Float(height) - 0.5) + slope[1] * (Float(column) / Float(width) - 0.5)
                let grain = 8 * generator.normal()
                for channel in 0..<3 {
                    let value = ground[channel] + (colour[channel] - ground[channel]) * cover + light + grain
                    pixels[(row * width + column) * 3 + channel] = UInt8(min(255, max(0, value.rounded())))
                }
            }
        }
        return Image(height: height, width: width, pixels: pixels)
    }

    /// Any dark colour, and any light one.
    private static func colours(using generator: inout RandomGenerator) -> (ground: [Float], colour: [Float]) {
        let ground = (0..<3).map { _ in 100 * generator.uniform() as Float }
        let colour = (0..<3).map { _ in 155 + 100 * generator.uniform() as Float }
        return (ground, colour)
    }
}

/// Where the shape of a demo image is.
private struct DemoShape {
    private let label: Int
    private let centre: (row: Float, column: Float)
    private let radius: Float
    private let turn: (cosine: Float, sine: Float)

    init(label: Int, height: Int, width: Int, using generator: inout RandomGenerator) {
        precondition(DemoImages.classes.indices.contains(label), "DemoImages: class \(label)")
        self.label = label
        let short = Float(min(height, width))
        let radius = short * (0.3 + 0.12 * generator.uniform())
        self.radius = radius
        let angle = 2 * Float.pi * generator.uniform()
        turn = (cos(angle), sin(angle))
        func place(_ length: Int, _ random: Float) -> Float { radius + (Float(length) - 2 * radius) * random }
        centre = (place(height, generator.uniform()), place(width, generator.uniform()))
    }

    /// The share of a pixel that the shape covers, from four points in it.
    func cover(row: Int, column: Int) -> Float {
        var inside = 0
        for (down, right) in [(0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)] as [(Float, Float)] {
            let (y, x) = (Float(row) + down - centre.row, Float(column) + right - centre.column)
            let (u, v) = ((x * turn.cosine + y * turn.sine) / radius, (y * turn.cosine - x * turn.sine) / radius)
            if contains(u, v) { inside += 1 }
        }
        return Float(inside) / 4
    }

    private func contains(_ u: Float, _ v: Float) -> Bool {
        switch label {
        case 0: u * u + v * v < 1
        case 1: (0.3..<1).contains(u * u + v * v)
        case 2: max(abs(u), abs(v)) < 0.8
        default: v > -0.55 && v < 1.1 - 1.75 * abs(u)
        }
    }
}
