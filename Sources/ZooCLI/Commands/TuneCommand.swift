import ArgumentParser
import Foundation
import ZooPlots
import ZooWorkflows

/// `zoo tune`
struct TuneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tune", abstract: "Search the settings of a training within a given time.",
        subcommands: [TuneCollabCommand.self, TuneTabularCommand.self, TuneTextCommand.self])
}

/// What every search takes.
struct TuneOptions: ParsableArguments {
    @Option(
        help: "Time for the search in minutes, that of earlier runs of the same search included, above 0 to 100000.")
    var minutes: Double
    @Option(help: "Maximum number of settings to try, 1 or more. (default: as many as there is time for)") var trials:
        Int?
    @Option(help: "SVG or PNG file for a plot of the settings tried. (default: none)", completion: .file())
    var plot: String?
    @OptionGroup var replacing: ReplaceFileOption

    func validate() throws {
        guard minutes > 0, minutes <= 100_000 else {
            throw ValidationError("--minutes must be above 0 and at most 100000, not \(minutes)")
        }
        if let trials, trials < 1 { throw ValidationError("--trials must be 1 or more, not \(trials)") }
    }

    func limits(seed: UInt64) -> TuneLimits {
        var limits = TuneLimits(seconds: 60 * minutes, command: commandLine())
        (limits.trials, limits.seed) = (trials, seed)
        return limits
    }

    /// Hears of every measurement.
    typealias OnMeasured = (_ trial: Int, _ fold: Int, _ value: Double) -> Void

    /// Runs a search and prints what it found.
    func run<Options: CommandSettings>(
        as options: GlobalOptions,
        _ search: (Workspace, @escaping OnMeasured, @escaping () -> Bool) throws -> TuneReport<Options>
    ) throws {
        try replacing.check(plot)
        let progress = options.progress
        var hasBegun = false
        let report = try search(options.workspace()) { trial, fold, value in
            progress.say("trial \(trial)\(trial == 0 ? " (defaults)" : ""), fold \(fold + 1): \(value.measureText)")
        } _: {
            // Asked before the first training, once what was asked for is known to be right.
            if !hasBegun { progress.say("the first training begins: a line follows for each that is done on a fold") }
            hasBegun = true
            return Interruption.isAskedOfTraining
        }
        try replacing.write(report.plot, to: plot, saying: progress)
        try output(report, as: options)
    }
}

/// Settings as they are written on the command line.
protocol CommandSettings: Codable, Sendable {
    /// The options with their values: `--lr 0.003`.
    var flags: String { get }
}

extension TrialSettings: CommandSettings {
    var flags: String {
        values.sorted { $0.key < $1.key }.map { name, value in
            "--\(name.replacing("_", with: "-")) \((try? ResultJSON.line(value))?.replacing("\"", with: "") ?? "")"
        }.joined(separator: " ")
    }
}

extension TuneReport: Printable where Options: CommandSettings {
    var text: String {
        let shown = trials.filter { $0.measures.count == folds || $0.number == 0 }.sorted { a, b in
            a.measures.count != b.measures.count
                ? a.measures.count > b.measures.count : isLowerBetter ? a.mean < b.mean : a.mean > b.mean
        }
        var table = TextTable(["trial", metric, "folds", "options"], rightAligned: [0, 1, 2])
        for trial in shown.prefix(10) {
            table.add([
                String(trial.number), trial.mean.measureText, String(trial.measures.count),
                trial.number == 0 ? "(defaults)" : trial.options.flags,
            ])
        }
        let earlier = resumed > 0 ? ", \(resumed) of them by an earlier run" : ""
        let count = trials.reduce(0) { $0 + $1.measures.count }
        let result =
            best.number == 0
            ? "nothing better than the defaults was found"
            : "\(metric) \(best.mean.measureText), that of the defaults \(usual.mean.measureText)"
        let flags = best.number == 0 ? "" : " " + best.options.flags
        return table.text
            + "\n\(trials.count.counting("trial")), \(count.counting("measurement"))\(earlier), in \(seconds.fixed(0)) s: \(result)"
            + "\ntrain it: \(TuneCommand.training(of: CommandLine.arguments))\(flags)"
    }
}

extension TuneCommand {
    /// The command that trains with what a search was given, but for what is only a search's.
    static func training(of arguments: [String]) -> String {
        var words = ["zoo", "train"]
        var rest = arguments.drop { $0 != configuration.commandName }.dropFirst()
        while let word = rest.popFirst() {
            switch word.prefix(while: { $0 != "=" }) {
            case "--minutes", "--trials", "--plot", "--metric": if !word.contains("=") { rest = rest.dropFirst() }
            case "--json", "--quiet", "--replace": continue
            default: words.append(word.shellQuoted)
            }
        }
        return words.joined(separator: " ")
    }
}
