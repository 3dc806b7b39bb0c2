import ArgumentParser
import Foundation
import ZooLearn
import ZooVision
import ZooWorkflows

/// `zoo train vision`
struct TrainVisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision", abstract: "Train a network on pictures, from scratch.",
        discussion: """
            To go on with a network that knows other pictures, which needs far fewer of them, see 'zoo finetune'. Ctrl-C ends
            the training and keeps what was learned under the name given with --save.
            """)
    @OptionGroup var vision: VisionTrainOptions
    @Flag(help: "Measure with several looks at each picture as well.") var tta = false
    @Option(help: "Name to save the model under; an older model of that name is replaced.") var save: String?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        var request = vision.request(seed: options.seed)
        request.saveAs = save
        request.looksTwice = tta
        Interruption.listen()
        let bar = VisionBar(progress: options.progress)
        let report = try options.workspace().trainVision(request, onProgress: bar.show) { Interruption.isAsked }
        bar.clear()
        try output(report, as: options)
    }
}

/// How far a training on pictures is: a bar on a terminal, a line an epoch elsewhere.
final class VisionBar {
    private let progress: Progress
    private let start = Date()
    private var drawn = Date.distantPast

    init(progress: Progress) { self.progress = progress }

    func show(_ event: VisionProgress) {
        switch event {
        case .note(let note): progress.say(note)
        case .features(let done, let total): draw("activations", done, total, unit: "pictures", since: start)
        case .step(let step):
            draw(
                "epoch \(step.epoch)/\(step.epochs)", step.done, step.total, unit: "steps", since: start,
                note: "loss \(step.loss.fixed(4))")
        case .epoch(let epoch, let epochs):
            let valid =
                epoch.valid.map { ", valid loss \($0.loss.fixed(4)), accuracy \($0.accuracy.fixed(4))" } ?? ""
            progress.say(
                "epoch \(epoch.epoch)/\(epochs): train loss \(epoch.trainLoss.fixed(4))\(valid), "
                    + "\(epoch.picturesPerSecond.fixed(1)) pictures/s, \(epoch.seconds.fixed(1)) s")
        }
    }

    func clear() { progress.clear() }

    private func draw(
        _ label: String, _ done: Int, _ total: Int, unit: String, since start: Date, note: String = ""
    ) {
        guard progress.isTerminal, Date().timeIntervalSince(drawn) > 0.1 || done == total else { return }
        drawn = Date()
        progress.show(
            ProgressLine(
                label: label, done: done, total: total, seconds: drawn.timeIntervalSince(start), unit: unit, note: note)
        )
    }
}

extension TrainVisionReport: Printable {
    var text: String {
        var lines = [epochs.table]
        lines.append(
            "\(architecture) of \(parameters) numbers on '\(data)': \(trainPictures) pictures of \(classes) classes x "
                + "\(epochs.count) epochs in \(trainSeconds.fixed(1)) s, \(picturesPerSecond.fixed(1)) a second")
        if isAveraged { lines.append("the weights are a mean over the last epochs") }
        if let keptEpoch { lines.append("the weights are those of epoch \(keptEpoch), the best") }
        if let valid { lines.append("validation: " + valid.text) }
        if let validTta { lines.append("validation with several looks: " + validTta.text) }
        if let saved { lines.append("saved as '\(saved)': try 'zoo predict \(saved) FILE…'") }
        return lines.joined(separator: "\n")
    }
}

extension [VisionEpochReport] {
    /// The epochs in columns.
    var table: String {
        var table = TextTable(
            ["epoch", "size", "train loss", "valid loss", "accuracy", "seconds"], rightAligned: [0, 1, 2, 3, 4, 5])
        for epoch in self {
            table.add([
                String(epoch.epoch), String(epoch.size), epoch.trainLoss.fixed(4), epoch.validLoss?.fixed(4) ?? "",
                epoch.validAccuracy?.fixed(4) ?? "", epoch.seconds.fixed(1),
            ])
        }
        return table.text
    }
}

extension VisionScore {
    /// The score in a line.
    var text: String {
        let f1 = f1.map { ", f1 \($0.fixed(4))" } ?? ""
        return "accuracy \(accuracy.fixed(4))\(f1), loss \(loss.fixed(4)) on \(pictures) pictures"
    }
}
