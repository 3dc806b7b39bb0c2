import Foundation
import ZooKernels
import ZooTensor

/// Mixes each image of a batch, and its targets, with another one of the batch.
///
/// - Source: Zhang et al. 2018, with one share a batch as their program draws it
struct Mixup {
    /// The parameter of the beta distribution that the share is drawn from, above 0.
    let alpha: Double

    /// The mixture.
    ///
    /// - Shapes: images [count, ...], targets [count, classes] -> the same
    func callAsFunction(
        _ images: Tensor, _ targets: Tensor, using generator: inout RandomGenerator
    ) -> (images: Tensor, targets: Tensor) {
        let share = betaSample(alpha, alpha, using: &generator)
        let order = (0..<images.shape[0]).map { Int32($0) }.shuffled(using: &generator)
        let partners = Tensor(order)
        func mixed(_ x: Tensor) -> Tensor { x * share + x.gathered(rows: partners) * (1 - share) }
        return (mixed(images), mixed(targets))
    }
}

/// A number from Beta(a, b), as the share of the first of two gamma numbers.
func betaSample(_ a: Double, _ b: Double, using generator: inout RandomGenerator) -> Double {
    let (x, y) = (gammaSample(a, using: &generator), gammaSample(b, using: &generator))
    // Both are 0 where the parameters are tiny: then either all or nothing.
    return x + y > 0 ? x / (x + y) : (generator.uniform() as Double) < a / (a + b) ? 1 : 0
}

/// A number from Gamma(shape, 1).
///
/// - Source: Marsaglia & Tsang 2000, section 6 for shapes below 1
private func gammaSample(_ shape: Double, using generator: inout RandomGenerator) -> Double {
    if shape < 1 {
        let uniform = 1 - (generator.uniform() as Double)  // never 0
        return gammaSample(shape + 1, using: &generator) * pow(uniform, 1 / shape)
    }
    let d = shape - 1.0 / 3
    let c = 1 / (9 * d).squareRoot()
    while true {
        let x = Double(generator.normal())
        let v = pow(1 + c * x, 3)
        guard v > 0 else { continue }
        let uniform = 1 - (generator.uniform() as Double)
        if log(uniform) < x * x / 2 + d - d * v + d * log(v) { return d * v }
    }
}
