import ArgumentParser
import ZooWorkflows

/// What `zoo predict` takes for a model of images.
struct VisionPredictOptions: ParsableArguments {
    @Option(help: "Number of classes to name for each image, 1 to 1000000.") var top = 1
    @Flag(help: "Use test-time augmentation: the mean over up to 6 views of each image.") var tta = false
    @Flag(help: "Name the classes of each of the views as well, with --tta.") var views = false

    func validate() throws {
        guard tta || !views else {
            throw ValidationError("--views shows the views of test-time augmentation: give --tta")
        }
        try checkRange(top, "--top", 1...1_000_000)
    }

    /// Classifies images, a line each; those that cannot be read are named on stderr.
    func predict(_ model: String, files: [String], in workspace: Workspace, _ options: GlobalOptions) throws {
        guard !files.isEmpty else { throw ValidationError("give the images: files, or folders of them") }
        let report = try workspace.predict(
            images: files, with: model, top: top, usesTestTimeAugmentation: tta, showsViews: views)
        if let first = report.passedOver.first {
            options.progress.say(
                "note: passed over \(report.passedOver.count.counting("file")) that \(report.passedOver.count == 1 ? "is no image" : "are no images"), such as \(first)"
            )
        }
        if options.json || !report.predictions.isEmpty { try output(report, as: options) }
        guard !report.unreadable.isEmpty else { return }
        for image in report.unreadable { write("zoo: \(image)\n", to: 2) }
        throw ExitCode(1)
    }
}

extension PredictVisionReport: Printable {
    var text: String {
        let width = predictions.map { $0.shownClass.count }.max() ?? 0
        return predictions.map { prediction in
            let label = prediction.shownClass
            let others = prediction.top.dropFirst().map { "\($0.class) \($0.probability.fixed(4))" }
            let padding = String(repeating: " ", count: width - label.count)
            let more = others.isEmpty ? "" : "  (\(others.joined(separator: ", ")))"
            let line = "\(label)\(padding)  \(prediction.probability.fixed(4))  \(prediction.file)\(more)"
            return ([line] + (prediction.views ?? []).map { "  \($0.text)" }).joined(separator: "\n")
        }.joined(separator: "\n")
    }
}

extension PredictVisionReport.View {
    /// The view and its classes: `mirrored: ring 0.6000, disc 0.3300`.
    fileprivate var text: String {
        "\(view): " + top.map { "\($0.class) \($0.probability.fixed(4))" }.joined(separator: ", ")
    }
}

extension PredictVisionReport.Prediction {
    /// The class, or the labels of which there may be several or none.
    fileprivate var shownClass: String { labels.isEmpty ? "(none)" : labels.joined(separator: ", ") }
}
