import ZooKernels
import ZooLearn
import ZooNN
import ZooTensor

/// A linear head that was fitted to the features of a frozen body: logistic regression, solved to the end.
///
/// The loss is convex, so that neither rate nor number of passes has to be chosen. How strongly weights are drawn to zero
/// is chosen by cross-validation on the training features.
package struct FeatureHead: Sendable {
    /// [featureCount, classes].
    package let weight: Tensor
    /// [classes].
    package let bias: Tensor
    /// The factor of half the weights' sum of squares in the loss, for features of variance 1.
    package let penalty: Double
    /// The loss of the features that were held out at that penalty, summed over the parts that were held out in turn.
    package let heldOutLoss: Double

    /// The penalties that are tried, strongest first.
    package static let penalties: [Double] = [3, 1, 0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3]

    /// Fits a head.
    ///
    /// - Shapes: features [rows, featureCount], targets [rows, classes]
    /// - Parameter isMultiLabel: whether each class is a yes or no of its own
    /// - Parameter copies: how many rows there are of each example: all of the first copy, then all of the second, ...;
    ///   they are held out together
    /// - Parameter seed: decides which rows are held out
    /// - Precondition: at least one row, as many targets; a multiple of `copies`.
    package static func fit(
        features: Tensor, targets: Tensor, isMultiLabel: Bool, copies: Int = 1, seed: UInt64 = 0
    ) -> FeatureHead {
        precondition(
            features.rank == 2 && targets.rank == 2 && features.shape[0] == targets.shape[0] && features.shape[0] > 0,
            "FeatureHead: features \(features.shape), targets \(targets.shape)")
        precondition(features.shape[0] % copies == 0, "FeatureHead: \(features.shape[0]) rows in \(copies) copies")
        let scaling = FeatureScaling(features)
        let scaled = scaling(features)
        let losses = heldOutLosses(scaled, targets, isMultiLabel, copies, seed)
        let best = losses.indices.min { losses[$0] < losses[$1] } ?? 0
        var weights = [Float](repeating: 0, count: (features.shape[1] + 1) * targets.shape[1])
        // From strong to weak: each solution is a good start for the next.
        for penalty in penalties.prefix(best + 1) {
            weights = solve(scaled, targets, isMultiLabel, penalty, from: weights)
        }
        return scaling.head(weights, classes: targets.shape[1], penalty: penalties[best], heldOutLoss: losses[best])
    }

    /// Sets a layer to this head.
    ///
    /// - Precondition: the layer has these shapes, and a bias.
    package func store(in layer: Linear) {
        layer.weight.value = weight
        layer.bias?.value = bias
    }

    /// The loss of rows that took no part, by penalty: five-fold, or one part of many rows.
    private static func heldOutLosses(
        _ features: Tensor, _ targets: Tensor, _ isMultiLabel: Bool, _ copies: Int, _ seed: UInt64
    ) -> [Double] {
        let count = features.shape[0] / copies
        guard count >= 10 else { return penalties.map { abs($0 - 0.1) } }  // too few to tell
        var generator = RandomGenerator(seed: seed)
        let order = (0..<count).shuffled(using: &generator)
        var losses = [Double](repeating: 0, count: penalties.count)
        for fold in 0..<(features.shape[0] > 5000 ? 1 : 5) {
            func part(_ x: Tensor, _ isHeldOut: Bool) -> Tensor {
                let examples = order.indices.filter { ($0 % 5 == fold) == isHeldOut }.map { order[$0] }
                return x.gathered(
                    rows: Tensor((0..<copies).flatMap { copy in examples.map { Int32(copy * count + $0) } }))
            }
            let (x, t) = (part(features, false), part(targets, false))
            let (heldX, heldT) = (part(features, true), part(targets, true))
            var weights = [Float](repeating: 0, count: (features.shape[1] + 1) * targets.shape[1])
            for (index, penalty) in penalties.enumerated() {
                weights = solve(x, t, isMultiLabel, penalty, from: weights)
                losses[index] += loss(heldX, heldT, isMultiLabel, weights).item
            }
        }
        return losses
    }

    /// The logits' loss; the last row of the weights is the bias.
    private static func loss(
        _ features: Tensor, _ targets: Tensor, _ isMultiLabel: Bool, _ weights: [Float]
    ) -> Tensor { loss(features, targets, isMultiLabel, Tensor(weights)) }

    private static func loss(
        _ features: Tensor, _ targets: Tensor, _ isMultiLabel: Bool, _ weights: Tensor
    ) -> Tensor {
        let (width, classes) = (features.shape[1], targets.shape[1])
        let all = weights.reshaped([width + 1, classes])
        let logits = features.matmul(all.sliced(axis: 0, 0..<width)) + all.sliced(axis: 0, width..<width + 1)
        // The sum over labels, as for one label, so that a penalty means the same.
        return imageLoss(logits, targets, isMultiLabel: isMultiLabel) * (isMultiLabel ? Double(classes) : 1)
    }

    private static func solve(
        _ features: Tensor, _ targets: Tensor, _ isMultiLabel: Bool, _ penalty: Double, from start: [Float]
    ) -> [Float] {
        let penalized = features.shape[1] * targets.shape[1]
        return LimitedMemoryBFGS().minimize(from: start) { weights in
            let tracked = Tensor(weights).trackingGradients()
            let loss = loss(features, targets, isMultiLabel, tracked)
            var slope = gradients(of: loss, withRespectTo: [tracked])[0]?.dense.floats ?? []
            var squares = 0.0
            for index in 0..<penalized {
                squares += Double(weights[index]) * Double(weights[index])
                slope[index] += Float(penalty) * weights[index]
            }
            return (loss.item + penalty / 2 * squares, slope)
        }
    }
}

/// Features moved to mean 0, and scaled together to a mean variance of 1.
private struct FeatureScaling {
    let mean: Tensor
    let scale: Double

    init(_ features: Tensor) {
        mean = features.mean(axes: [0])
        let variance = features.variance(axes: [0]).mean().item
        scale = variance > 0 ? 1 / variance.squareRoot() : 1
    }

    func callAsFunction(_ features: Tensor) -> Tensor { (features - mean) * scale }

    /// The head that does to raw features what `weights` do to scaled ones.
    func head(_ weights: [Float], classes: Int, penalty: Double, heldOutLoss: Double) -> FeatureHead {
        let width = mean.count
        let all = Tensor(weights, shape: [width + 1, classes])
        let weight = all.sliced(axis: 0, 0..<width) * scale
        let bias = all.sliced(axis: 0, width..<width + 1).reshaped([classes])
        let shift = mean.reshaped([1, width]).matmul(weight).reshaped([classes])
        return FeatureHead(weight: weight, bias: bias - shift, penalty: penalty, heldOutLoss: heldOutLoss)
    }
}
