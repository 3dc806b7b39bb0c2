import ZooTensor

/// Compares the gradients of `function` with central differences along a random direction, in Float64.
///
/// Every output element counts: the outputs are weighted at random and added up.
/// - Parameter step: of the differences
/// - Parameter tolerance: of the directional derivative, relative to it or 1
/// - Throws: `Mismatch` where they disagree.
/// - Precondition: the inputs are float64.
package func checkGradient(
    at inputs: [Tensor], step: Double = 1e-5, tolerance: Double = 1e-6, seed: UInt64 = 1,
    of function: ([Tensor]) -> Tensor
) throws {
    var generator = RandomGenerator(seed: seed)
    let directions = inputs.map { Tensor.normal($0.shape, .float64, using: &generator) }
    let weights = Tensor.normal(function(inputs).shape, .float64, using: &generator)
    func weighted(_ inputs: [Tensor]) -> Tensor { (function(inputs) * weights).sum() }

    let tracked = inputs.map { $0.detached().trackingGradients() }
    let found = gradients(of: weighted(tracked), withRespectTo: tracked)
    var analytic = 0.0
    for (gradient, (input, direction)) in zip(found, zip(inputs, directions)) {
        guard let gradient = gradient?.dense else { continue }
        guard gradient.shape == input.shape else {
            throw Mismatch("the gradient of an input \(input.shape) has shape \(gradient.shape)")
        }
        analytic += (gradient * direction).sum().item
    }
    func moved(_ step: Double) -> Double {
        weighted(zip(inputs, directions).map { $0 + $1 * step }).item
    }
    let numeric = (moved(step) - moved(-step)) / (2 * step)
    let error = abs(analytic - numeric) / max(1, abs(numeric))
    if !(error <= tolerance) {
        throw Mismatch("directional derivative \(analytic), by differences \(numeric): off by \(error)")
    }
}

/// Compares the second derivatives of `function` with central differences of its gradients, in Float64.
///
/// - Throws: `Mismatch` where they disagree.
/// - Precondition: the inputs are float64.
package func checkSecondGradient(
    at inputs: [Tensor], step: Double = 1e-5, tolerance: Double = 1e-5, seed: UInt64 = 1,
    of function: ([Tensor]) -> Tensor
) throws {
    var generator = RandomGenerator(seed: seed &+ 1)
    let directions = inputs.map { Tensor.normal($0.shape, .float64, using: &generator) }
    let weights = Tensor.normal(function(inputs).shape, .float64, using: &generator)
    try checkGradient(at: inputs, step: step, tolerance: tolerance, seed: seed) { inputs in
        // Differences are taken at untracked points: those need a record of their own.
        let points = inputs.map { $0.requiresGradient ? $0 : $0.trackingGradients() }
        let total = (function(points) * weights).sum()
        let slopes = gradients(of: total, withRespectTo: points, createGraph: true)
        return zip(slopes, directions).reduce(Tensor.zeros([], .float64)) { sum, pair in
            pair.0.map { sum + ($0.dense * pair.1).sum() } ?? sum
        }
    }
}
