/// `docs/commands.md`: all commands with their options.
struct MarkdownReference {
    let program: CommandInfo

    /// The page, ending in a line break.
    var text: String {
        let leaves = program.all.filter(\.children.isEmpty)
        let list = leaves.map { "| [`\($0.path)`](#\(Self.anchor(of: $0))) | \(Self.escaped($0.abstract ?? "")) |" }
        let parts = [
            """
            # Commands

            Generated from the program by `zoo docs markdown`; a test fails when this page is out of date. `zoo COMMAND --help`
            prints the same for one command.
            """,
            "| command | does |\n|---|---|\n" + list.joined(separator: "\n"),
            "## Options of every command\n\n" + Self.table(program.commonOptions),
        ]
        return (parts + leaves.map(section)).joined(separator: "\n\n") + "\n"
    }

    private func section(of command: CommandInfo) -> String {
        let common = program.commonOptions
        var parts = ["## \(command.path)"] + command.paragraphs.map(Self.escaped)
        parts.append("```\n\(command.usage)\n```")
        for (title, options) in command.sections {
            let own = options.filter { !common.contains($0) }
            if own.isEmpty { continue }
            if !["Arguments", "Options"].contains(title) { parts.append("**\(title)**") }
            parts.append(Self.table(own))
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ options: [ArgumentInfo]) -> String {
        let rows = options.map { "| `\($0.label)` | \(escaped($0.text)) |" }
        return "| option | meaning |\n|---|---|\n" + rows.joined(separator: "\n")
    }

    /// The anchor that GitHub gives a heading.
    private static func anchor(of command: CommandInfo) -> String { command.path.replacing(" ", with: "-") }

    /// The text with what Markdown would take for markup or the end of a cell.
    private static func escaped(_ text: String) -> String {
        text.map { "\\|<>*_`".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
