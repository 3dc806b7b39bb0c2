import ArgumentParser
import ZooData
import ZooEmbeddings

/// The words of a command line that name a command, and what is mistyped among the commands and options.
struct CommandWords {
    /// The command as far as the words name one.
    private let command: ParsableCommand.Type
    /// The names on the way there, the program's first.
    private let path: [String]
    /// The first word behind them.
    private let next: String?
    private let asksForHelp: Bool

    init(_ arguments: [String], of program: ParsableCommand.Type) {
        var command = program
        var path = [program.configuration.commandName ?? ""]
        asksForHelp = arguments.first == "help"
        var words = arguments.dropFirst(asksForHelp ? 1 : 0)
        while let word = words.first {
            let found = command.configuration.subcommands.first {
                $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
            }
            guard let found else { break }
            (command, path) = (found, path + [word])
            words = words.dropFirst()
        }
        (self.command, self.path, next) = (command, path, words.first)
    }

    /// What is wrong with a word that stands where a command should; nil if nothing is.
    var unknownCommand: String? {
        let names = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
            .compactMap { $0.configuration.commandName }
        guard !names.isEmpty, let word = next, !word.hasPrefix("-") else { return nil }
        let nearest = NearestName.of(word, among: names)
        // A command that takes arguments: only a slip in a subcommand's name counts.
        if command.configuration.defaultSubcommand != nil, !asksForHelp {
            guard nearest != nil, word.allSatisfy({ $0.isLetter || $0 == "-" }) else { return nil }
        }
        let parent = path.dropFirst().map { $0 + " " }.joined()
        let advice = nearest.map { ": did you mean '\(parent)\($0)'?" } ?? "."
        return "unknown command '\(parent)\(word)'\(advice) See '\(path.joined(separator: " ")) --help'."
    }

    /// The arguments with a negative number, or an offset such as `-05:00`, behind an option as the option's value, `--epochs=-5`: the parser would take it for
    /// an option, and say that the value is missing.
    static func joiningNegatives(_ arguments: [String]) -> [String] {
        var result: [String] = []
        for (index, argument) in arguments.enumerated() {
            let isNegative =
                argument.hasPrefix("-") && (Double(argument) != nil || TimeZoneRule(argument) != nil)
            let isFirst = index == 0 || arguments[..<index].contains("--")
            if !isFirst, isNegative, let last = result.last, last.hasPrefix("-"), !last.contains("="),
                Double(last) == nil
            {
                result[result.count - 1] = last + "=" + argument
            } else {
                result.append(argument)
            }
        }
        return result
    }

    /// The arguments with the options that every command takes moved right behind the last word of the command, where the parser
    /// looks for them, and before those that stand there, which hold.
    static func movingLocation(_ arguments: [String], of program: ParsableCommand.Type) -> [String] {
        var (words, moved, rest, command) = ([String](), [String](), arguments[...], program)
        while let word = rest.first, let name = word.split(separator: "=").first {
            let hasValue = ["--home", "--db", "--seed"].contains(name)
            if hasValue || ["--json", "--quiet"].contains(word) {
                let count = hasValue && !word.contains("=") ? 2 : 1
                moved += rest.prefix(count)
                rest = rest.dropFirst(count)
                continue
            }
            let next = command.configuration.subcommands.first {
                $0.configuration.commandName == word || $0.configuration.aliases.contains(word)
            }
            guard next != nil || words.isEmpty && word == "help" else { break }
            words.append(word)
            rest = rest.dropFirst()
            command = next ?? command
        }
        // A word that is mistyped is told as such.
        if !command.configuration.subcommands.isEmpty, let word = rest.first, !word.hasPrefix("-") {
            words.append(word)
            rest = rest.dropFirst()
        }
        // Without a command there is nothing that takes them.
        return words.isEmpty ? arguments : words + moved + rest
    }

    /// What is wrong with the first option that the command does not have; nil if it has them all.
    ///
    /// The parser finds this only when nothing else is wrong, such as the option that was meant being missing.
    func unknownOption(in arguments: [String]) -> String? {
        let command = command.configuration.defaultSubcommand ?? command
        let known = Self.options(in: Zoo.helpMessage(for: command, includeHidden: true))
        let given = arguments.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
            String($0.prefix { $0 != "=" })
        }
        guard !known.isEmpty, let wrong = given.first(where: { !known.contains($0) }) else { return nil }
        // Without the dashes, which are the same in all.
        let nearest =
            NearestName.of(String(wrong.dropFirst(2)), among: known.map { String($0.dropFirst(2)) })
            .map { ": did you mean '--\($0)'?" } ?? "."
        return "unknown option '\(wrong)'\(nearest) See '\(path.joined(separator: " ")) --help'."
    }

    /// The long names that a help text explains: those at the beginning of a line, indented by two blanks.
    private static func options(in help: String) -> [String] {
        help.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap { line in
            line.split(separator: " ").prefix { $0.hasPrefix("-") || $0.hasPrefix("<") }
                .flatMap { $0.split(whereSeparator: { ",/".contains($0) }) }
                .filter { $0.hasPrefix("--") }.map { String($0.prefix { $0 != "=" && $0 != ">" }) }
        }
    }
}
