import Foundation
import Testing

/// The layers that docs/ARCHITECTURE.md draws are those of Package.swift.
@Suite struct ArchitectureTests {
    /// Each target with what it depends on, as Package.swift says; tests and system libraries left out.
    private func declared() throws -> [String: [String]] {
        let text = try NotebookDocument.lines(of: "Package.swift").joined(separator: "\n")
        let products = ["grdb": "GRDB", "argumentParser": "ArgumentParser", "flyingSocks": "FlyingSocks"]
        var targets: [String: [String]] = [:]
        let target = /\.(?:target|executableTarget)\(\s*name: "(\w+)"(?:,\s*dependencies: \[([^\]]*)\])?/
        for match in text.matches(of: target) {
            let list = (match.2 ?? "").split(separator: ",").map {
                $0.trimmingCharacters(in: .whitespacesAndNewlines.union(CharacterSet(charactersIn: "\"")))
            }
            targets[String(match.1)] = list.filter { !$0.isEmpty }.map { products[$0] ?? $0 }
        }
        return targets
    }

    /// The same, as the first block of docs/ARCHITECTURE.md draws it.
    private func drawn() throws -> [String: [String]] {
        let lines = try NotebookDocument.lines(of: "docs/ARCHITECTURE.md")
        let block = lines.drop { $0 != "```" }.dropFirst().prefix { $0 != "```" }
        var targets: [String: [String]] = [:]
        var name = ""
        for line in block {
            let parts = line.split(separator: ">", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if !line.hasPrefix(" ") { name = parts[0] }
            let list = line.hasPrefix(" ") ? parts[0] : parts.count > 1 ? parts[1] : ""
            targets[name, default: []] += list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        }
        return targets
    }

    @Test func theDrawingIsWhatThePackageSays() throws {
        let (declared, drawn) = (try declared(), try drawn())
        #expect(declared.count > 15)
        #expect(Set(declared.keys) == Set(drawn.keys))
        for (target, dependencies) in declared { #expect(drawn[target] == dependencies, "\(target)") }
    }

    /// What stands in the way of every change is kept small.
    @Test func littleIsPublic() throws {
        let sources = try #require(FileManager.default.enumerator(atPath: NotebookDocument.path(of: "Sources")))
        var count = 0
        for case let name as String in sources where name.hasSuffix(".swift") {
            count += try NotebookDocument.lines(of: "Sources/" + name).count {
                $0.contains(#/^\s*(?:@\w+(?:\(.*?\))? +|\w+(?:\(set\))? +)*?(?:public|open) /#)
            }
        }
        #expect(count > 500 && count < 1500, "\(count) public declarations")
    }
}
