import Foundation
import ZooKernels

/// A trained network with everything that makes inputs of a table: answers, and does not learn.
package struct TabularModel: Sendable {
    /// How columns become inputs.
    package let features: FittedFeatures
    /// The sizes.
    package let architecture: TabularArchitecture
    /// The numbers; several networks are averaged over their answers.
    package private(set) var members: [TabularWeights]
    /// What its validation rows said once the weights were fixed.
    package private(set) var calibration = TabularCalibration()
    /// Which number it answers with where the logarithm was learned; without a factor for the mean always the median.
    package private(set) var answer = NumberAnswer.mean
    /// The half-width of the intervals that stand beside numbers, in the unit of what is learned; nil for none.
    package private(set) var halfWidth: Double?
    private(set) var folded: [FoldedNetwork]

    /// Joins the parts.
    package init(features: FittedFeatures, architecture: TabularArchitecture, members: [TabularWeights]) {
        self.features = features
        self.architecture = architecture
        self.members = members
        folded = members.map { FoldedNetwork(architecture, $0) }
    }

    /// The model of some of its networks.
    func restricted(to networks: [Int]) -> TabularModel {
        var copy = self
        (copy.members, copy.folded) = (networks.map { members[$0] }, networks.map { folded[$0] })
        return copy
    }

    /// The model with what validation rows said.
    package func calibrated(_ calibration: TabularCalibration) -> TabularModel {
        var copy = self
        copy.calibration = calibration
        return copy
    }

    /// The model with another answer where the logarithm was learned, and with intervals of some half-width.
    package func answering(_ answer: NumberAnswer, halfWidth: Double? = nil) -> TabularModel {
        var copy = self
        (copy.answer, copy.halfWidth) = (answer, halfWidth)
        return copy
    }

    /// What the network says of encoded rows: probabilities of classes, calibrated where a temperature was fitted, or the
    /// standardised number.
    ///
    /// - Parameter body: called once with [rows, outputs]
    package func outputs<R>(
        of records: Records, threads: ThreadCount = .one, _ body: (UnsafeMutablePointer<Float>) throws -> R
    ) rethrows -> R {
        try outputs(rows: records.count, applied(to: records, threads), body)
    }

    /// What one of the networks says of some rows, [rows, outputs], classes as logarithms where that is wanted.
    typealias NetworkAnswer = (_ network: Int, _ isLogarithm: Bool, UnsafeMutablePointer<Float>) -> Void

    private func applied(to records: Records, _ threads: ThreadCount) -> NetworkAnswer {
        { folded[$0].apply(records, features.record, into: $2, isLogarithm: $1, threads: threads) }
    }

    /// What the networks say together, as `outputs(of:)`.
    func outputs<R>(
        rows: Int, _ apply: NetworkAnswer, _ body: (UnsafeMutablePointer<Float>) throws -> R
    ) rethrows -> R {
        let width = architecture.outputs
        if let temperature = calibration.temperature, width > 1 {
            return try logProbabilities(rows: rows, apply) { scores in
                for row in 0..<rows { softmax(scores + row * width, width, scale: Float(1 / temperature)) }
                return try body(scores)
            }
        }
        let result = FloatBuffer(rows * width)
        let scratch = FloatBuffer(rows * width)
        let share = 1 / Float(max(1, folded.count))
        for network in folded.indices {
            apply(network, false, scratch.address)
            for index in 0..<rows * width { result.address[index] += share * scratch.address[index] }
        }
        return try body(result.address)
    }

    /// The logarithms of the probabilities of classes, before any temperature.
    ///
    /// Of several networks the probabilities are averaged first, and the temperature divides the logarithm of that mean: a mean of
    /// probabilities is less sure of itself than its members, so that members which are calibrated one by one make an average
    /// that is not (Rahaman & Thiery 2021, "Uncertainty Quantification and Deep Ensembles").
    /// - Parameter body: called once with [rows, classes]
    func logProbabilities<R>(
        of records: Records, threads: ThreadCount, _ body: (UnsafeMutablePointer<Float>) throws -> R
    ) rethrows -> R {
        try logProbabilities(rows: records.count, applied(to: records, threads), body)
    }

    private func logProbabilities<R>(
        rows: Int, _ apply: NetworkAnswer, _ body: (UnsafeMutablePointer<Float>) throws -> R
    ) rethrows -> R {
        let count = rows * architecture.outputs
        let result = FloatBuffer(count)
        let scratch = FloatBuffer(folded.count > 1 ? count : 0)
        for number in folded.indices {
            let out = number == 0 ? result.address : scratch.address
            apply(number, true, out)
            guard number > 0 else { continue }
            for index in 0..<count {
                let (one, other) = (result.address[index], scratch.address[index])
                result.address[index] = max(one, other) + log1p(exp(-abs(one - other)))
            }
        }
        if folded.count > 1 {
            let share = log(Float(folded.count))
            for index in 0..<count { result.address[index] -= share }
        }
        return try body(result.address)
    }

    /// Metrics over encoded rows, by their lower-case names.
    ///
    /// Where the logarithm was learned and the factor of the mean is known, each metric is of the answer that it asks for: rmse and
    /// r2 of means; mae, rmspe and rmsle of medians. `answer` does not matter.
    /// - Throws: `TabularError.temporaryFile`
    package func metrics(of rows: EncodedRows, threads: ThreadCount = .all) throws -> [(name: String, value: Double)] {
        try [HeldOut(self, RowSelection(rows))].metrics(threads: threads)
    }
}

extension TabularModel {
    /// The number that a network's output stands for, within the range that the answers were limited to.
    func number(_ output: Float, _ number: FittedTarget.FittedNumber, _ answer: NumberAnswer) -> Double {
        guard answer == .mean, number.isLog, let factor = calibration.meanFactor else {
            return number.decoded(Double(output))
        }
        // E[1 + y] is the factor times exp(E[log(1 + y)]).
        return limited(number.decoded(Double(output), shift: log(factor)), number)
    }

    /// The interval of half-width `halfWidth` around an output, in the space that was learned.
    func interval(_ output: Float, _ number: FittedTarget.FittedNumber, _ halfWidth: Double) -> NumberInterval {
        NumberInterval(
            low: limited(number.decoded(Double(output), shift: -halfWidth), number),
            high: limited(number.decoded(Double(output), shift: halfWidth), number))
    }

    private func limited(_ value: Double, _ number: FittedTarget.FittedNumber) -> Double {
        guard let range = architecture.range else { return value }
        return min(max(value, number.decoded(Double(range.low))), number.decoded(Double(range.high)))
    }
}
