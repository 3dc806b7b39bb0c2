import ZooData
import ZooLearn

/// An epoch in a report: the figures of its kind of model, by the names that JSON has for them.
public struct EpochOutput: Sendable, Encodable {
    /// The measurements.
    public let report: EpochReport
    private let figures: [String: JSONValue]

    /// - Parameter figures: besides `epoch` and `seconds`
    init(_ report: EpochReport, _ figures: [String: JSONValue]) {
        self.report = report
        self.figures = figures.merging(["epoch": .integer(Int64(report.epoch)), "seconds": .number(report.seconds)]) {
            first, _ in first
        }
    }

    /// A figure that is a whole number, as text; empty where there is none of that name.
    public func text(_ name: String) -> String {
        if case .integer(let value)? = figures[name] { String(value) } else { "" }
    }

    /// Writes the figures.
    public func encode(to encoder: any Encoder) throws { try figures.encode(to: encoder) }
}

extension JSONValue {
    /// A number, or null.
    init(_ value: Double?) { self = value.map { .number($0) } ?? .null }
}

extension TrainingRun.Epoch {
    /// An epoch as the history of runs keeps it.
    init(_ report: EpochReport, metrics: String = "{}") {
        self.init(
            epoch: report.epoch, trainLoss: report.trainingLoss, validationLoss: report.validationLoss,
            learningRate: report.learningRate, seconds: report.seconds, metrics: metrics)
    }
}

extension FitReport {
    /// The epoch whose weights a training kept: the best, or the last; nil without any.
    var keptOrLast: Int? { keptEpoch ?? epochs.last?.epoch }

    /// What that epoch measured.
    var keptOrLastEpoch: EpochReport? { keptEpoch.map { epochs[$0 - 1] } ?? epochs.last }

    /// The epoch with the least validation loss, whichever was kept; nil without validation.
    var leastLossEpoch: Int? { Monitor(.validationLoss).bestIndex(in: epochs).map { epochs[$0].epoch } }
}
