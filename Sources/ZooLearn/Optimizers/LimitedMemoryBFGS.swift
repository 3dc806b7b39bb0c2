/// Finds the minimum of a smooth function whose values and gradients are exact, such as the loss of a linear model over all
/// rows at once.
///
/// - Source: Nocedal & Wright 2006, algorithms 7.4 and 7.5, with the step halved until it descends enough (algorithm 3.1)
package struct LimitedMemoryBFGS: Sendable, Hashable {
    /// Earlier steps that the curvature is learned from.
    package var memory = 10
    /// The most steps.
    package var maximumSteps = 200
    /// It ends where the gradient's norm is below this part of what it was at the start.
    package var tolerance = 1e-4

    /// The usual settings.
    package init() {}

    /// The place of the minimum, as far as it was reached.
    ///
    /// - Parameter function: the value and the gradient at a place
    package func minimize(
        from start: [Float], _ function: ([Float]) -> (value: Double, gradient: [Float])
    ) -> [Float] {
        var place = start
        var (value, gradient) = function(place)
        let enough = tolerance * max(norm(gradient), 1e-12)
        var pairs = CurvaturePairs(memory: memory)
        for _ in 0..<maximumSteps where norm(gradient) > enough {
            var direction = pairs.direction(against: gradient)
            if dot(direction, gradient) >= 0 {
                // Rounding spoiled the curvature: begin again.
                pairs = CurvaturePairs(memory: memory)
                direction = gradient.map { -$0 }
            }
            let slope = dot(direction, gradient)
            var length = pairs.isEmpty ? min(1, 1 / norm(gradient)) : 1
            var next = moved(place, along: direction, by: length)
            var found = function(next)
            var halvings = 0
            while !(found.value <= value + 1e-4 * length * slope), halvings < 20 {
                length /= 2
                halvings += 1
                next = moved(place, along: direction, by: length)
                found = function(next)
            }
            guard found.value < value else { break }
            pairs.add(step: difference(next, place), change: difference(found.gradient, gradient))
            (place, value, gradient) = (next, found.value, found.gradient)
        }
        return place
    }
}

/// The last steps with how the gradient changed over each.
private struct CurvaturePairs {
    let memory: Int
    private var pairs: [(step: [Float], change: [Float], product: Double)] = []

    init(memory: Int) { self.memory = memory }

    var isEmpty: Bool { pairs.isEmpty }

    mutating func add(step: [Float], change: [Float]) {
        let product = dot(step, change)
        guard product > 1e-10 * norm(step) * norm(change) else { return }
        pairs.append((step, change, product))
        if pairs.count > memory { pairs.removeFirst() }
    }

    /// Where the gradient, seen through the learned curvature, points down.
    func direction(against gradient: [Float]) -> [Float] {
        var q = gradient.map { -$0 }
        var factors: [Double] = []
        for pair in pairs.reversed() {
            let factor = dot(pair.step, q) / pair.product
            factors.append(factor)
            add(-factor, pair.change, to: &q)
        }
        if let last = pairs.last {
            let scale = Float(last.product / dot(last.change, last.change))
            for index in q.indices { q[index] *= scale }
        }
        for (pair, factor) in zip(pairs, factors.reversed()) {
            add(factor - dot(pair.change, q) / pair.product, pair.step, to: &q)
        }
        return q
    }

    private func add(_ factor: Double, _ x: [Float], to y: inout [Float]) {
        for index in y.indices { y[index] += Float(factor) * x[index] }
    }
}

private func dot(_ a: [Float], _ b: [Float]) -> Double {
    var sum = 0.0
    for index in a.indices { sum += Double(a[index]) * Double(b[index]) }
    return sum
}

private func norm(_ a: [Float]) -> Double { dot(a, a).squareRoot() }

private func difference(_ a: [Float], _ b: [Float]) -> [Float] { zip(a, b).map { $0 - $1 } }

private func moved(_ place: [Float], along direction: [Float], by length: Double) -> [Float] {
    zip(place, direction).map { $0 + Float(length) * $1 }
}
