import Foundation
import Testing

/// `Scripts/notebooks`, which needs Python; the tests that use it are skipped where there is none.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "there is no /usr/bin/python3"))
struct NotebookScriptTests {
    private struct Notebook: Decodable {
        struct Cell: Decodable {
            struct Output: Decodable { let text: [String] }
            let kind: String
            let source: [String]
            let outputs: [Output]?

            enum CodingKeys: String, CodingKey {
                case source, outputs
                case kind = "cell_type"
            }
        }
        let cells: [Cell]
        let nbformat: Int
    }

    /// All commands of all lessons are in cells, in their order, with the output that the lesson shows.
    @Test func lessonsBecomeNotebooks() throws {
        try withSandbox { box in
            let script = NotebookDocument.path(of: "Scripts/notebooks")
            let run = try box.shell("/usr/bin/python3 '\(script)' made && /usr/bin/python3 '\(script)' none 99")
            #expect(run.code == 1 && run.stderr.contains("there is no lesson 99"), "\(run.stderr)")
            for name in try NotebookDocument.names() where name.hasPrefix("notebooks-md/") {
                let stem = name.split(separator: "/")[1].dropLast(3)
                let data = try Data(contentsOf: box.folder.appendingPathComponent("made/\(stem).ipynb"))
                let notebook = try JSONDecoder().decode(Notebook.self, from: data)
                #expect(notebook.nbformat == 4)
                let blocks = try NotebookDocument.text(named: name).blocks.filter { $0.language == "console" }
                let isLesson = stem != "README" && stem != "glossary"
                let cells = notebook.cells.filter { $0.kind == "code" }.dropFirst(isLesson ? 1 : 0)
                #expect(cells.count == blocks.count, "\(name)")
                for (cell, block) in zip(cells, blocks) {
                    let first = block.lines.first.map { String($0.dropFirst(2)) }
                    #expect(cell.source.first.map { $0.trimmingCharacters(in: .newlines) } == first, "\(name)")
                    #expect(cell.source.allSatisfy { !$0.hasPrefix("$ ") }, "\(name)")
                    let lines = cell.source.count + (cell.outputs ?? []).reduce(0) { $0 + $1.text.count }
                    #expect(lines == block.lines.count, "\(name), line \(block.line)")
                }
                for cell in notebook.cells where cell.kind == "markdown" {
                    let text = cell.source.joined()
                    let (opened, closed) = (
                        text.components(separatedBy: "<details>"), text.components(separatedBy: "</details>")
                    )
                    #expect(opened.count == closed.count && !text.contains("```console"), "\(name): \(text.prefix(80))")
                }
            }
        }
    }
}
