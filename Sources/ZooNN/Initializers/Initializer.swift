import Foundation
import ZooKernels
import ZooTensor

/// How a parameter's first values are drawn.
public enum Initializer: Sendable, Hashable {
    /// The same value everywhere.
    case constant(Double)
    /// Uniform over low ..< high.
    case uniform(low: Double, high: Double)
    /// The normal distribution.
    case normal(mean: Double = 0, deviation: Double)
    /// The normal distribution, drawn again where it is more than two deviations away from the mean.
    case truncatedNormal(mean: Double = 0, deviation: Double)
    /// Uniform over -k ..< k, k = gain * sqrt(3 / fanIn), gain = sqrt(2 / (1 + slope^2)).
    ///
    /// - Source: He et al. 2015, section 2.2; `slope` is that of the activation's negative side.
    case kaimingUniform(fanIn: Int, slope: Double = 0)
    /// Normal with deviation gain / sqrt(fanIn), gain = sqrt(2 / (1 + slope^2)).
    ///
    /// - Source: He et al. 2015, section 2.2.
    case kaimingNormal(fanIn: Int, slope: Double = 0)

    /// A tensor of drawn values.
    ///
    /// - Parameter dtype: float32 or float64
    /// - Parameter generator: with `RandomGenerator.silent` nothing is drawn, and all values are 0
    public func tensor(_ shape: Shape, dtype: DType = .float32, using generator: inout RandomGenerator) -> Tensor {
        if generator.isSilent { return .zeros(shape, dtype) }
        if dtype == .float64 { return Tensor((0..<shape.count).map { _ in draw(using: &generator) }, shape: shape) }
        let values = (0..<shape.count).map { _ in Float(draw(using: &generator)) }
        return Tensor(values, shape: shape)
    }

    private func draw(using generator: inout RandomGenerator) -> Double {
        switch self {
        case .constant(let value): return value
        case .uniform(let low, let high): return low + (high - low) * generator.uniform()
        case .normal(let mean, let deviation): return mean + deviation * Self.normal(using: &generator)
        case .truncatedNormal(let mean, let deviation):
            var value = Self.normal(using: &generator)
            while abs(value) > 2 { value = Self.normal(using: &generator) }
            return mean + deviation * value
        case .kaimingUniform(let fanIn, let slope):
            let bound = Self.gain(slope) * (3 / Double(max(fanIn, 1))).squareRoot()
            return Initializer.uniform(low: -bound, high: bound).draw(using: &generator)
        case .kaimingNormal(let fanIn, let slope):
            return Self.gain(slope) / Double(max(fanIn, 1)).squareRoot() * Self.normal(using: &generator)
        }
    }

    private static func gain(_ slope: Double) -> Double { (2 / (1 + slope * slope)).squareRoot() }

    /// Box & Muller 1958; the second number of the pair is not kept, so that draws do not depend on those before.
    private static func normal(using generator: inout RandomGenerator) -> Double {
        let first: Double = 1 - generator.uniform()  // above 0, for the logarithm
        let second: Double = generator.uniform()
        return (-2 * log(first)).squareRoot() * cos(2 * .pi * second)
    }
}
