import Foundation
import ZooCLI

/// The files of the repository that tests read.
enum NotebookDocument {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The README, the tour and all lessons, as paths from the root.
    static func names() throws -> [String] {
        let lessons = try FileManager.default.contentsOfDirectory(
            atPath: root.appendingPathComponent("notebooks-md").path)
        return ["README.md", "docs/tour.md"]
            + lessons.filter { $0.hasSuffix(".md") }.sorted().map { "notebooks-md/" + $0 }
    }

    /// The lines of a text file.
    static func lines(ofFile path: String) throws -> [String] {
        try String(contentsOf: URL(fileURLWithPath: path), encoding: .utf8).components(separatedBy: "\n")
    }

    /// The whole path of what is given by its path from the root.
    static func path(of name: String) -> String { root.appendingPathComponent(name).path }

    /// The lines of a text file, given by its path from the root.
    static func lines(of name: String) throws -> [String] { try lines(ofFile: path(of: name)) }

    /// A text, given by its path from the root.
    static func text(named name: String) throws -> LessonText {
        LessonText(name: name, text: try lines(of: name).joined(separator: "\n"))
    }
}
