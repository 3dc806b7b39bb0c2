import Foundation
import Testing

@Suite struct NotebookReadmeTests {
    @Test func everyCommandStandsInTheReadme() throws {
        let dump = try HelpDump.read()
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
