import Foundation
import Testing

@Suite struct NotebookReadmeTests {
    @Test func everyCommandStandsInTheReadme() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-help-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let environment = ProcessInfo.processInfo.environment
        let help = try ZooProcess(["--experimental-dump-help"], environment: environment, in: folder).wait().stdout
        let dump = try JSONDecoder().decode(HelpDump.self, from: Data(help.utf8))
        // The program calls `read-hdf5` itself.
        let unlisted = [["query", "sql"], ["read-hdf5"]]
        let paths = dump.command.leaves.filter { $0.first != "help" && !unlisted.contains($0) }
        #expect(paths.count > 15)

        let rows = try NotebookDocument.lines(of: "README.md").filter { $0.hasPrefix("| `zoo ") }
        for path in paths {
            // A row may hold several: `zoo data list`, `show N`, `remove N`.
            let isThere = rows.contains { row in
                row.hasPrefix("| `zoo " + path[0]) && path.allSatisfy { row.contains($0) }
            }
            #expect(isThere, "README.md does not name 'zoo \(path.joined(separator: " "))'")
        }
    }
}

/// What the program says of its commands.
private struct HelpDump: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let subcommands: [Command]?

        /// The paths of the commands without subcommands, below this one.
        var leaves: [[String]] {
            (subcommands ?? []).flatMap { command in
                let below = command.leaves
                return below.isEmpty ? [[command.commandName]] : below.map { [command.commandName] + $0 }
            }
        }
    }
}
