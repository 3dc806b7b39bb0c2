import ArgumentParser
import Foundation
import ZooLearn
import ZooVision
import ZooWorkflows

/// `zoo train vision`
struct TrainVisionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vision", abstract: "Train a network on images, from scratch.",
        discussion: """
            'zoo finetune vision' starts from a network that was trained on other images instead, and needs far fewer.

            Ctrl-C ends the training and saves a checkpoint under the name in --save, or beside a finished model of that name, \
            which answers until the training is complete; the same command with --resume continues it. Checkpoints are \
            also saved every few minutes, for a power cut or crash.
            """)
    @OptionGroup var vision: VisionTrainOptions
    @Option(help: "Epochs, 1 to 100000. (default: \(VisionTrainingOptions.fromScratch.epochs))") var epochs: Int?
    @Option(
        help: """
            Maximum learning rate, above 0. (default: \(VisionRule.sgd.defaults.learningRate) with sgd, \
            \(VisionRule.adamw.defaults.learningRate) with adamw)
            """)
    var lr: Double?
    @OptionGroup var schedule: VisionScheduleOptions
    @Flag(help: "Save the weights of the last epoch (default: of the epoch with the best validation accuracy).")
    var keepLast = false
    @OptionGroup var stopping: PatienceOption
    @Flag(help: "Validate with test-time augmentation as well: the mean over up to 6 views of each image.") var tta =
        false
    @OptionGroup var saving: SavedTrainingOptions
    @Option(help: "Precision of the saved weights; float16 halves the size. (default: float32)")
    var precision: WeightPrecision?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkRange(epochs, "--epochs", 1...100_000)
        try checkAbove0(lr, "--lr")
        try schedule.check(keepsLast: keepLast, stopping)
        if saving.resumed == nil {
            let recipe = recipe(from: .fromScratch, seed: 0)
            try check(recipe)
            try vision.recipe.checkMomentum(in: recipe)
        }
    }

    /// The recipe with what was given.
    private func recipe(from base: VisionTrainingOptions, seed: UInt64?) -> VisionTrainingOptions {
        var recipe = schedule.applied(
            to: vision.applied(to: base, seed: seed), keepsLast: keepLast, patience: stopping.patience)
        if let epochs { recipe.epochs = epochs }
        if let lr { recipe.learningRate = lr }
        return recipe
    }

    func run() throws {
        let workspace = try options.workspace()
        let base =
            try saving.resumed.map { try workspace.visionRecipeOfStoppedTraining(named: $0) } ?? .fromScratch
        let seed = saving.resumed == nil ? options.seed : options.givenSeed
        var request = vision.request(recipe(from: base, seed: seed))
        request.saveAs = saving.save
        try saving.checkpoints.apply(to: &request, in: workspace)
        request.usesTestTimeAugmentation = tta
        request.storesFloat16 = precision.map { $0 == .float16 }
        let bar = TrainingBar(
            progress: options.progress, unit: "images",
            advice: "fewer --epochs, a smaller --size or a smaller network (--arch)"
        ) { $0.imageLine }
        try bar.run(options) { try workspace.trainVision(request, onProgress: $0, shouldStop: $1) }
    }
}

extension EpochReport {
    /// What the validation images measured.
    var imageFigures: String {
        imageMetrics.map { "accuracy \($0.accuracy.fixed(4)), loss \($0.loss.fixed(4))" } ?? "not measured"
    }

    /// An epoch on images in a line.
    var imageLine: String {
        let valid = imageMetrics.map { ", valid loss \($0.loss.fixed(4)), accuracy \($0.accuracy.fixed(4))" } ?? ""
        return "train loss \(trainingLoss.fixed(4))\(valid), \(examplesPerSecond.fixed(1)) images/s, "
            + "\(seconds.fixed(1)) s"
    }
}

extension TrainVisionReport: Printable {
    var text: String {
        var lines = [epochs.imageTable]
        lines.append(
            "\(architecture) of \(parameters) parameters on '\(data)': \(trainPictures.counting("image")) of \(classes.counting("class", "classes")) "
                + "x \(epochs.count.counting("epoch")) in \(trainSeconds.fixed(1)) s, \(picturesPerSecond.fixed(1)) a second"
        )
        if isAveraged { lines.append("the weights are a mean over the last epochs") }
        if let keptEpoch, keptEpoch == bestEpoch, keptEpoch != epochs.count {
            lines.append("the weights are those of epoch \(keptEpoch), the best")
        }
        lines += KeptEpochText(
            kept: keptEpoch, best: bestEpoch, planned: plannedEpochs, epochs: epochs.map(\.report)
        ).lines(\.imageFigures)
        if let valid { lines.append("validation: " + valid.text) }
        if let baseline { lines.append(baseline.text) }
        if let validTta { lines.append("validation with test-time augmentation: " + validTta.text) }
        if let replaced { lines.append("replaced \(replaced.text)") }
        if let saved { lines.append("saved as '\(saved)': try 'zoo predict \(saved) FILE…'") }
        return lines.joined(separator: "\n")
    }
}

extension [EpochOutput] {
    /// Epochs on images in columns.
    var imageTable: String {
        var table = TextTable(
            ["epoch", "size", "train loss", "valid loss", "accuracy", "seconds"], rightAligned: [0, 1, 2, 3, 4, 5])
        for epoch in map(\.report) {
            table.add([
                String(epoch.epoch), String(epoch.imageSize), epoch.trainingLoss.fixed(4),
                epoch.validationLoss?.fixed(4) ?? "", epoch.imageMetrics?.accuracy.fixed(4) ?? "",
                epoch.seconds.fixed(1),
            ])
        }
        return table.text
    }
}

extension VisionScore {
    /// The score in a line.
    var text: String {
        let f1 = f1.map { ", f1 \($0.fixed(4))" } ?? ""
        return "accuracy \(accuracy.fixed(4))\(f1), loss \(loss.fixed(4)) on \(pictures.counting("image"))"
    }
}
