import Foundation
import ZooData
import ZooKernels
import ZooTabular
import ZooText

/// For how long settings are searched, and what else every search is told.
package struct TuneLimits: Sendable {
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

    /// Limits a search by its time.
    package init(seconds: Double, command: String) { (self.seconds, self.command) = (seconds, command) }
}

/// A search of the settings of a training of any kind: random search with successive halving on folds, all of it kept in
/// `zoo_runs`.
struct SettingsSearch<Options: Codable & Sendable> {
    /// What is trained: `collab`.
    let kind: String
    /// The algorithm or architecture.
    let model: String
    /// Name of the data set, or what stands for it.
    let data: String
    /// The data set that runs name; nil for a SELECT.
    let dataset: String?
    /// What is held out, as it is written on the command line.
    let split: String
    /// What is measured.
    let metric: String
    /// Whether a lower measure is better.
    let isLowerBetter: Bool
    /// What makes a search the same as an earlier one, besides its kind.
    let identity: [String]
    /// The settings of a trial; those of number 0 are the defaults.
    let options: (_ trial: Int) -> Options

    /// Runs the search, or continues one that was stopped, and comes to the same result.
    ///
    /// A measurement that outlasts the time is stopped and left out.
    /// - Parameter measure: measures a trial on a fold, until it is told to stop
    /// - Throws: `TrainingStopped` when it was stopped, what the defaults fail by, `WorkflowError.invalid` where nothing was measured
    func run(
        _ limits: TuneLimits, in workspace: Workspace, onMeasured: (_ trial: Int, _ fold: Int, _ value: Double) -> Void,
        shouldStop: @escaping () -> Bool,
        measure: (_ trial: Int, _ fold: Int, _ shouldStop: @escaping () -> Bool) throws -> Double
    ) throws -> TuneReport<Options> {
        let halving = SuccessiveHalving(isLowerBetter: isLowerBetter)
        var log = try TuneLog(kind: "tune \(kind)", search: identity, in: workspace)
        let trials = try halving.run(trials: limits.trials) { trial, fold in
            if let known = log.known(trial, fold) { return known }
            // The defaults are measured whatever the time, so that there is a result.
            let isFirst = (trial, fold) == (0, 0)
            guard log.seconds < limits.seconds || isFirst else { return nil }
            if shouldStop() { throw log.stopped }
            let start = ContinuousClock.now
            let end = start + .seconds(limits.seconds - log.seconds)
            func isOver() -> Bool { !isFirst && ContinuousClock.now >= end }
            var value = Double.nan
            do { value = try measure(trial, fold) { shouldStop() || isOver() } } catch is TrainingStopped {
                if shouldStop() { throw log.stopped }
                // A loss that became NaN ends a training, too.
                if isOver() { return nil }
            } catch let error where error is WorkflowError || error is TextError || error is TabularError {
                // The defaults fail by the data, other settings by themselves: such a trial is the worst.
                guard trial > 0 else { throw error }
            }
            try log.add(
                trial, fold, value, options: options(trial), started: start, dataset: dataset, limits, in: workspace)
            onMeasured(trial, fold, value)
            return value
        }
        func shown(_ trial: SuccessiveHalving.Trial) -> TuneReport<Options>.Trial {
            .init(
                number: trial.number, options: options(trial.number), mean: trial.mean, measures: trial.measures)
        }
        guard let best = halving.best(of: trials), let usual = trials.first else {
            throw WorkflowError.invalid(what: "the search", reason: "nothing was measured: give it more time")
        }
        return TuneReport(
            model: model, data: data, split: split, metric: metric, isLowerBetter: isLowerBetter,
            trials: trials.map(shown), best: shown(best), usual: shown(usual), folds: best.measures.count,
            seconds: log.seconds, resumed: log.used)
    }
}

/// The measurements of a search, in `zoo_runs`.
private struct TuneLog {
    /// How long all measurements took that this run used or made.
    private(set) var seconds = 0.0
    /// How many of an earlier run were used.
    private(set) var used = 0
    private var measurements: [Place: (value: Double, seconds: Double)] = [:]
    private let kind: String
    private let search: String

    private struct Place: Hashable {
        let trial: Int
        let fold: Int
    }

    /// What a run's configuration says of the search.
    private struct Key: Codable {
        var search: String
        var trial: Int
        var fold: Int
    }

    /// What a run's configuration says.
    private struct Configuration<Options: Encodable>: Encodable {
        var search: String
        var trial: Int
        var fold: Int
        var options: Options
    }

    /// What a run's metrics say; no value for a training that diverged.
    private struct Measured: Codable {
        var value: Double?
        var seconds: Double
    }

    /// Reads what earlier runs of the same search measured.
    init(kind: String, search identity: [String], in workspace: Workspace) throws {
        (self.kind, search) = (kind, (["1"] + identity).joined(separator: " "))
        let decoder = JSONDecoder()
        for run in try workspace.data.runs() where run.kind == kind {
            guard let key = try? decoder.decode(Key.self, from: Data(run.configuration.utf8)), key.search == search,
                let measured = try? decoder.decode(Measured.self, from: Data(run.metrics.utf8))
            else { continue }
            measurements[Place(trial: key.trial, fold: key.fold)] = (measured.value ?? .nan, measured.seconds)
        }
    }

    /// What to say when the search is stopped.
    var stopped: TrainingStopped {
        TrainingStopped(
            description:
                "stopped: \(measurements.count.counting("measurement")) of this search kept, the same command continues from "
                + "there")
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
        _ trial: Int, _ fold: Int, _ value: Double, options: some Encodable, started: ContinuousClock.Instant,
        dataset: String?, _ limits: TuneLimits, in workspace: Workspace
    ) throws {
        let duration = (ContinuousClock.now - started) / .seconds(1)
        seconds += duration
        measurements[Place(trial: trial, fold: fold)] = (value, duration)
        let now = Date()
        var run = TrainingRun(
            model: nil, kind: kind,
            configuration: try JSONText.encode(
                Configuration(search: search, trial: trial, fold: fold, options: options)),
            started: now.addingTimeInterval(-duration).formatted(.iso8601), finished: now.formatted(.iso8601),
            metrics: try JSONText.encode(Measured(value: value.isFinite ? value : nil, seconds: duration)))
        (run.dataset, run.command, run.seed) = (dataset, limits.command, Int64(bitPattern: limits.seed))
        try workspace.data.saveRun(run)
    }
}
