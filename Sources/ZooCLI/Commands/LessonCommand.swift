import ArgumentParser
import Foundation
import ZooQueries
import ZooWorkflows

/// `zoo lesson`
struct LessonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lesson", abstract: "Follow a lesson of the course: run its commands beside what it shows.",
        discussion: """
            Without a number, the lessons are listed. With one, every command of the lesson runs in a new folder with a home \
            of its own, which nothing else uses; where a number differs from the lesson's by less than 2 % or 0.02, the \
            lesson's line stands below. Figures are in FOLDER/run/figures. The commands are run by bash.
            """)

    @Argument(
        help: """
            Number of the lesson: 1 to 7 with all of its parts, or one part, such as 6b. (default: the lessons are listed)
            """)
    var number: String?

    @Flag(help: "Print the lesson's text, and run nothing.")
    var show = false

    @Option(
        help: """
            Folder for what the commands make, which must be new or empty. (default: zoo-lesson- and the part's number)
            """, completion: .directory)
    var folder: String?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    func validate() throws {
        if number == nil, show || folder != nil { throw ValidationError("name a lesson, such as 'zoo lesson 1'") }
        if let number, Lesson.parts(of: number).isEmpty {
            let numbers = Lesson.all.map(\.number).joined(separator: ", ")
            throw ValidationError("there is no lesson '\(number)': the lessons are \(numbers)")
        }
        if folder == "" { throw ValidationError("--folder is empty: give a folder") }
        if show, folder != nil { throw ValidationError("--show runs nothing that needs a --folder") }
        if show, json { throw ValidationError("--show prints text and not JSON") }
    }

    func run() throws {
        guard let number else {
            let list = LessonList(lessons: Lesson.all.map { LessonList.Entry($0) })
            return json ? try outputJSON(list) : outputText(list.text)
        }
        let parts = Lesson.parts(of: number)
        if show { return outputPiece(parts.map(\.text).joined(separator: "\n")) }
        // All folders are looked at before anything runs.
        let folders = try parts.map { try newFolder(for: $0, of: parts.count) }
        var reports: [LessonReport] = []
        for (lesson, folder) in zip(parts, folders) { reports.append(try follow(lesson, in: folder)) }
        if json { try outputJSON(reports) }
        // What failed is in the result; the exit code says it to scripts.
        if reports.contains(where: { $0.failed > 0 }) { throw ExitCode(1) }
    }

    private func newFolder(for lesson: Lesson, of count: Int) throws -> URL {
        var url = URL(fileURLWithPath: folder ?? "zoo-lesson-\(lesson.number)", isDirectory: true)
        if folder != nil, count > 1 { url.appendPathComponent(lesson.number) }
        let contents = try? FileManager.default.contentsOfDirectory(atPath: url.path)
        if contents?.isEmpty == false || (contents == nil && FileManager.default.fileExists(atPath: url.path)) {
            throw WorkflowError.notWritten(
                path: url.relativePath, reason: "it is there already: remove it, or give another --folder")
        }
        return url
    }

    private func follow(_ lesson: Lesson, in folder: URL) throws -> LessonReport {
        let text = LessonText(name: lesson.file, text: lesson.text)
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        let session = try LessonSession(in: folder, program: program)
        if !json { outputText("Lesson \(lesson.number): \(lesson.title)") }
        var heading: String?
        let steps = try text.commands.map { command in
            if !json {
                if let above = command.heading, above != heading { outputText("\n" + above) }
                heading = command.heading
                outputText("\n$ " + command.script)
            }
            let step = try session.follow(command)
            if !json, !step.text.isEmpty { outputText(step.text) }
            return step
        }
        let report = LessonReport(lesson, steps, in: folder)
        if !json { outputText("\n" + report.text + "\n") }
        return report
    }
}

/// The lessons of the course.
struct LessonList: Printable {
    /// One lesson, or a part of it.
    struct Entry: Encodable {
        let number: String
        let title: String
        let commands: Int
        let figures: Int

        init(_ lesson: Lesson) {
            let text = LessonText(name: lesson.file, text: lesson.text)
            (number, title) = (lesson.number, lesson.title)
            (commands, figures) = (text.commands.count, text.figures.count)
        }
    }

    let lessons: [Entry]

    var text: String {
        var table = TextTable(["lesson", "title", "commands", "figures"], rightAligned: [2, 3])
        for lesson in lessons {
            table.add([lesson.number, lesson.title, String(lesson.commands), String(lesson.figures)])
        }
        return table.text + "\n'zoo lesson 1' follows the first, 'zoo lesson 1 --show' prints it."
    }
}

/// How a lesson went.
struct LessonReport: Printable {
    let lesson: String
    let title: String
    /// Where everything is that the commands made.
    let folder: String
    let seconds: Double
    /// How many commands gave what the lesson shows.
    let asShown: Int
    /// How many ended otherwise than the lesson shows.
    let failed: Int
    /// The files in the folder of figures.
    let figures: [String]
    let steps: [LessonSession.Step]

    init(_ lesson: Lesson, _ steps: [LessonSession.Step], in folder: URL) {
        (self.lesson, title, self.folder, self.steps) = (lesson.number, lesson.title, folder.relativePath, steps)
        seconds = steps.reduce(0) { $0 + $1.seconds }
        asShown = steps.count { $0.isAsShown }
        failed = steps.count { !$0.endedAsShown }
        let drawn = try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/run/figures")
        figures = (drawn ?? []).sorted()
    }

    var text: String {
        var lines = ["\(asShown) of \(steps.count) commands gave what the lesson shows, in \(seconds.fixed(1)) s."]
        for step in steps where !step.isAsShown { lines.append("line \(step.line) is not as shown: \(step.command)") }
        let made = figures.isEmpty ? "" : " (figures: \(figures.joined(separator: ", ")))"
        lines.append("All of it is in \(folder)\(made).")
        return lines.joined(separator: "\n")
    }
}

extension LessonSession.Step {
    /// The output, with the lesson's lines below where they differ.
    fileprivate var text: String {
        var lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last == "" { lines.removeLast() }
        if !beside.isEmpty { lines += ["  in the lesson:"] + beside.map { "  " + $0.lesson } }
        if let difference { lines.append("  not as in the lesson, which has: " + difference.lesson) }
        if !endedAsShown {
            lines.append("  ended with \(exitCode.map(String.init) ?? "a signal"), unlike in the lesson")
        }
        return lines.joined(separator: "\n")
    }
}
