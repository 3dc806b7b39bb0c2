import Foundation
import Testing

/// What `zoo docs` and the parser make of the commands: the page docs/commands.md, manual pages, and completions.
@Suite struct ReferenceTests {
    private static let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/commands.md")

    /// Run with ZOO_WRITE_SNAPSHOTS=1 to write the page of today.
    @Test func theListOfCommandsIsThatOfTheProgram() throws {
        let text = try withSandbox { try $0.succeed("docs", "markdown") }
        if ProcessInfo.processInfo.environment["ZOO_WRITE_SNAPSHOTS"] != nil {
            try Data(text.utf8).write(to: Self.page)
        }
        let written = String(decoding: try Data(contentsOf: Self.page), as: UTF8.self)
        #expect(text == written, "docs/commands.md is out of date; ZOO_WRITE_SNAPSHOTS=1 writes it")
    }

    @Test func everyCommandHasItsOptionsInTheList() throws {
        let lines = try NotebookDocument.lines(of: "docs/commands.md")
        let common = section("Options of every command", of: lines)
        #expect(common.contains { $0.hasPrefix("| `--json` | ") })
        let paths = try HelpDump.read().command.leafCommands
        #expect(paths.count > 40)
        for (path, command) in paths {
            let name = "zoo " + path.joined(separator: " ")
            let text = section(name, of: lines)
            #expect(lines.contains { $0.hasPrefix("| [`\(name)`](#\(name.replacing(" ", with: "-"))) | ") }, "\(name)")
            for argument in command.arguments ?? [] where argument.shouldDisplay {
                guard let option = argument.preferredName?.name else { continue }
                let rows = (common + text).filter { $0.hasPrefix("| `") && $0.contains("-\(option)") }
                #expect(!rows.isEmpty, "\(name) --\(option)")
            }
        }
    }

    /// The lines below a heading.
    private func section(_ title: String, of lines: [String]) -> [String] {
        let from = lines.drop { $0 != "## " + title }.dropFirst()
        return Array(from.prefix { !$0.hasPrefix("## ") })
    }

    @Test func everyCommandHasAManualPage() throws {
        try withSandbox { box in
            try box.succeed("docs", "man", "man1")
            let names = try FileManager.default.contentsOfDirectory(atPath: box.folder.path + "/man1").sorted()
            #expect(names.contains("zoo.1") && names.contains("zoo-data-import-csv.1"))
            #expect(names.count == (try HelpDump.read().command.displayed.filter { $0.commandName != "help" }.count))
            let requests = [".TH", ".SH", ".TP", ".PP", ".B", ".RS", ".RE", ".nf", ".fi"]
            for name in names {
                let page = try String(contentsOfFile: box.folder.path + "/man1/" + name, encoding: .utf8)
                let lines = page.split(separator: "\n").map(String.init)
                #expect(lines.first?.hasPrefix(".TH \"ZOO") == true && lines.dropFirst().first == ".SH NAME", "\(name)")
                for line in lines where line.hasPrefix(".") || line.hasPrefix("'") {
                    #expect(requests.contains(String(line.prefix { $0 != " " })), "\(name): \(line)")
                }
            }
            let collab = try String(contentsOfFile: box.folder.path + "/man1/zoo-train-collab.1", encoding: .utf8)
            #expect(collab.contains("\n.B \"\\-\\-factors <factors>\"\nLength of the vectors"), "\(collab)")
            #expect(collab.contains("\\fBzoo\\-train\\fR(1)"))
        }
    }

    /// Where man is installed: it formats every page without a warning.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/man"))) func manReadsThePages() throws {
        try withSandbox { box in
            try box.succeed("docs", "man", "man1")
            let run = try box.shell("for page in man1/*.1; do man --warnings -l $page | head -3; done")
            #expect(run.code == 0 && run.stderr.isEmpty && run.stdout.contains("ZOO-TRAIN-COLLAB(1)"), "\(run.stderr)")
        }
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func theParserWritesCompletions(_ shell: String) throws {
        try withSandbox { box in
            let script = try box.succeed("--generate-completion-script", shell)
            #expect(script.contains("cross-validate") && script.contains("checkpoint-minutes"))
            guard shell == "bash" else { return }
            let run = try box.shell("\"$zoo\" --generate-completion-script bash | bash -n")
            #expect(run.code == 0 && run.stderr.isEmpty, "\(run.stderr)")
        }
    }
}
