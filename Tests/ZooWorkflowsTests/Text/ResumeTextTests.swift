import Foundation
import Testing
import ZooData
import ZooText
import ZooWeights
import ZooWorkflows

@Suite struct ResumeTextTests {
    /// Trains until `steps` steps are taken.
    private func train(
        _ zoo: Workspace, _ recipe: TextRecipe, as name: String, steps: Int? = nil, resumes: Bool = false
    ) throws -> TrainTextReport {
        var request = TrainTextRequest(dataset: "t", recipe: recipe, command: "test")
        (request.saveAs, request.resumes) = (name, resumes)
        var taken = 0
        return try zoo.trainText(request, onProgress: { if case .step = $0 { taken += 1 } }) { taken == steps }
    }

    private func stop(_ zoo: Workspace, _ recipe: TextRecipe, steps: Int) -> String {
        let error = #expect(throws: TrainingStopped.self) { try train(zoo, recipe, as: "m", steps: steps) }
        return error?.description ?? ""
    }

    @Test(arguments: [TokenizerKind.character, .word], [1, 7, 15, 20])
    func aTrainingThatWasStoppedGoesOnBitForBit(_ kind: TokenizerKind, _ steps: Int) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            let recipe = SmallText.recipe(kind)
            let straight = try train(zoo, recipe, as: "straight")
            let line = stop(zoo, recipe, steps: steps)
            #expect(line.contains("saved as 'm' after step \(steps)") && line.contains("--resume"), "\(line)")
            #expect(try zoo.data.runs(model: "m").first?.status == "stopped")
            let stored = try zoo.modelFile(named: "m").file
            #expect(!stored.optimizer.isEmpty)
            _ = try zoo.generate(GenerateRequest(model: "m"))  // a checkpoint is a model
            let resumed = try train(zoo, recipe, as: "m", resumes: true)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty)
            #expect(straight.validNats == resumed.validNats && resumed.epochs.count == 2)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
        }
    }

    @Test func whatIsFinishedOrDiffersIsNotGoneOnWith() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importSmallText()
            let recipe = SmallText.recipe()
            _ = stop(zoo, recipe, steps: 5)
            var other = recipe
            other.hiddenSize = 13
            let settings = #expect(throws: WorkflowError.self) { try train(zoo, other, as: "m", resumes: true) }
            #expect(
                settings?.description.contains("--hidden 12, not 13: leave these options out or give the same")
                    == true)
            other = recipe
            (other.tiesWeights, other.tokenizer.minimumFrequency) = (true, 7)
            let several = #expect(throws: WorkflowError.self) { try train(zoo, other, as: "m", resumes: true) }
            #expect(
                several?.description.contains("no --tie, and --min-frequency 1, not 7: leave") == true,
                "\(several as Any)")
            try zoo.data.importTexts(
                [NewText(name: "1", text: String(repeating: "abcd", count: 500))], name: "t", source: "test",
                isReplacing: true)
            let data = #expect(throws: WorkflowError.self) { try train(zoo, recipe, as: "m", resumes: true) }
            #expect(data?.description.contains("another text") == true)
            try zoo.importSmallText()
            _ = try train(zoo, recipe, as: "m", resumes: true)
            let finished = #expect(throws: WorkflowError.self) { try train(zoo, recipe, as: "m", resumes: true) }
            #expect(finished?.description.contains("trained to the end") == true)
            #expect(throws: DataError.self) { try train(zoo, recipe, as: "none", resumes: true) }
        }
    }

    @Test func aLossThatIsNoNumberStopsAndKeepsTheLastGoodEpoch() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importSmallText()
            var recipe = SmallText.recipe()
            recipe.training.schedule = .constant
            recipe.training.epochs = 1
            try zoo.trainSmallText(recipe, as: "good")
            recipe.training.epochs = 4
            var epochs = 0
            var request = TrainTextRequest(dataset: "t", recipe: recipe, command: "test")
            request.saveAs = "m"
            #expect(throws: TrainingStopped.self) {
                try zoo.trainText(request, onProgress: { if case .epoch = $0 { epochs += 1 } }) { epochs == 1 }
            }
            recipe.training.learningRate = 1e38
            recipe.training.clipping = nil
            let error = #expect(throws: TrainingStopped.self) { try train(zoo, recipe, as: "m", resumes: true) }
            let line = error?.description ?? ""
            #expect(
                line.contains("NaN or infinite at learning rate 1e+38") && line.contains("after 1 epoch:"), "\(line)")
            let (good, kept) = (try zoo.modelFile(named: "good").file, try zoo.modelFile(named: "m").file)
            #expect(good.weights == kept.weights)
            let first = #expect(throws: TrainingStopped.self) { try train(zoo, recipe, as: "new") }
            #expect(first?.description.contains("nothing was saved") == true)
            #expect(throws: DataError.self) { try zoo.modelFile(named: "new") }
        }
    }

    @Test func aTrainingIsKeptOnItsWayAsOneRun() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
            (request.saveAs, request.checkpointInterval) = ("m", .zero)
            var kept: [Int] = []
            var seen: [String] = []
            let report = try zoo.trainText(request) { event in
                guard case .checkpoint(let step, let name, false) = event else { return }
                kept.append(step)
                seen += (try? zoo.data.runs(model: name).map(\.status)) ?? []
            }
            // After every step, and once more after each epoch.
            let steps = Set(kept).count
            #expect(kept.count == steps + 2 && Set(kept) == Set(1...steps))
            #expect(seen.count == kept.count && Set(seen) == ["running"])
            #expect(try zoo.data.runs(model: "m").map(\.status) == ["finished"])
            request.saveAs = "straight"
            request.checkpointInterval = nil
            #expect(try zoo.trainText(request).validNats == report.validNats)
            #expect(try zoo.modelFile(named: "m").file.weights == zoo.modelFile(named: "straight").file.weights)
            #expect(try zoo.verifyModels().orphans.isEmpty)
        }
    }

    @Test func withoutANameNothingIsKept() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importSmallText()
            let request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
            let error = #expect(throws: TrainingStopped.self) { try zoo.trainText(request, shouldStop: { true }) }
            #expect(error?.description.contains("--save") == true)
        }
    }
}
