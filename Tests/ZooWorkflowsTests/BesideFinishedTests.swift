import Testing
import ZooCollab
import ZooData
import ZooText
import ZooVision
import ZooWorkflows

/// Trainings under the name of a finished model, of every kind that keeps checkpoints.
@Suite struct BesideFinishedTests {
    /// Expects `train` to leave the finished `m` alone when it is stopped, and to replace it when it is resumed.
    ///
    /// - Parameter train: stops after so many steps where they are given
    private func expectUnchanged(
        _ zoo: Workspace, _ train: (_ steps: Int?, _ resumes: Bool, _ isReplacing: Bool) throws -> ReplacedModel?
    ) throws {
        let before = try zoo.showModel(named: "m")
        #expect(before.status == "finished" && before.checkpoint == nil)
        #expect(throws: TakenName.self) { try train(nil, false, false) }
        let error = #expect(throws: TrainingStopped.self) { try train(2, false, true) }
        #expect(error?.description.contains("the finished 'm' is unchanged") == true, "\(error as Any)")
        let stopped = try zoo.showModel(named: "m")
        #expect(stopped.sha256 == before.sha256 && stopped.checkpoint?.status == "stopped")
        #expect(try zoo.sweepFiles().isEmpty && zoo.verifyModels().checkpoints.intact == ["m"])
        let replaced = try train(nil, true, false)
        #expect(replaced?.created == before.created && replaced?.name == "m")
        let after = try zoo.showModel(named: "m")
        #expect(after.sha256 != before.sha256 && after.checkpoint == nil && after.status == "finished")
        #expect(throws: WorkflowError.self) { try train(nil, true, false) }
    }

    @Test func languageModels() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var short = SmallText.recipe()
            short.training.epochs = 1
            try zoo.trainSmallText(short)
            try expectUnchanged(zoo) { steps, resumes, isReplacing in
                var request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
                (request.saveAs, request.resumes, request.isReplacing) = ("m", resumes, isReplacing)
                var taken = 0
                return try zoo.trainText(request, onProgress: { if case .step = $0 { taken += 1 } }) {
                    taken == steps
                }.replaced
            }
        }
    }

    @Test func fineTunedLanguageModels() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText(as: "parent")
            try zoo.copyModel(named: "parent", to: "m")
            try expectUnchanged(zoo) { steps, resumes, isReplacing in
                var request = FinetuneTextRequest(model: "parent", dataset: "t", saveAs: "m", command: "test")
                (request.unfreezing.epochs, request.resumes, request.isReplacing) = (1, resumes, isReplacing)
                var taken = 0
                return try zoo.finetuneText(request, onProgress: { if case .step = $0 { taken += 1 } }) {
                    taken == steps
                }.replaced
            }
        }
    }

    @Test func textClassifiers() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.importTales(40)
            try zoo.trainSmallText(SmallText.recipe(.word), as: "words")
            func train(_ steps: Int?, _ resumes: Bool, _ isReplacing: Bool, _ epochs: Int = 2) throws
                -> ReplacedModel?
            {
                var request = TrainTextClassifierRequest(source: .dataset("tales"), encoder: "words", command: "test")
                (request.saveAs, request.resumes, request.isReplacing) = ("m", resumes, isReplacing)
                (request.options.unfreezing.epochs, request.options.unfreezing.epochsPerStage) = (epochs, 0)
                (request.options.batchSize, request.options.maximumTokens) = (8, 20)
                var asked = 0
                return try zoo.trainTextClassifier(
                    request,
                    shouldStop: {
                        asked += 1
                        return asked == steps
                    }
                ).replaced
            }
            #expect(try train(nil, false, false, 1) == nil)
            try expectUnchanged(zoo) { try train($0, $1, $2) }
        }
    }

    @Test(arguments: ["dot-bias", "neural", "bpr", "ials"]) func recommenders(_ model: String) throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            func train(_ steps: Int?, _ resumes: Bool, _ isReplacing: Bool, _ epochs: Int = 2) throws
                -> ReplacedModel?
            {
                var options = CollabTrainingOptions()
                (options.epochs, options.factors) = (epochs, 8)
                if model == "neural" { options.batchSize = 2048 }
                let algorithm = try #require(CollabAlgorithm.named(model))
                var request = TrainCollabRequest(
                    dataset: "demo", recipe: algorithm.recipe(options), command: "test")
                (request.options, request.saveAs) = (options, "m")
                (request.resumes, request.isReplacing) = (resumes, isReplacing)
                var asked = 0
                return try zoo.trainCollab(
                    request,
                    shouldStop: {
                        asked += 1
                        return asked - 1 == steps
                    }
                ).replaced
            }
            #expect(try train(nil, false, false, 1) == nil)
            try expectUnchanged(zoo) { try train($0, $1, $2) }
        }
    }

    @Test func networksForImages() throws {
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            _ = try zoo.trainSmallVision(SmallImages.recipe { $0.epochs = 1 }, as: "m")
            try expectUnchanged(zoo) { steps, resumes, isReplacing in
                try zoo.trainSmallVision(
                    SmallImages.recipe(), as: "m", steps: steps,
                    change: { ($0.resumes, $0.isReplacing) = (resumes, isReplacing) }
                ).replaced
            }
        }
    }

    @Test func fineTunedNetworksForImages() throws {
        try withWorkspace { zoo in
            _ = try SmallImages(zoo)
            _ = try zoo.trainSmallVision(SmallImages.recipe { $0.mixup = 0 }, as: "parent")
            try zoo.copyModel(named: "parent", to: "m")
            func tune(_ steps: Int?, _ change: (inout FinetuneVisionRequest) -> Void) throws -> ReplacedModel? {
                var request = FinetuneVisionRequest(model: "parent", dataset: "d", saveAs: "m", command: "test")
                (request.recipe.batchSize, request.epochs) = (8, 1)
                change(&request)
                var taken = 0
                return try zoo.finetuneVision(request, onProgress: { if case .step = $0 { taken += 1 } }) {
                    taken == steps
                }.replaced
            }
            try expectUnchanged(zoo) { steps, resumes, isReplacing in
                try tune(steps) { ($0.resumes, $0.isReplacing) = (resumes, isReplacing) }
            }
            // What the eight steps learned can be given a name.
            let before = try zoo.showModel(named: "m").sha256
            let error = #expect(throws: TrainingStopped.self) {
                try tune(2) { ($0.isWorldClass, $0.isReplacing) = (true, true) }
            }
            #expect(error?.description.contains("the same command with --resume continues") == true, "\(error as Any)")
            #expect(try zoo.showModel(named: "m").sha256 == before)
            #expect(try zoo.copyCheckpoint(named: "m", to: "half") == nil)
            #expect(try zoo.showModel(named: "half").status == "stopped")
        }
    }
}
