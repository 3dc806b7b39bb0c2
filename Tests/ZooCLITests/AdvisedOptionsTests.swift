import Foundation
import Testing

/// Messages may only advise options that there are: those in the texts of the sources are looked up in the program's own dump.
@Suite struct AdvisedOptionsTests {
    private func lines() throws -> [(file: String, text: String)] {
        let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Sources").standardized
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }.flatMap { file in
            try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                .map { (file.lastPathComponent, $0.trimmingCharacters(in: .whitespaces)) }
                .filter { !$0.1.hasPrefix("//") }
        }
    }

    private func options(_ command: HelpDump.Command) -> Set<String> {
        Set((command.arguments ?? []).flatMap { ($0.names ?? []).map(\.name) })
    }

    @Test func everyOptionInATextIsAnOptionOfSomeCommand() throws {
        let dump = try HelpDump.read().command
        func all(_ command: HelpDump.Command) -> Set<String> {
            (command.subcommands ?? []).reduce(options(command)) { $0.union(all($1)) }
        }
        let known = all(dump)
        #expect(known.count > 150)
        // LibreOffice and curl have options of their own.
        for line in try lines() where !line.text.contains("soffice") && line.file != "PackDownload.swift" {
            for match in line.text.matches(of: /--([a-z][a-z0-9\-]*)/) {
                #expect(known.contains(String(match.1)), "\(line.file): \(line.text)")
            }
        }
    }

    @Test func everyCommandInATextHasTheOptionsBesideIt() throws {
        let dump = try HelpDump.read().command
        var count = 0
        for line in try lines() {
            for match in line.text.matches(of: /'zoo ([a-z][^']*? --[^']*)'/) {
                var command = dump
                for word in match.1.split(separator: " ") {
                    guard let below = command.subcommands?.first(where: { $0.commandName == word }) else { break }
                    command = below
                }
                let known = options(command)
                for option in match.1.matches(of: /--([a-z][a-z0-9\-]*)/) {
                    count += 1
                    #expect(known.contains(String(option.1)), "\(line.file): \(match.1)")
                }
            }
        }
        #expect(count > 20)
    }
}
