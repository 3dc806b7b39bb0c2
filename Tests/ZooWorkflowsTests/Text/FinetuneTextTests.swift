import Foundation
import Testing
import ZooData
import ZooKernels
import ZooText
import ZooWorkflows

@Suite struct FinetuneTextTests {
    @Test(arguments: TokenizerKind.learned) func aModelGoesOnWithAnotherText(_ kind: TokenizerKind) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText(SmallText.recipe(kind))
            let song = String(
                repeating: "La la \u{E9}t\u{E9}, la la \u{E9}t\u{E9}, sang the zebra @ the zoo.\n", count: 60)
            try zoo.data.importTexts([NewText(name: "1", text: song)], name: "song", source: "test")
            var request = FinetuneTextRequest(model: "m", dataset: "song", saveAs: "m2", command: "test")
            request.unfreezing.epochs = 2
            request.unfreezing.learningRate = 0.02
            var progress: [Int] = []
            let report = try zoo.finetuneText(request) {
                if case .epoch(let epoch, of: 4) = $0 { progress.append(epoch.epoch) }
            }
            #expect(report.trainedLayers == [1, 2, 3, 3] && progress == [1, 2, 3, 4])
            #expect((report.validNats ?? 9) < (report.validNatsBefore ?? 0) - 0.5)
            #expect(kind == .bytePair || report.vocabulary > report.knownTokens)
            let show = try zoo.showModel(named: "m2")
            #expect(show.parent == "m" && show.dataset == "song")
            var write = GenerateRequest(model: "m2")
            write.prompt = "La la"
            #expect(try zoo.generate(write).prompt == "La la")
            #expect(try zoo.evaluateText(model: "m2", dataset: nil, split: .part(.valid)).unknown == 0)
        }
    }

    /// Stages of 1, 1 and 2 passes over about 50 windows each.
    @Test(arguments: [1, 40, 75, 130, 180]) func aTuningThatWasStoppedGoesOnBitForBit(_ steps: Int) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            let song = String(repeating: "La la \u{E9}t\u{E9}, sang the zebra @ the zoo.\n", count: 170)
            try zoo.data.importTexts([NewText(name: "1", text: song)], name: "song", source: "test")
            func tune(
                as name: String, stopping: Int? = nil, resumes: Bool = false, ratio: Double = 2.6, rate: Double? = nil
            )
                throws -> FinetuneTextReport
            {
                var request = FinetuneTextRequest(model: "m", dataset: "song", saveAs: name, command: "test")
                (request.unfreezing.epochs, request.unfreezing.rateRatio) = (2, ratio)
                request.resumes = resumes
                if let rate { request.unfreezing.learningRate = rate }
                var taken = 0
                return try zoo.finetuneText(request, onProgress: { if case .step = $0 { taken += 1 } }) {
                    taken == stopping
                }
            }
            let straight = try tune(as: "straight")
            let stopped = #expect(throws: TrainingStopped.self) { try tune(as: "m2", stopping: steps) }
            #expect(stopped?.description.contains("saved as 'm2' after step \(steps)") == true, "\(stopped as Any)")
            _ = try zoo.generate(GenerateRequest(model: "m2"))
            #expect(throws: WorkflowError.self) { try tune(as: "m2", resumes: true, ratio: 2) }
            _ = #expect(throws: TrainingStopped.self) { try tune(as: "slow", stopping: steps) }
            let slow = try tune(as: "slow", resumes: true, rate: 1e-9)
            #expect((slow.validNats ?? 0) > (straight.validNats ?? 0))
            let wrong = #expect(throws: WorkflowError.self) {
                var request = TrainTextRequest(dataset: "song", recipe: SmallText.recipe(), command: "test")
                (request.saveAs, request.resumes) = ("m2", true)
                request.recipe = try zoo.recipeOfStoppedTraining(named: "m2")
                return try zoo.trainText(request)
            }
            #expect(wrong?.description.contains("zoo finetune text m … --resume") == true)
            let resumed = try tune(as: "m2", resumes: true)
            let (one, two) = (try zoo.modelFile(named: "straight").file, try zoo.modelFile(named: "m2").file)
            #expect(one.weights == two.weights && two.optimizer.isEmpty)
            #expect(straight.epochs.map(\.report.trainingLoss) == resumed.epochs.map(\.report.trainingLoss))
            #expect(straight.trainedLayers == resumed.trainedLayers)
            #expect(straight.validNatsBefore == resumed.validNatsBefore)
            #expect(throws: WorkflowError.self) { try tune(as: "m2", resumes: true) }
        }
    }

    @Test func newTokensAreTheMeanAndOldOnesStay() {
        var generator = RandomGenerator(seed: 1)
        for ties in [false, true] {
            var configuration = LanguageModelArchitecture(
                vocabularySize: 5, embeddingSize: 3, hiddenSize: 4, layerCount: 2)
            configuration.tiesWeights = ties
            let model = LanguageModel(configuration, using: &generator)
            let larger = model.growing(to: 7)
            let (old, new) = (model.encoder.weight.value.floats, larger.encoder.weight.value.floats)
            #expect(Array(new.prefix(15)) == old && new.count == 21)
            for column in 0..<3 {
                let mean = (0..<5).reduce(Float(0)) { $0 + old[$1 * 3 + column] } / 5
                #expect(abs(new[15 + column] - mean) < 1e-6 && abs(new[18 + column] - mean) < 1e-6)
            }
            let bias = larger.decoder.bias.value.floats
            #expect(Array(bias.prefix(5)) == model.decoder.bias.value.floats && bias.count == 7)
            let (same, grown) = (model.state(), larger.state())
            for (a, b) in zip(same, grown) where a.path.hasPrefix("layers") {
                #expect(a.path == b.path && a.tensor.floats == b.tensor.floats)
            }
            #expect(model.growing(to: 5).encoder.weight.value.floats == old)
        }
    }

    @Test func stagesUnfreezeFromTheTopWithSlowerLowerLayers() {
        var unfreezing = GradualUnfreezing()
        (unfreezing.epochs, unfreezing.learningRate) = (3, 0.8)
        let stages = unfreezing.stages(layerCount: 3)
        #expect(stages.map(\.trainedLayers) == [1, 2, 3] && stages.map(\.epochs) == [1, 1, 3])
        #expect(stages.map(\.learningRate) == [0.8, 0.4, 0.2])
        unfreezing.epochsPerStage = 0
        #expect(unfreezing.stages(layerCount: 3).map(\.trainedLayers) == [3])
        let groups = unfreezing.groups([[], [], []], of: stages[1], weightDecay: 0.1)
        #expect(groups.map(\.isFrozen) == [true, false, false] && groups.map(\.weightDecay) == [0.1, 0.1, 0.1])
        #expect(abs(groups[0].rateMultiplier - 1 / 6.76) < 1e-12 && groups[2].rateMultiplier == 1)
    }

    @Test func otherModelsAndTextsAreRefused() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            #expect(throws: DataError.self) {
                try zoo.finetuneText(.init(model: "m", dataset: "none", saveAs: "m2", command: ""))
            }
            #expect(throws: WorkflowError.self) {
                try zoo.finetuneText(.init(model: "m", dataset: "t", saveAs: "m 2", command: ""))
            }
            #expect(throws: DataError.self) {
                var request = FinetuneTextRequest(model: "m", dataset: "t", saveAs: "m2", command: "")
                request.resumes = true
                return try zoo.finetuneText(request)
            }
        }
    }
}
