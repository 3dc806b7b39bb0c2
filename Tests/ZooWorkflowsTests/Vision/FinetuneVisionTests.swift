import Foundation
import Testing
import ZooData
import ZooVision
import ZooWorkflows

@Suite struct FinetuneVisionTests {
    /// Fits a network that knows such images to others of their kind.
    private func tune(
        _ zoo: Workspace, as name: String, epochs: Int = 3, steps: Int? = nil, resumes: Bool = false,
        change: (inout FinetuneVisionRequest) -> Void = { _ in },
        onProgress: @escaping (JobProgress) -> Void = { _ in }
    ) throws -> FinetuneVisionReport {
        var request = FinetuneVisionRequest(model: "parent", dataset: "d", saveAs: name, command: "test")
        (request.recipe.batchSize, request.recipe.mixup) = (8, 0.3)
        (request.epochs, request.resumes) = (epochs, resumes)
        change(&request)
        var taken = 0
        return try zoo.finetuneVision(
            request,
            onProgress: {
                if case .step = $0 { taken += 1 }
                onProgress($0)
            }
        ) { taken == steps }
    }

    private func prepare(_ zoo: Workspace) throws -> SmallImages {
        let images = try SmallImages(zoo)
        _ = try zoo.trainSmallVision(SmallImages.recipe { $0.mixup = 0 }, as: "parent")
        return images
    }

    @Test(arguments: [1, 3, 7])
    func stoppedFineTuningResumesBitForBit(_ steps: Int) throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            let straight = try tune(zoo, as: "straight")
            let error = #expect(throws: TrainingStopped.self) { try tune(zoo, as: "m", steps: steps) }
            #expect(
                error?.description.contains("saved as 'm' after step \(steps): the same command with --resume") == true)
            #expect(try zoo.data.runs(model: "m").first?.status == "stopped")
            let resumed = try tune(zoo, as: "m", resumes: true)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty && one.configuration == two.configuration)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
            #expect(straight.valid?.loss == resumed.valid?.loss)
            #expect(resumed.steps.map(\.name) == ["head", "unfrozen"])
            #expect(resumed.steps[0].detail == straight.steps[0].detail)
            #expect(resumed.steps[0].valid?.loss == straight.steps[0].valid?.loss)
        }
    }

    /// Rewrites a model's configuration as JSON.
    private func rewrite(_ zoo: Workspace, _ name: String, change: (inout [String: Any]) -> Void) throws {
        var file = try zoo.modelFile(named: name).file
        let json = try JSONSerialization.jsonObject(with: Data(file.configuration.utf8))
        var configuration = try #require(json as? [String: Any])
        change(&configuration)
        let data = try JSONSerialization.data(withJSONObject: configuration)
        file.configuration = try #require(String(data: data, encoding: .utf8))
        try zoo.weights.save(file) { saved in
            try zoo.data.saveModel(
                CatalogueModel(
                    name: name, kind: file.kind, architecture: file.architecture, sha256: saved.sha256,
                    bytes: saved.bytes, metrics: "{}", created: file.created))
        }
    }

    /// Those counted epochs from 0, kept rate and time among the metrics, and knew one step, the head's.
    @Test func checkpointsOfEarlierVersionsResumeBitForBit() throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            let straight = try tune(zoo, as: "straight")
            #expect(throws: TrainingStopped.self) { try tune(zoo, as: "m", steps: 4) }
            var rewritten = 0
            try rewrite(zoo, "m") { configuration in
                guard var checkpoint = configuration["checkpoint"] as? [String: Any],
                    var progress = checkpoint["progress"] as? [String: Any],
                    let epoch = (progress["history"] as? [[String: Any]])?.first,
                    let metrics = epoch["metrics"] as? [[String: Any]],
                    let finetuning = checkpoint["finetuning"] as? [String: Any],
                    let head = (finetuning["steps"] as? [[String: Any]])?.first
                else { return }
                let earlier: [(String, Double)] = [
                    ("learning_rate", 0.001), ("pictures_per_second", 12), ("seconds", 2),
                ]
                progress["history"] = [
                    [
                        "epoch": 0, "trainingLoss": epoch["trainingLoss"], "validationLoss": epoch["validationLoss"],
                        "metrics": metrics + earlier.map { ["name": $0, "value": $1] },
                    ]
                ]
                for key in ["stage", "earlierSteps", "earlierHistory"] { progress[key] = nil }
                checkpoint["progress"] = progress
                checkpoint["finetuning"] = [
                    "parent": "parent", "copies": 0, "detail": head["detail"], "valid": head["valid"], "seconds": 1.5,
                ]
                configuration["checkpoint"] = checkpoint
                rewritten += 1
            }
            let resumed = try tune(zoo, as: "m", resumes: true)
            #expect(rewritten == 1 && resumed.steps[0].seconds == 1.5 && resumed.epochs[0].report.seconds == 2)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m").file)
            #expect(one.weights == two.weights && one.configuration == two.configuration)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
            #expect(straight.steps.map(\.valid?.loss) == resumed.steps.map(\.valid?.loss))
        }
    }

    /// Two steps into the last layer's training, at its end, and in the training of the whole network.
    @Test(arguments: [2, 9, 11, 16])
    func theEightStepsResumeBitForBit(_ steps: Int) throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            func worldClass(_ request: inout FinetuneVisionRequest) {
                (request.isWorldClass, request.recipe.keepsBest) = (true, true)
                request.checkpointInterval = nil
            }
            let straight = try tune(zoo, as: "straight", change: worldClass)
            let error = #expect(throws: TrainingStopped.self) {
                try tune(zoo, as: "m", steps: steps, change: worldClass)
            }
            #expect(error?.description.contains("the same command with --resume continues") == true, "\(error as Any)")
            _ = try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid))  // a checkpoint is a model
            let resumed = try tune(zoo, as: "m", resumes: true, change: worldClass)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty && one.configuration == two.configuration)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
            #expect(straight.epochs.map(\.report.epoch) == Array(1...6))
            #expect(straight.steps.map(\.name) == resumed.steps.map(\.name) && straight.steps.count == 8)
            #expect(straight.steps.map(\.learningRate) == resumed.steps.map(\.learningRate))
            #expect(straight.steps.map(\.valid?.loss) == resumed.steps.map(\.valid?.loss))
            #expect(straight.keptStep == resumed.keptStep && straight.valid?.loss == resumed.valid?.loss)
        }
    }

    @Test func checkpointsAreSavedInFineTuning() throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            var kept: [Int] = []
            _ = try tune(
                zoo, as: "m", epochs: 1, change: { $0.checkpointInterval = .zero },
                onProgress: { if case .checkpoint(let step, "m", false) = $0 { kept.append(step) } })
            #expect(kept == [1, 2, 3, 3])
        }
    }

    @Test func checkpointsOfOtherTrainingsAreRefused() throws {
        try withWorkspace { (zoo) throws in
            _ = try prepare(zoo)
            func refused(
                _ reason: String, name: String = "m", epochs: Int = 3,
                change: (inout FinetuneVisionRequest) -> Void = { _ in }
            ) {
                let error = #expect(throws: WorkflowError.self) {
                    try tune(zoo, as: name, epochs: epochs, resumes: true, change: change)
                }
                #expect(error?.description.contains(reason) == true, "\(error as Any)")
            }
            refused("to the end", name: "parent")
            #expect(throws: TrainingStopped.self) { try tune(zoo, as: "m", steps: 4) }
            refused("was started with --copies 0, not 1") { $0.copies = 1 }
            refused("was started with --size 8, not 16") { $0.size = 16 }
            refused("--rate-ratio 5") { $0.recipe.rateRatio = 2 }
            refused("was started from 'parent'") { $0.model = "m" }
            refused("recipe none, not world-class") { $0.isWorldClass = true }
            refused("starts over", epochs: 0)
            let train = #expect(throws: WorkflowError.self) {
                try zoo.trainSmallVision(SmallImages.recipe(), as: "m") { $0.resumes = true }
            }
            #expect(train?.description.contains("zoo finetune vision parent … --resume") == true)
            #expect(throws: TrainingStopped.self) {
                try zoo.trainSmallVision(SmallImages.recipe(), as: "scratch", steps: 2)
            }
            refused("zoo train vision … --resume", name: "scratch")
            // A model that is built on a checkpoint is none.
            let grown = try tune(zoo, as: "grown", epochs: 0) { $0.model = "m" }
            #expect(grown.parent == "m")
            #expect(try zoo.modelFile(named: "grown").file.optimizer.isEmpty)
            refused("to the end", name: "grown")
        }
    }

    @Test func anImageThatVanishesEndsTheFinetuningAndKeepsIt() throws {
        try withWorkspace { zoo in
            let images = try prepare(zoo)
            let error = #expect(throws: TrainingStopped.self) {
                try tune(
                    zoo, as: "m",
                    onProgress: { if case .completed = $0 { try? images.folder.remove("valid/below/5.png") } })
            }
            let line = error?.description ?? ""
            #expect(line.contains("valid/below/5.png") && line.contains("saved as 'm' after step 3"), "\(line)")
            #expect(try zoo.data.model(named: "m").kind == "vision")
        }
    }

    @Test func ofTheEightStepsThoseBeforeAnImageVanishedAreKept() throws {
        try withWorkspace { zoo in
            let images = try prepare(zoo)
            let error = #expect(throws: TrainingStopped.self) {
                try tune(zoo, as: "m", change: { $0.isWorldClass = true }) {
                    // The rate finder is next.
                    if case .completed(let line) = $0, line.hasPrefix("step 6") {
                        try? images.folder.remove("train/below/5.png")
                    }
                }
            }
            let line = error?.description ?? ""
            #expect(line.contains("train/below/5.png") && line.contains("saved as 'm' after step 9"), "\(line)")
            try images.importAgain(zoo)
            #expect(try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid)).valid.accuracy > 0.6)
        }
    }

    @Test func completeTrainingsAreNotLostByTestTimeAugmentation() throws {
        try withWorkspace { zoo in
            let images = try prepare(zoo)
            let kept = try images.folder.bytes("valid/below/5.png")
            func lose(_ event: JobProgress) {
                if case .epoch(let epoch, let epochs) = event, epoch.epoch == epochs {
                    try? images.folder.remove("valid/below/5.png")
                }
            }
            func check(_ error: TrainingStopped?) throws {
                let line = error?.description ?? ""
                #expect(
                    line.contains("valid/below/5.png") && line.contains("trained to the end and saved as 'm'"),
                    "\(line)")
                #expect(try zoo.data.runs(model: "m").first?.status == "finished")
                #expect(try zoo.modelFile(named: "m").file.optimizer.isEmpty)
                try images.folder.write("valid/below/5.png", kept)
            }
            try check(
                #expect(throws: TrainingStopped.self) {
                    try zoo.trainSmallVision(
                        SmallImages.recipe(), as: "m", change: { $0.usesTestTimeAugmentation = true },
                        onProgress: lose)
                })
            try check(
                #expect(throws: TrainingStopped.self) {
                    try tune(
                        zoo, as: "m", change: { ($0.usesTestTimeAugmentation, $0.isReplacing) = (true, true) },
                        onProgress: lose)
                })
        }
    }

    /// A decay so strong that whatever is trained with all layers is nothing in the end.
    @Test(arguments: [true, false])
    func theBestOfTheEightStepsIsKept(_ destroys: Bool) throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            let report = try tune(zoo, as: "m", epochs: 4) {
                $0.isWorldClass = true
                // More sizes than the last layer has epochs.
                ($0.recipe.mixup, $0.recipe.sizes) = (0, [8, 9, 10, 12])
                if destroys { $0.recipe.weightDecay = 1e4 }
            }
            let measured = report.steps.filter {
                ["head", "last layer with augmentation", "whole network"].contains($0.name)
            }
            let accuracies = try measured.map { try #require($0.valid).accuracy }
            let best = try #require(accuracies.max())
            #expect(measured.count == 3 && report.valid?.accuracy == best)
            if destroys { #expect(accuracies[2] < best && report.keptStep != nil) }
            // The latest of the best.
            let kept = accuracies.lastIndex(of: best).map { measured[$0].step }
            #expect(report.keptStep == (kept == 8 ? nil : kept))
            // What is stored is what was measured.
            let again = try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid))
            #expect(again.valid.accuracy == best)
        }
    }
}
