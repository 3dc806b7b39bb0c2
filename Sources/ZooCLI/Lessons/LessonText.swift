import Foundation

/// A lesson, the README or a page of docs, as it is followed: its fenced blocks, with the lines they stand on.
package struct LessonText {
    /// A fenced block.
    package struct Block {
        /// The word after the fence, such as `console`.
        package let language: String
        /// Its first line in the file, from 1.
        package let line: Int
        /// The heading above it; nil before the first.
        package let heading: String?
        /// The lines between the fences.
        package let lines: [String]
    }

    /// A command of a console block with the output that stands below it.
    package struct Command {
        /// The command, with the lines of its here-document.
        package let script: String
        /// The line where it stands, from 1.
        package let line: Int
        /// The heading above it; nil before the first.
        package let heading: String?
        /// The lines of output that the text shows.
        package let expected: [String]
    }

    /// The text's name in messages.
    package let name: String
    /// The fenced blocks in order.
    package let blocks: [Block]
    /// The pictures that the text shows out of `figures/`, in order: their names in that folder.
    package let figures: [String]

    /// Reads a text in Markdown.
    package init(name: String, text: String) {
        self.name = name
        var blocks: [Block] = []
        var open: (language: String, line: Int, lines: [String])?
        var heading: String?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(
                        Block(language: block.language, line: block.line, heading: heading, lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), index + 2, [])
            } else if line.hasPrefix("##") {
                heading = String(line.drop { $0 == "#" || $0 == " " })
            }
        }
        self.blocks = blocks
        figures = text.components(separatedBy: "](figures/").dropFirst().map { String($0.prefix { $0 != ")" }) }
    }

    /// The commands of the console blocks, in order: `$ …`, with the lines of a here-document up to its `EOF`.
    package var commands: [Command] {
        blocks.filter { $0.language == "console" }.flatMap { block in
            var commands: [Command] = []
            var script: [String] = []
            var expected: [String] = []
            var (start, isDocument) = (0, false)
            func finish() {
                guard !script.isEmpty else { return }
                commands.append(
                    Command(
                        script: script.joined(separator: "\n"), line: start, heading: block.heading, expected: expected)
                )
                (script, expected) = ([], [])
            }
            for (index, line) in block.lines.enumerated() {
                if isDocument {
                    script.append(line)
                    isDocument = line != "EOF"
                } else if line.hasPrefix("$ ") {
                    finish()
                    start = block.line + index
                    script = [String(line.dropFirst(2))]
                    isDocument = line.contains("<<'EOF'")
                } else {
                    expected.append(line)
                }
            }
            finish()
            return commands
        }
    }
}
