import Foundation
import ZooCollab
import ZooData
import ZooKernels
import ZooPlots
import ZooRecords

/// What a search makes as good as it can.
package enum TuneMetric: String, Sendable, Hashable, Codable, CaseIterable {
    /// Of lists of ten.
    case ndcg
    /// Of predicted ratings.
    case rmse
}

/// What to search, and for how long.
package struct TuneCollabRequest: Sendable {
    /// Name of the data set.
    package var dataset: String
    /// The split whose training part is searched; its test part is never looked at.
    package var split: DataSplit = .all
    /// The algorithm.
    package var algorithm: CollabAlgorithm
    /// What is measured; nil for the errors of an algorithm that predicts ratings, else the lists.
    package var metric: TuneMetric?
    /// The time in seconds, that of earlier runs of the same search included.
    package var seconds: Double
    /// The most settings that are tried; nil for as many as there is time for.
    package var trials: Int?
    /// Decides every random choice.
    package var seed: UInt64 = 0
    /// The command line, kept with every measurement.
    package var command: String
    /// How many threads may be used.
    package var threads: ThreadCount = .all

    /// Asks for a search on all ratings of a data set.
    package init(dataset: String, algorithm: CollabAlgorithm, seconds: Double, command: String) {
        (self.dataset, self.algorithm, self.seconds, self.command) = (dataset, algorithm, seconds, command)
    }
}

/// What a search has found.
package struct TuneCollabReport: Sendable, Encodable {
    /// Settings that were tried.
    package struct Trial: Sendable, Encodable {
        /// Its number, from 0, which is the default settings.
        package let number: Int
        /// The options that are not the algorithm's defaults.
        package let options: CollabTrainingOptions
        /// The mean over the folds.
        package let mean: Double
        /// By fold.
        package let measures: [Double]
    }

    /// The algorithm.
    package let model: String
    /// Name of the data set.
    package let data: String
    /// The split as it is written on the command line.
    package let split: String
    /// What was measured.
    package let metric: TuneMetric
    /// All trials by number.
    package let trials: [Trial]
    /// The best of those that were measured on all folds.
    package let best: Trial
    /// The default settings.
    package let usual: Trial
    /// How many folds the best was measured on.
    package let folds: Int
    /// How long the measurements took, those of earlier runs included.
    package let seconds: Double
    /// How many measurements were taken from an earlier run of the same search.
    package let resumed: Int

    /// The mean of each trial by its number; the more folds, the surer.
    package var plot: ScatterPlot {
        ScatterPlot(
            titles: PlotTitles(
                title: "\(model) on '\(data)': settings tried", x: "trial",
                y: "\(metric.rawValue) (mean over folds)"),
            items: trials.filter(\.mean.isFinite).map { trial in
                let label = trial.number == best.number ? "best" : trial.number == 0 ? "default" : nil
                return ScatterPlot.Item(
                    x: Double(trial.number), y: trial.mean, label: label, priority: label == nil ? 0 : 1)
            }, colouring: nil)
    }
}

extension Workspace {
    /// Searches the settings of a recommender by random search with successive halving, on random folds of the training part.
    ///
    /// Every measurement is kept in `zoo_runs`: a search that was stopped continues from there, and comes to the same result.
    /// - Throws: `DataError`, `SplitError`, `WorkflowError` as trainings do; `TrainingStopped` when it was stopped
    package func tuneCollab(
        _ request: TuneCollabRequest, onMeasured: (_ trial: Int, _ fold: Int, _ value: Double) -> Void = { _, _, _ in },
        shouldStop: @escaping () -> Bool = { false }
    ) throws -> TuneCollabReport {
        let parts = try RatingParts(request.dataset, split: request.split, seed: request.seed, in: data)
        let predicts =
            request.algorithm.name == CollabAlgorithm.blend.name
            || request.algorithm.model is any PredictsRatings.Type
        let metric = request.metric ?? (predicts ? .rmse : .ndcg)
        guard metric == .ndcg || predicts else {
            throw WorkflowError.invalid(
                what: request.algorithm.name, reason: "it predicts no ratings, so that it has no rmse: search by ndcg")
        }
        let space = CollabSearchSpace(request.algorithm, by: metric, seed: request.seed)
        guard !space.tried.isEmpty else {
            throw WorkflowError.invalid(what: request.algorithm.name, reason: "it has no settings to search")
        }
        let halving = SuccessiveHalving(isLowerBetter: metric == .rmse)
        var log = try TuneLog(request, metric, fingerprint: parts.dataset.fingerprint, in: self)
        let trials = try halving.run(trials: request.trials) { trial, fold in
            if let known = log.known(trial, fold) { return known }
            // The defaults are measured whatever the time, so that there is a result.
            guard log.seconds < request.seconds || (trial, fold) == (0, 0) else { return nil }
            if shouldStop() { throw stopped(log) }
            let start = ContinuousClock.now
            let rows = parts.training.fold(fold + 1, of: 5, seed: request.seed)
            var run = CollabRun(threads: request.threads)
            run.shouldStop = shouldStop
            let value: Double
            do {
                let recipe = space.recipe(trial: trial, by: metric)
                let training = parts.training.selecting(rows.training)
                let fitted = try FittedCollab(recipe, on: training, run)
                let testing = parts.training.selecting(rows.testing)
                switch metric {
                case .rmse: value = fitted.model.ratingMetrics(on: testing)?.rmse ?? .nan
                case .ndcg:
                    value =
                        RankingEvaluation(top: 10).measure(
                            fitted.model, training: training, testing: testing, threads: request.threads
                        ).ndcg
                }
            } catch is TrainingStopped {
                // A loss that became NaN ends a training, too.
                if shouldStop() { throw stopped(log) }
                value = .nan
            } catch let error as WorkflowError {
                // The defaults fail by the data, other settings by themselves: such a trial is the worst.
                guard trial > 0 else { throw error }
                value = .nan
            }
            try log.add(trial, fold, value, options: space.options(trial: trial), started: start, in: self)
            onMeasured(trial, fold, value)
            return value
        }
        func shown(_ trial: SuccessiveHalving.Trial) -> TuneCollabReport.Trial {
            .init(
                number: trial.number, options: space.options(trial: trial.number), mean: trial.mean,
                measures: trial.measures)
        }
        guard let best = halving.best(of: trials), let usual = trials.first else {
            throw WorkflowError.invalid(what: "the search", reason: "nothing was measured: give it more time")
        }
        return TuneCollabReport(
            model: request.algorithm.name, data: request.dataset, split: request.split.name, metric: metric,
            trials: trials.map(shown), best: shown(best), usual: shown(usual), folds: best.measures.count,
            seconds: log.seconds, resumed: log.used)
    }

    private func stopped(_ log: TuneLog) -> TrainingStopped {
        TrainingStopped(
            description:
                "stopped: \(log.count.counting("measurement")) of this search are kept, the same command continues "
                + "from there")
    }
}

/// The measurements of a search, in `zoo_runs`.
private struct TuneLog {
    /// How long all measurements took that this run used or made.
    private(set) var seconds = 0.0
    /// How many of an earlier run were used.
    private(set) var used = 0
    /// How many there are.
    var count: Int { measurements.count }
    private var measurements: [Place: (value: Double, seconds: Double)] = [:]
    private let search: String
    private let request: TuneCollabRequest
    private let metric: TuneMetric
    private static let kind = "tune collab"

    private struct Place: Hashable {
        let trial: Int
        let fold: Int
    }

    /// What a run's configuration says.
    private struct Configuration: Codable {
        var search: String
        var trial: Int
        var fold: Int
        var options: CollabTrainingOptions
    }

    /// What a run's metrics say; no value for a training that diverged.
    private struct Measured: Codable {
        var value: Double?
        var seconds: Double
    }

    /// Reads what earlier runs of the same search measured: on the same data, with the same algorithm, measure and seed.
    init(_ request: TuneCollabRequest, _ metric: TuneMetric, fingerprint: String, in workspace: Workspace) throws {
        (self.request, self.metric) = (request, metric)
        search = [
            "1", fingerprint, request.split.name, request.algorithm.name, metric.rawValue, String(request.seed),
        ].joined(separator: " ")
        let decoder = JSONDecoder()
        for run in try workspace.data.runs() where run.kind == Self.kind {
            guard let configuration = try? decoder.decode(Configuration.self, from: Data(run.configuration.utf8)),
                configuration.search == search,
                let measured = try? decoder.decode(Measured.self, from: Data(run.metrics.utf8))
            else { continue }
            let place = Place(trial: configuration.trial, fold: configuration.fold)
            measurements[place] = (measured.value ?? .nan, measured.seconds)
        }
    }

    /// What an earlier run measured.
    mutating func known(_ trial: Int, _ fold: Int) -> Double? {
        guard let (value, duration) = measurements[Place(trial: trial, fold: fold)] else { return nil }
        seconds += duration
        used += 1
        return value
    }

    /// Keeps a measurement.
    mutating func add(
        _ trial: Int, _ fold: Int, _ value: Double, options: CollabTrainingOptions, started: ContinuousClock.Instant,
        in workspace: Workspace
    ) throws {
        let duration = (ContinuousClock.now - started) / .seconds(1)
        seconds += duration
        measurements[Place(trial: trial, fold: fold)] = (value, duration)
        let now = Date()
        var run = TrainingRun(
            model: nil, kind: Self.kind,
            configuration: try JSONText.encode(
                Configuration(search: search, trial: trial, fold: fold, options: options)),
            started: now.addingTimeInterval(-duration).formatted(.iso8601), finished: now.formatted(.iso8601),
            metrics: try JSONText.encode(Measured(value: value.isFinite ? value : nil, seconds: duration)))
        run.dataset = request.dataset
        run.command = request.command
        run.seed = Int64(bitPattern: request.seed)
        try workspace.data.saveRun(run)
    }
}
