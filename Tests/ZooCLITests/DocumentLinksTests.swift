import Foundation
import Testing

@Suite struct DocumentLinksTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test func everyLinkToAFileOfThisRepositoryLeadsThere() throws {
        var names = ["README.md", "CHANGELOG.md", "Benchmarks/RESULTS.md"]
        for folder in ["docs", "notebooks-md"] {
            let files = try FileManager.default.contentsOfDirectory(atPath: Self.root.path + "/" + folder)
            names += files.filter { $0.hasSuffix(".md") }.map { folder + "/" + $0 }
        }
        var count = 0
        for name in names.sorted() {
            let page = Self.root.appendingPathComponent(name)
            let text = try String(contentsOf: page, encoding: .utf8)
            for match in text.matches(of: /\]\(([^)\s#]+)(#[^)\s]*)?\)/) {
                let link = String(match.1)
                if link.contains("://") { continue }
                let target = page.deletingLastPathComponent().appendingPathComponent(link)
                #expect(FileManager.default.fileExists(atPath: target.path), "\(name) links to \(link)")
                count += 1
            }
        }
        #expect(count > 40)
    }

    /// Someone decides by it in two minutes whether to stay.
    @Test func theReadmeIsShort() throws {
        #expect(try NotebookDocument.lines(of: "README.md").count <= 171)
    }
}
