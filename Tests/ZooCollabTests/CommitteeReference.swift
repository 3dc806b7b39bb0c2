import Foundation
import ZooKernels

/// `zoo_dot_bias.h` written out in Float64 for one model of a committee, straight from its equations.
struct CommitteeReference {
    var users: [Row]
    var items: [Row]
    var settings: DotBiasCommittee.Settings
    let userRows: [DotBiasCommittee.Row]
    let itemRows: [DotBiasCommittee.Row]

    /// The state of one row.
    struct Row {
        var vector: [Double]
        var bias = 0.0
        var vectorSquare = 0.0
        var biasSquare = 0.0
        var warmUp = 1.0
    }

    /// One step; returns the error before it.
    mutating func step(user: Int, item: Int, stars: Double, rate: Double) -> Double {
        let (p, q) = (users[user], items[item])
        let logit =
            Double(settings.globalBias) + p.bias + q.bias + zip(p.vector, q.vector).reduce(0) { $0 + $1.0 * $1.1 }
        let share = 1 / (1 + exp(-logit))
        let width = Double(settings.upper - settings.lower)
        let error = Double(settings.lower) + width * share - stars
        let gradient = error * width * share * (1 - share)
        move(&users[user], userRows[user], other: q, gradient, rate)
        move(&items[item], itemRows[item], other: p, gradient, rate)
        return error
    }

    private func move(
        _ row: inout Row, _ constants: DotBiasCommittee.Row, other: Row, _ gradient: Double, _ rate: Double
    ) {
        let (beta, epsilon) = (Double(settings.beta), Double(settings.epsilon))
        let meanSquare = other.vector.reduce(0) { $0 + $1 * $1 } / Double(other.vector.count)
        row.warmUp *= beta
        row.vectorSquare = beta * row.vectorSquare + (1 - beta) * gradient * gradient * meanSquare
        row.biasSquare = beta * row.biasSquare + (1 - beta) * gradient * gradient
        let step = rate * Double(constants.rate)
        let decay = rate * Double(constants.decay)
        let vectorStep = step * gradient / ((row.vectorSquare / (1 - row.warmUp)).squareRoot() + epsilon)
        let biasStep = step * gradient / ((row.biasSquare / (1 - row.warmUp)).squareRoot() + epsilon)
        row.vector = zip(row.vector, other.vector).map {
            (1 - decay * Double(settings.factorDecay)) * $0 - vectorStep * $1
        }
        row.bias = (1 - decay * Double(settings.biasDecay)) * row.bias - biasStep
    }
}
