/// The commands that messages propose: they get the folder and the database that this command line names.
enum Hints {
    /// The text with `--db` and `--home`, as they were given, at the end of every quoted command: `'zoo recommend films --user …'`.
    static func located(_ text: String) -> String { located(text, as: location(of: CommandLine.arguments)) }

    /// The same for any location; a command that names one already stays as it is.
    static func located(_ text: String, as location: String) -> String {
        guard !location.isEmpty, text.contains("'zoo ") else { return text }
        let commands = Zoo.configuration.subcommands.compactMap { $0.configuration.commandName }
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var parts = line.components(separatedBy: "'zoo ")
            for index in parts.indices.dropFirst() {
                let part = parts[index]
                guard let end = part.firstIndex(of: "'"), !part[..<end].contains("--db "),
                    !part[..<end].contains("--home "),
                    let word = part[..<end].split(separator: " ").first, commands.contains(String(word))
                else { continue }
                parts[index] = part[..<end] + location + part[end...]
            }
            return parts.joined(separator: "'zoo ")
        }.joined(separator: "\n")
    }

    /// The options that name the folder and the database, as a shell takes them, with a blank before each.
    static func location(of arguments: [String]) -> String {
        locationOptions(of: arguments).map { " \($0.name) \(quoted($0.value))" }.joined()
    }

    /// The options that name the folder and the database, with their values, in the order of the command line.
    static func locationOptions(of arguments: [String]) -> [(name: String, value: String)] {
        let arguments = Array(arguments.prefix { $0 != "--" })
        return arguments.enumerated().flatMap { index, argument in
            ["--db", "--home"].compactMap { name in
                if argument == name, index + 1 < arguments.count { return (name, arguments[index + 1]) }
                return argument.hasPrefix(name + "=") ? (name, String(argument.dropFirst(name.count + 1))) : nil
            }
        }
    }

    /// In double quotes where a shell would split or change it: single ones stand around the whole command.
    private static func quoted(_ word: String) -> String {
        let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "_./~=:@%+,-".contains($0) }
        if isPlain { return word }
        return "\"" + word.map { "\\\"$`".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
