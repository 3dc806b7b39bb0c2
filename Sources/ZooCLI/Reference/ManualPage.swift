/// The manual page of a command, in roff with the macros of man(7).
struct ManualPage {
    let command: CommandInfo
    /// The version of the program.
    let version: String
    /// The date in the page's foot, as 2026-11-30.
    let date: String
    /// Pages to see also, such as that of the command above.
    let related: [String]

    /// Its name in section 1: `zoo-train-collab`.
    var name: String { command.path.replacing(" ", with: "-") }

    /// The page, ending in a line break.
    var text: String {
        var lines = [
            ".TH \"\(Self.escaped(name.uppercased()))\" \"1\" \"\(date)\" \"zoo \(version)\" \"Zoo\"", ".SH NAME",
            "\(Self.escaped(name)) \\- \(Self.escaped(summary))", ".SH SYNOPSIS", Self.filled(command.usage),
        ]
        let paragraphs = command.paragraphs.dropFirst()
        if !paragraphs.isEmpty {
            lines.append(".SH DESCRIPTION")
            lines += paragraphs.enumerated().flatMap { ($0.offset > 0 ? [".PP"] : []) + Self.paragraph($0.element) }
        }
        for (title, options) in command.sections {
            lines.append(".SH \"\(Self.escaped(title.uppercased()))\"")
            for option in options {
                lines += [".TP", ".B \"\(Self.escaped(option.label))\"", Self.filled(option.text)]
            }
        }
        if !command.children.isEmpty {
            lines.append(".SH COMMANDS")
            for child in command.children {
                lines += [".TP", ".B \"\(Self.escaped(child.commandName))\"", Self.filled(child.abstract ?? "")]
            }
        }
        if !related.isEmpty {
            lines.append(".SH \"SEE ALSO\"")
            lines.append(related.map { "\\fB\(Self.escaped($0))\\fR(1)" }.joined(separator: ",\n"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The abstract as the NAME section has it: without its full stop.
    private var summary: String {
        let abstract = command.abstract ?? ""
        return abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract
    }

    /// A paragraph; the indented lines of a list stay lines of their own.
    private static func paragraph(_ text: String) -> [String] {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count > 1 else { return lines.map(filled) }
        let items = lines.dropFirst().map { filled(String($0.trimmingPrefix { $0 == " " })) }
        return [filled(lines[0]), ".RS 2", ".nf"] + items + [".fi", ".RE"]
    }

    /// Text in lines of at most 80 bytes where its words allow, none of which begins like a request.
    private static func filled(_ text: String) -> String {
        var lines: [String] = []
        for word in escaped(text).split(separator: " ") {
            if let last = lines.last, last.utf8.count + word.utf8.count < 78 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(".'".contains(word.first ?? " ") ? "\\&" + word : String(word))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "\\": "\\e"
            case "-": "\\-"
            case "\"": "\\(dq"
            case "…": "..."
            default: String(character)
            }
        }.joined()
    }
}
