import Foundation
import Testing

@Suite struct HelpTests {
    static let commands = [
        "", "data", "data import", "data import demo", "data import demo-table", "data import movielens",
        "data import csv", "data import text",
        "data import demo-text", "data import images", "data import demo-images", "data list",
        "data show", "data augment", "data remove", "train", "train collab", "train tabular", "train text",
        "train text-classifier",
        "train vision", "lr-find vision",
        "cross-validate",
        "cross-validate collab", "lr-find",
        "lr-find collab", "lr-find tabular", "lr-find text", "evaluate", "importance", "explain", "export-features",
        "recommend", "tune", "tune collab", "tune tabular", "tune text", "generate", "predict", "submit", "interpret",
        "embed", "finetune",
        "finetune text",
        "finetune vision", "query",
        "query sql", "query embeddings", "embeddings", "embeddings import", "embeddings export", "embeddings index",
        "compare", "map", "serve", "pca", "cam", "models",
        "models import",
        "models list", "models show", "models verify", "models gc", "models copy", "models remove", "models export",
        "models pack", "models pull", "models search", "models index", "models log", "models diff", "models tag",
        "models rollback", "models tree", "h5", "h5 doctor",
        "inspect", "lesson", "bench", "doctor",
    ]

    private static let snapshots = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Snapshots")

    /// Run with ZOO_WRITE_SNAPSHOTS=1 to record the help of today.
    @Test(arguments: commands)
    func helpIsAsRecorded(_ command: String) throws {
        try withSandbox { box in
            let words = command.split(separator: " ").map(String.init)
            let run = try box.start(words + ["--help"]).wait()
            #expect(run.code == 0 && run.stderr.isEmpty)
            let file = Self.snapshots.appendingPathComponent((["zoo"] + words).joined(separator: "-") + ".txt")
            if ProcessInfo.processInfo.environment["ZOO_WRITE_SNAPSHOTS"] != nil {
                try FileManager.default.createDirectory(at: Self.snapshots, withIntermediateDirectories: true)
                try Data(run.stdout.utf8).write(to: file)
            }
            let expected = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            #expect(run.stdout == expected, "zoo \(command) --help; ZOO_WRITE_SNAPSHOTS=1 records it")
        }
    }

    @Test func everyCommandThatHelpNamesHasASnapshot() throws {
        try withSandbox { box in
            var listedCount = 0
            for command in Self.commands {
                let help = try box.start(command.split(separator: " ").map(String.init) + ["--help"]).wait().stdout
                let listed = help.components(separatedBy: "SUBCOMMANDS:").dropFirst().first ?? ""
                for line in listed.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("   ") {
                    let name = line.split(separator: " ").first.map(String.init) ?? ""
                    if name == "See" || name == "help" { continue }
                    let full = (command.isEmpty ? [] : [command]) + [name]
                    #expect(Self.commands.contains(full.joined(separator: " ")), "\(full)")
                    listedCount += 1
                }
            }
            #expect(listedCount >= Self.commands.count - 1)
        }
    }

    @Test func helpTextsBreakOnlyBetweenParagraphs() throws {
        let displayed = try HelpDump.read().command.displayed
        #expect(displayed.count > Self.commands.count / 2)
        for command in displayed {
            for paragraph in (command.discussion ?? "").components(separatedBy: "\n\n") {
                // A list has an indented line for each item.
                let items = paragraph.split(separator: "\n").dropFirst()
                #expect(items.allSatisfy { $0.hasPrefix("  ") }, "\(command.commandName): \(paragraph)")
            }
            let texts = [command.abstract] + (command.arguments ?? []).flatMap { [$0.abstract, $0.discussion] }
            for text in texts.compactMap({ $0 }) { #expect(!text.contains("\n"), "\(command.commandName): \(text)") }
        }
    }

    @Test func everyOptionIsExplainedWithItsDefault() throws {
        let displayed = try HelpDump.read().command.displayed
        #expect(displayed.count > Self.commands.count / 2)
        for command in displayed where command.commandName != "help" {
            for argument in command.arguments ?? [] where argument.shouldDisplay && argument.kind != "flag" {
                let name = "\(command.commandName) \(argument.preferredName?.name ?? argument.valueName ?? "")"
                let text = argument.abstract ?? ""
                #expect(text.hasSuffix(".") || text.hasSuffix(")"), "\(name): \(text)")
                guard argument.kind == "option", argument.isOptional, argument.defaultValue == nil else { continue }
                #expect(text.contains("(default: "), "\(name) does not say its default: \(text)")
            }
        }
    }
}
