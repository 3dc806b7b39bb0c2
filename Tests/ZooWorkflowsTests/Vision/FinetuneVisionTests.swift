import Testing
import ZooData
import ZooVision
import ZooWorkflows

@Suite struct FinetuneVisionTests {
    /// Fits a network that knows such pictures to others of their kind.
    private func tune(
        _ zoo: Workspace, as name: String, epochs: Int = 3, steps: Int? = nil, resumes: Bool = false,
        change: (inout FinetuneVisionRequest) -> Void = { _ in },
        onProgress: @escaping (VisionProgress) -> Void = { _ in }
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

    private func prepare(_ zoo: Workspace) throws -> SmallPictures {
        let pictures = try SmallPictures(zoo)
        _ = try zoo.trainSmallVision(SmallPictures.recipe { $0.mixup = 0 }, as: "parent")
        return pictures
    }

    @Test(arguments: [1, 3, 7])
    func aFinetuningThatWasStoppedGoesOnBitForBit(_ steps: Int) throws {
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
            #expect(straight.epochs.map(\.trainLoss) == resumed.epochs.map(\.trainLoss))
            #expect(straight.valid?.loss == resumed.valid?.loss)
            #expect(resumed.steps.map(\.name) == ["head", "unfrozen"])
            #expect(resumed.steps[0].detail == straight.steps[0].detail)
            #expect(resumed.steps[0].valid?.loss == straight.steps[0].valid?.loss)
        }
    }

    @Test func aFinetuningIsKeptOnItsWay() throws {
        try withWorkspace { zoo in
            _ = try prepare(zoo)
            var kept: [Int] = []
            _ = try tune(
                zoo, as: "m", epochs: 1, change: { $0.checkpointInterval = .zero },
                onProgress: { if case .kept(let step, "m") = $0 { kept.append(step) } })
            #expect(kept == [1, 2, 3, 3])
        }
    }

    @Test func whatIsNoSuchFinetuningIsNotGoneOnWith() throws {
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
            refused("other settings") { $0.copies = 1 }
            refused("other settings") { $0.size = 16 }
            refused("other settings") { $0.recipe.rateRatio = 2 }
            refused("was begun from 'parent'") { $0.model = "m" }
            refused("begin anew") { $0.isWorldClass = true }
            refused("begin anew", epochs: 0)
            let train = #expect(throws: WorkflowError.self) {
                try zoo.trainSmallVision(SmallPictures.recipe(), as: "m") { $0.resumes = true }
            }
            #expect(train?.description.contains("zoo finetune parent … --resume") == true)
            #expect(throws: TrainingStopped.self) {
                try zoo.trainSmallVision(SmallPictures.recipe(), as: "scratch", steps: 2)
            }
            refused("zoo train vision … --resume", name: "scratch")
            // A model that is built on a checkpoint is none.
            let grown = try tune(zoo, as: "grown", epochs: 0) { $0.model = "m" }
            #expect(grown.parent == "m")
            #expect(try zoo.modelFile(named: "grown").file.optimizer.isEmpty)
            refused("to the end", name: "grown")
        }
    }

    @Test func aPictureThatVanishesEndsTheFinetuningAndKeepsIt() throws {
        try withWorkspace { zoo in
            let pictures = try prepare(zoo)
            let error = #expect(throws: TrainingStopped.self) {
                try tune(
                    zoo, as: "m",
                    onProgress: { if case .note = $0 { try? pictures.folder.remove("valid/below/5.png") } })
            }
            let line = error?.description ?? ""
            #expect(line.contains("valid/below/5.png") && line.contains("saved as 'm' after step 3"), "\(line)")
            #expect(try zoo.data.model(named: "m").kind == "vision")
        }
    }
}
