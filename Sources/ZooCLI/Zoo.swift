import ArgumentParser
import Foundation
import ZooWorkflows

/// Runs the program `zoo` with the arguments of this process.
package func runZoo() { Zoo.main() }

/// The program `zoo`: parses, calls one workflow, prints the result.
struct Zoo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "zoo",
        abstract: "A model zoo and embedding toolkit: models in HDF5, data in SQLite, no Python.",
        discussion: """
            A first round:
              zoo data import demo
              zoo train collab --data demo --save films
              zoo recommend films --user 42
              zoo query worst-movies --param model=films
              zoo pca films item -k 3 --plot pca.svg

            Everything is kept in --home DIR, else $ZOO_HOME, else ~/.zoo; --db FILE, else $ZOO_DB, is a database of your \
            own. Every command takes --json.
            """,
        version: ZooVersion.current,
        subcommands: [
            DataCommand.self, TrainCommand.self, CrossValidateCommand.self, TuneCommand.self, LRFindCommand.self,
            EvaluateCommand.self,
            ImportanceCommand.self, ExplainCommand.self, ExportFeaturesCommand.self, RecommendCommand.self,
            GenerateCommand.self, PredictCommand.self, SubmitCommand.self, InterpretCommand.self, EmbedCommand.self,
            EmbeddingsCommand.self, CompareCommand.self, FinetuneCommand.self, QueryCommand.self,
            ComponentsCommand.self, MapCommand.self, ServeCommand.self, InspectCommand.self, ActivationMapCommand.self,
            ModelsCommand.self, H5Command.self, LessonCommand.self, BenchCommand.self, DoctorCommand.self,
            DocsCommand.self,
            ReadHDF5Command.self,
        ])

    /// Exit codes: 0; 64 for a usage error; 130 where Ctrl-C ended it; 1 for everything else, with one line on stderr.
    static func main() {
        // A limit on the size of files is an error like a full disk, not the end of the program.
        signal(SIGXFSZ, SIG_IGN)
        Interruption.begin()
        checkInstructionSet()
        // Without the tree of all commands, which takes longer to build than all the rest of the answer.
        if CommandLine.arguments.dropFirst() == ["--version"] { return print(ZooVersion.current) }
        let arguments = OldSpelling.current(
            CommandWords.movingLocation(
                CommandWords.joiningNegatives(Array(CommandLine.arguments.dropFirst())), of: Self.self))
        let words = CommandWords(arguments, of: Self.self)
        if let mistake = words.unknownCommand { misused(mistake) }
        var running: (any ParsableCommand)?
        do {
            var command = try parseAsRoot(arguments)
            running = command
            try command.run()
        } catch {
            let code = exitCode(for: error)
            if error is ExitCode { exit(withError: error) }
            if code == .success {
                outputText(UsageText.wrapped(fullMessage(for: error)))
                Foundation.exit(0)
            }
            if error is TrainingStopped, let code = Interruption.exitCode { fail(line(for: error), code: code) }
            guard code == .validationFailure else { fail(line(for: error) + advice(for: error)) }
            if running == nil, let mistake = words.unknownOption(in: arguments) { misused(mistake) }
            misused(
                message(for: error),
                text: UsageText.wrapped(
                    running.map { usage(of: type(of: $0), message(for: error)) } ?? fullMessage(for: error) + "\n"))
        }
    }

    /// Ends the program for a command line that cannot be read.
    private static func misused(_ message: String, text: String? = nil) -> Never {
        Failure.end(message, prefix: "Error", code: ExitCode.validationFailure.rawValue, text: text)
    }

    /// What is said of a command line whose parts do not go together, as the parser says it of one that it cannot read: with
    /// the usage of the command, not of the whole program.
    private static func usage(of command: ParsableCommand.Type, _ message: String) -> String {
        let usage = usageString(for: command)
        let name = usage.prefix { !"[<".contains($0) }.trimmingCharacters(in: .whitespaces)
        return "Error: \(message)\nUsage: \(usage)\n  See '\(name) --help' for more information.\n"
    }

    /// Ends the program with one line on stderr.
    static func fail(_ line: String, code: Int32 = 1) -> Never {
        Interruption.leaveLine()
        Failure.end(Hints.located(line), prefix: "zoo", code: code)
    }

    /// What more to say where the command line names a database that hides the home's.
    private static func advice(for error: any Error) -> String {
        let words = Hints.locationOptions(of: CommandLine.arguments).flatMap { [$0.name, $0.value] }
        guard let options = try? GlobalOptions.parse(words) else { return "" }
        return Workspace.advice(for: error, at: options.location()).map { "; \($0)" } ?? ""
    }

    /// The error in one line.
    private static func line(for error: Error) -> String {
        let text = error is CocoaError ? error.localizedDescription : "\(error)"
        return text.split(whereSeparator: \.isNewline).joined(separator: " ").onOneLine
    }
}
