/// The line of a help text that shows how a command is called; the parser does not wrap it.
enum UsageText {
    /// The columns of a terminal, as help texts are wrapped for.
    private static let width = 80

    /// A help text with its usage in lines of 80 columns, broken between options, not between an option and its value.
    static func wrapped(_ help: String) -> String {
        help.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            guard line.count > width, line.lowercased().hasPrefix("usage: ") else { return String(line) }
            return lines(of: line).joined(separator: "\n")
        }.joined(separator: "\n")
    }

    private static func lines(of usage: Substring) -> [String] {
        var (lines, line) = ([String](), "")
        for part in parts(of: usage) {
            if !line.isEmpty, line.count + 1 + part.count > width {
                lines.append(line)
                line = "   "
            }
            line += (line.isEmpty ? "" : " ") + part
        }
        return lines + [line]
    }

    /// The words of a usage; what stands in brackets and the value of an option are no words of their own.
    private static func parts(of usage: Substring) -> [String] {
        var (parts, depth) = ([String](), 0)
        for word in usage.split(separator: " ") {
            if depth > 0 || word.hasPrefix("<") && parts.last?.hasPrefix("-") == true {
                parts[parts.count - 1] += " " + word
            } else {
                parts.append(String(word))
            }
            for character in word { depth += character == "[" ? 1 : character == "]" ? -1 : 0 }
        }
        return parts
    }
}
