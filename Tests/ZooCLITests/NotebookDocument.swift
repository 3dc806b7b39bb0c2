import Foundation

/// A lesson, the README or a page of docs, as the tests read it: its fenced blocks, with the lines they stand on.
struct NotebookDocument {
    /// A fenced block.
    struct Block {
        /// The word after the fence, such as `console`.
        let language: String
        /// Its first line in the file, from 1.
        let line: Int
        let lines: [String]
    }

    /// A command of a console block with the output that stands below it.
    struct Command {
        let script: String
        let line: Int
        let expected: [String]
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The README, the tour and all lessons, as paths from the root.
    static func names() throws -> [String] {
        let lessons = try FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent("notebooks-md").path)
        return ["README.md", "docs/tour.md"]
            + lessons.filter { $0.hasSuffix(".md") }.sorted().map { "notebooks-md/" + $0 }
    }

    let name: String
    let blocks: [Block]

    /// The lines of a text file.
    static func lines(ofFile path: String) throws -> [String] {
        try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8).components(separatedBy: "\n")
    }

    /// The whole path of what is given by its path from the root.
    static func path(of name: String) -> String { root.appendingPathComponent(name).path }

    /// The lines of a text file, given by its path from the root.
    static func lines(of name: String) throws -> [String] { try lines(ofFile: path(of: name)) }

    init(named name: String) throws {
        self.init(name: name, text: try Self.lines(of: name).joined(separator: "\n"))
    }

    init(name: String, text: String) {
        self.name = name
        var blocks: [Block] = []
        var open: (language: String, line: Int, lines: [String])?
        for (index, line) in text.components(separatedBy: "\n").enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(Block(language: block.language, line: block.line, lines: block.lines))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line.hasPrefix("```") {
                open = (String(line.dropFirst(3)), index + 2, [])
            }
        }
        self.blocks = blocks
    }

    /// The commands of the console blocks, in order: `$ …`, with the lines of a here-document up to its `EOF`.
    var commands: [Command] {
        blocks.filter { $0.language == "console" }.flatMap { block in
            var commands: [Command] = []
            var script: [String] = []
            var expected: [String] = []
            var (start, isDocument) = (0, false)
            func finish() {
                guard !script.isEmpty else { return }
                commands.append(Command(script: script.joined(separator: "\n"), line: start, expected: expected))
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
