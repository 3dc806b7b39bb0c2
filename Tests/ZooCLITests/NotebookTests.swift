import Foundation
import Testing
import ZooCLI

/// The README, the tour and the lessons of notebooks-md, followed word by word as a reader would.
@Suite struct NotebookTests {
    @Test(arguments: try NotebookDocument.names()) func lessonPrintsWhatItShows(_ name: String) throws {
        let text = try NotebookDocument.text(named: name)
        #expect(!text.commands.isEmpty || name.hasSuffix("glossary.md"))
        let (folder, steps) = try follow(text)
        defer { try? FileManager.default.removeItem(at: folder) }
        for step in steps where !step.isAsShown { Issue.record("\(name), line \(step.line): \(step)") }
        for figure in text.figures {
            let kept = NotebookDocument.path(of: "notebooks-md/figures/" + figure)
            let made = folder.appendingPathComponent("run/figures/" + figure)
            if ProcessInfo.processInfo.environment["ZOO_WRITE_FIGURES"] != nil {
                try Data(contentsOf: made).write(to: URL(fileURLWithPath: kept))
            }
            let difference = try FigureComparison.difference(
                between: Data(contentsOf: URL(fileURLWithPath: kept)), and: Data(contentsOf: made))
            #expect(difference == nil, "\(name): figures/\(figure)")
        }
    }

    @Test func everyFigureIsShownInALesson() throws {
        let shown = try NotebookDocument.names().flatMap { try NotebookDocument.text(named: $0).figures }
        let folder = NotebookDocument.path(of: "notebooks-md/figures")
        let kept = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        #expect(Set(kept) == Set(shown))
    }

    @Test func wrongLessonIsFoundOut() throws {
        let text = """
            Text.
            ```console
            $ cat > three.txt <<'EOF'
            one 1.00
            two 2.00
            EOF
            $ cat three.txt
            one 1.01
            two 2.50
            $ zoo models show nothing
            zoo: there is … 'nothing'…
            $ zoo models show nothing
            $ true
            more
            $ cat three.txt
            one 1.01
            two 2.00
            ```
            """
        let (folder, steps) = try follow(LessonText(name: "wrong.md", text: text))
        defer { try? FileManager.default.removeItem(at: folder) }
        #expect(steps.filter { !$0.isAsShown }.map(\.line) == [7, 12, 13])
        #expect(steps[1].difference == LessonOutput.Pair(lesson: "two 2.50", printed: "two 2.00"))
        #expect(steps.map(\.endedAsShown) == [true, true, true, false, true, true])
        #expect(steps[4].difference == LessonOutput.Pair(lesson: "more", printed: "the end"))
        #expect(steps[5].beside == [LessonOutput.Pair(lesson: "one 1.01", printed: "one 1.00")])
    }

    @Test(arguments: [
        ("a 0.500 b", "a 0.519 b", true), ("a 0.500 b", "a 0.521 b", false), ("50.0 %", "50.9 %", true),
        ("50.0 %", "51.1 %", false), ("800 items", "800 items", true), ("800 items", "801 items", false),
        ("in … s", "in 0.12 s", true), ("in … s", "out 0.12 s", false), ("-1.00 x", "1.00 x", false),
        ("…", "anything", true), ("a (1970) 1.0", "a (1971) 1.0", false), ("v1.5.2", "v1.5.3", false),
    ])
    func lineFits(_ wanted: String, _ found: String, _ fits: Bool) {
        #expect(LessonOutput.fits(wanted, found) == fits)
    }

    @Test func ellipsisAloneStandsForAnyNumberOfLines() {
        let output = LessonOutput(["a", "…", "z"])
        #expect(output.compared(with: "a\nz\n").difference == nil)
        #expect(output.compared(with: "a\nb\nz\ny\nz\n").difference == nil)
        #expect(output.compared(with: "a\nb\n").difference != nil)
        #expect(output.compared(with: "a\nz\nb\n").difference != nil)
    }

    /// All commands of a text in a new folder, which the caller removes.
    private func follow(_ text: LessonText) throws -> (folder: URL, steps: [LessonSession.Step]) {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("zoo-notebook-\(UUID().uuidString)", isDirectory: true)
        let session = try LessonSession(in: folder, program: ZooProcess.program)
        return (folder, try text.commands.map { try session.follow($0) })
    }
}
