import ArgumentParser
import ZooData
import ZooRecords
import ZooWorkflows

extension DataPart: ExpressibleByArgument {}

/// `zoo interpret`
struct InterpretCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interpret", abstract: "Show what a model of images gets right and wrong.",
        discussion: """
            Prints precision and recall of each class and which classes are confused. With --output it writes a page for a \
            browser: the confusion matrix, and the images that are most wrong, least sure and most correct. The page is \
            one file that contains the images.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Name of the data set of images.") var data: String
    @Option(help: "Part of the data set to use.") var split: DataPart = .valid
    @Option(help: "HTML file to write. (default: none)", completion: .file(extensions: ["html"]))
    var output: String?
    @Option(
        name: [.customShort("n"), .customLong("count")], help: "Number of images in each group of the page, 0 to 500.")
    var count = 12
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (0...500).contains(count) else { throw ValidationError("-n takes 0 to 500, not \(count)") }
        if replacing.replace, output == nil { throw ValidationError("--replace goes with --output") }
    }

    func run() throws {
        var request = InterpretRequest(model: model, dataset: data)
        (request.split, request.output, request.count) = (split, output, count)
        request.isReplacing = replacing.replace
        let bar = ImportBar(progress: options.progress)
        let report = try options.workspace().interpret(request, progress: bar.show(images:of:))
        options.progress.clear()
        options.progress.warn(report.warnings)
        try ZooCLI.output(report, as: options)
    }
}

extension InterpretReport: Printable {
    var text: String {
        var table = TextTable(
            ["class", "precision", "recall", "f1", "images"], rightAligned: [1, 2, 3, 4])
        for one in classes.prefix(100) {
            let figures = [one.precision, one.recall, one.f1].map { $0?.fixed(4) ?? "-" }
            table.add([one.name.onOneLine] + figures + [String(one.pictures)])
        }
        var lines = [
            "\(model) on \(pictures.counting("image")) of '\(data)' (\(split)): accuracy \(accuracy.fixed(4)), loss \(loss.fixed(4))",
            baseline.text, table.text,
        ]
        if classes.count > 100 { lines.append("… \(classes.count - 100) more classes; --json lists all") }
        lines += confused.prefix(10).map {
            "\($0.pictures) of '\($0.actual.onOneLine)' taken for '\($0.answered.onOneLine)'"
        }
        if let worst = mostWrong.first {
            lines.append("most wrong: \(worst.name.onOneLine), said to be \(worst.answered.joined(separator: ", "))")
        }
        if let output { lines.append("page written to \(output)") }
        return lines.joined(separator: "\n")
    }
}
