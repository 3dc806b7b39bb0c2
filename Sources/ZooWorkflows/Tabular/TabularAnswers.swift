import ZooTabular

/// What the columns `…_low` and `…_high` of predictions are.
package struct PredictionInterval: Sendable, Encodable {
    /// The part of all targets that is to lie between them.
    package let level: Double
    /// How many validation rows that was learned from.
    package let rows: Int
}

/// How the numbers of a model are given.
struct TabularAnswers {
    /// The part of all targets that intervals are to hold; nil for no intervals.
    var interval: Double?
    /// Whether a model that learned the logarithm gives medians.
    var givesMedian: Bool

    /// The model that answers so.
    ///
    /// - Throws: `WorkflowError.invalid` for what the model cannot give
    func applied(to model: TabularModel, named name: String) throws -> TabularModel {
        func refused(_ option: String, _ reason: String) -> WorkflowError { .invalid(what: option, reason: reason) }
        let target = model.features.target
        if givesMedian {
            guard case .number(let number) = target, number.isLog else {
                throw refused("--median", "'\(name)' was not trained with --log-target: it has one answer")
            }
        }
        guard let interval else { return model.answering(givesMedian ? .median : .mean) }
        guard interval > 0, interval < 1 else { throw refused("--interval \(interval)", "it is above 0 and below 1") }
        guard target.classes == nil else {
            throw refused(
                "--interval", "'\(name)' predicts classes, which have probabilities: intervals are for numbers")
        }
        guard let residuals = model.calibration.residuals else {
            throw refused(
                "--interval",
                "'\(name)' holds no errors of validation rows: train it (again) with validation rows, as --valid 0.2")
        }
        guard let width = residuals.halfWidth(level: interval) else {
            throw refused(
                "--interval \(interval)",
                "it needs at least \(ConformalResiduals.leastCount(level: interval)) validation rows, and '\(name)' had "
                    + "\(residuals.count): ask for less, or train with more of them")
        }
        return model.answering(givesMedian ? .median : .mean, halfWidth: width)
    }
}

extension TabularModel {
    /// Which number is given where the logarithm was learned; nil for all others.
    var answerName: String? {
        guard case .number(let number) = features.target, number.isLog else { return nil }
        return (calibration.meanFactor == nil ? .median : answer).rawValue
    }
}

extension TabularQuestion {
    /// Refuses a row of which columns were filled in: an interval of full rows says too little of it.
    ///
    /// - Throws: `WorkflowError.invalid` naming the columns
    func refuseFilled(isOneRow: Bool) throws {
        let missing = answer?.filled ?? assumed.keys.sorted()
        guard missing.isEmpty else {
            throw WorkflowError.invalid(
                what: "--interval",
                reason: "it is for rows with all columns: --set these, too: \(missing.joined(separator: ", "))")
        }
        guard !isOneRow || lacking.isEmpty else {
            throw WorkflowError.invalid(
                what: "--interval",
                reason:
                    "the row lacks \(lacking.map(\.column).joined(separator: ", ")), from earlier rows of its series: "
                    + "give those with it (--input)")
        }
    }
}
