import Foundation
import Testing

/// The Swift of docs/swift.md and the lessons stands in the tests of `Zoo`, which see no more than another package does.
@Suite struct NotebookSwiftTests {
    @Test(arguments: try NotebookDocument.names() + ["docs/swift.md"])
    func everySwiftBlockOfALessonIsTested(_ name: String) throws {
        func trimmed(_ lines: [String]) -> [String] { lines.map { $0.trimmingPrefix { $0 == " " } }.map(String.init) }
        let folder = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("ZooTests").path
        let files = try FileManager.default.contentsOfDirectory(atPath: folder)
        let tested = trimmed(try files.sorted().flatMap { try NotebookDocument.lines(ofFile: folder + "/" + $0) })
        for block in try NotebookDocument.text(named: name).blocks where block.language == "swift" {
            let wanted = trimmed(block.lines)
            let isTested = tested.indices.contains { tested[$0...].starts(with: wanted) }
            #expect(isTested, "\(name), line \(block.line): this Swift block is in no test")
        }
    }
}
