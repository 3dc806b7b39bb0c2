import Foundation
import Testing
import ZooData
import ZooVision
import ZooWeights
import ZooWorkflows

@Suite struct ResumeVisionTests {
    private static let recipes: [String: VisionTrainingOptions] = [
        "best": SmallImages.recipe { ($0.keepsBest, $0.rule, $0.learningRate) = (true, .adamw, 0.01) },
        "average": SmallImages.recipe { $0.averagedEpochs = 2 },
    ]

    private func stop(_ zoo: Workspace, _ recipe: VisionTrainingOptions, steps: Int) -> String {
        let error = #expect(throws: TrainingStopped.self) {
            try zoo.trainSmallVision(recipe, as: "m", steps: steps)
        }
        return error?.description ?? ""
    }

    private func resume(
        _ zoo: Workspace, _ recipe: VisionTrainingOptions, change: (inout TrainVisionRequest) -> Void = { _ in }
    ) throws -> TrainVisionReport {
        try zoo.trainSmallVision(recipe, as: "m") {
            $0.resumes = true
            change(&$0)
        }
    }

    @Test(arguments: recipes.keys.sorted(), [2, 3, 8])
    func stoppedTrainingsResumeBitForBit(_ name: String, _ steps: Int) throws {
        let recipe = try #require(Self.recipes[name])
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            let straight = try zoo.trainSmallVision(recipe, as: "straight")
            let line = stop(zoo, recipe, steps: steps)
            #expect(line.contains("saved as 'm' after step \(steps)") && line.contains("--resume"), "\(line)")
            #expect(try zoo.data.runs(model: "m").first?.status == "stopped")
            let stopped = try zoo.modelFile(named: "m").file
            #expect(!stopped.optimizer.isEmpty)
            _ = try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid))  // a checkpoint is a model
            #expect(try zoo.visionRecipeOfStoppedTraining(named: "m") == recipe)
            // A size that is not given is the one it has.
            let resumed = try resume(zoo, recipe) { $0.size = nil }
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty && one.configuration == two.configuration)
            #expect(
                straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss)
                    && resumed.epochs.count == 3)
            #expect(straight.valid?.loss == resumed.valid?.loss && straight.keptEpoch == resumed.keptEpoch)
            #expect(resumed.picturesPerSecond > 0 && resumed.picturesPerSecond < 1e6)
        }
    }

    @Test func weightsAreHalvedInTheEndNotOnTheWay() throws {
        let recipe = SmallImages.recipe()
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            func strides() throws -> Set<Int> {
                Set(try zoo.modelFile(named: "m").file.weights.map(\.type.stride))
            }
            #expect(throws: TrainingStopped.self) {
                try zoo.trainSmallVision(
                    recipe, as: "m", steps: 2,
                    change: { ($0.storesFloat16, $0.usesTestTimeAugmentation) = (true, true) })
            }
            #expect(try strides() == [4])
            // What was asked for at the start need not be said again.
            let whole = try resume(zoo, recipe)
            #expect(try strides() == [2] && whole.validTta != nil)
            let half = try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid)).valid
            #expect(abs(half.loss - (whole.valid?.loss ?? 0)) < 0.01)
        }
    }

    @Test func theModelOfAStoppedTrainingIsItsBestEpoch() throws {
        let recipe = try #require(Self.recipes["best"])
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            var accuracies: [Double] = []
            var taken = 0
            var request = TrainVisionRequest(
                dataset: "d", architecture: .resnet20Cifar, recipe: recipe, command: "test")
            (request.saveAs, request.size) = ("m", 8)
            #expect(throws: TrainingStopped.self) {
                try zoo.trainVision(
                    request,
                    onProgress: {
                        if case .step = $0 { taken += 1 }
                        if case .epoch(let epoch, _) = $0 { accuracies.append(epoch.imageMetrics?.accuracy ?? -1) }
                    }
                ) { taken == 8 }
            }
            let measured = try zoo.evaluateVision(model: "m", dataset: "d", split: .part(.valid)).valid.accuracy
            #expect(accuracies.count == 2 && measured == accuracies.max())
            let head = try zoo.entries(model: "m", field: "class").entries
            #expect(head.count == 2)
        }
    }

    @Test func finishedOrOtherTrainingsAreRefused() throws {
        try withWorkspace { (zoo) throws in
            let images = try SmallImages(zoo)
            let recipe = try #require(Self.recipes["average"])
            _ = stop(zoo, recipe, steps: 7)
            func refused(
                _ reason: String, _ other: VisionTrainingOptions? = nil,
                change: (inout TrainVisionRequest) -> Void = { _ in }
            ) {
                let error = #expect(throws: WorkflowError.self) { try resume(zoo, other ?? recipe, change: change) }
                #expect(error?.description.contains(reason) == true, "\(error as Any)")
            }
            var other = recipe
            other.mixup = 0.1
            refused("was started with --mixup", other)
            refused("not 16") { $0.size = 16 }
            refused("resnet20-cifar") { $0.architecture = .resnet18Cifar }
            other = recipe
            other.epochs = 4
            refused("must stay 3", other)
            let kept = try images.folder.bytes("train/above/0.png")
            try images.folder.write("train/above/0.png", images.folder.bytes("train/below/1.png"))
            try images.importAgain(zoo)
            refused("other images")
            try images.folder.write("train/above/0.png", kept)
            try images.importAgain(zoo)
            (other.epochs, other.learningRate, other.schedule) = (3, 0.01, .cosine)
            _ = try resume(zoo, other)
            refused("trained to the end")
            #expect(throws: DataError.self) {
                try zoo.trainSmallVision(recipe, as: "none") { $0.resumes = true }
            }
        }
    }

    @Test func aTrainingIsKeptOnItsWayAsOneRun() throws {
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            let recipe = try #require(Self.recipes["best"])
            var kept: [Int] = []
            var seen: [String] = []
            let report = try zoo.trainSmallVision(recipe, as: "m", change: { $0.checkpointInterval = .zero }) { event in
                guard case .checkpoint(let step, let name, false) = event else { return }
                kept.append(step)
                seen += (try? zoo.data.runs(model: name).map(\.status)) ?? []
            }
            // After every step, and once more after each epoch.
            #expect(kept == [1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9] && seen == kept.map { _ in "running" })
            #expect(try zoo.data.runs(model: "m").map(\.status) == ["finished"])
            let straight = try zoo.trainSmallVision(recipe, as: "straight")
            #expect(straight.valid?.loss == report.valid?.loss)
            #expect(try zoo.modelFile(named: "m").file.weights == zoo.modelFile(named: "straight").file.weights)
            #expect(try zoo.verifyModels().orphans.isEmpty)
        }
    }

    @Test func anImageThatVanishesEndsTheTrainingAndKeepsIt() throws {
        try withWorkspace { zoo in
            let images = try SmallImages(zoo)
            let recipe = try #require(Self.recipes["average"])
            let straight = try zoo.trainSmallVision(recipe, as: "straight")
            let kept = try images.folder.bytes("train/below/5.png")
            func lose(_ event: JobProgress) {
                if case .epoch(let epoch, _) = event, epoch.epoch == 1 {
                    try? images.folder.remove("train/below/5.png")
                }
            }
            let error = #expect(throws: TrainingStopped.self) {
                try zoo.trainSmallVision(recipe, as: "m", onProgress: lose)
            }
            let line = error?.description ?? ""
            #expect(line.contains("5.png") && line.contains("put it back"), "\(line)")
            #expect(line.contains("saved as 'm' after step") && line.contains("--resume"), "\(line)")
            #expect(try zoo.data.runs(model: "m").first?.status == "stopped")
            let missed = #expect(throws: WorkflowError.self) { try resume(zoo, recipe) }
            #expect(missed?.description.contains("5.png") == true)
            try images.folder.write("train/below/5.png", kept)
            let resumed = try resume(zoo, recipe)
            #expect(resumed.epochs.map(\.report.trainingLoss) == straight.epochs.map(\.report.trainingLoss))
            #expect(try zoo.modelFile(named: "m").file.weights == zoo.modelFile(named: "straight").file.weights)
        }
    }

    @Test func withoutANameNothingIsKept() throws {
        try withWorkspace { (zoo) throws in
            _ = try SmallImages(zoo)
            let error = #expect(throws: TrainingStopped.self) {
                try zoo.trainSmallVision(SmallImages.recipe(), as: nil, steps: 2)
            }
            #expect(error?.description.contains("--save") == true)
        }
    }
}
