import ArgumentParser
import Foundation
import ZooWorkflows

/// `zoo docs`: documents made of what the parser knows of the commands. Help does not list it.
struct DocsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docs", abstract: "Write the reference of all commands.", shouldDisplay: false,
        subcommands: [MarkdownCommand.self, ManualCommand.self])

    /// `zoo docs markdown`
    struct MarkdownCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "markdown", abstract: "Print docs/commands.md.")

        func run() throws { outputPiece(MarkdownReference(program: try CommandInfo.program()).text) }
    }

    /// `zoo docs man`
    struct ManualCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "man", abstract: "Write the manual pages zoo.1, zoo-train-collab.1 and so on.",
            discussion:
                "As root, 'zoo docs man /usr/local/share/man/man1' installs them; then 'man zoo-train' shows one.")
        @Argument(help: "Folder to write to, which is made if it does not exist.", completion: .directory)
        var folder: String

        func run() throws {
            let url = URL(fileURLWithPath: folder, isDirectory: true)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            let program = try CommandInfo.program()
            for command in program.all {
                let parent = program.all.first { $0.children.contains { $0.path == command.path } }
                let related = [parent].compactMap(\.?.path) + command.children.map(\.path)
                let page = ManualPage(
                    command: command, version: ZooVersion.current, date: Self.today,
                    related: related.map { $0.replacing(" ", with: "-") })
                try Data(page.text.utf8).write(to: url.appendingPathComponent(page.name + ".1"), options: .atomic)
            }
            outputText("Wrote \(program.all.count) pages to \(folder).")
        }

        /// The day, as 2026-11-30; that of $SOURCE_DATE_EPOCH where a build must be reproducible.
        private static var today: String {
            let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap(Double.init)
            let day = epoch.map { Date(timeIntervalSince1970: $0) } ?? Date()
            return String(day.ISO8601Format().prefix(10))
        }
    }
}
