import Foundation
import Testing
import ZooData
import ZooRecords
import ZooText
import ZooWeights
import ZooWorkflows

@Suite struct TrainTextTests {
    @Test(arguments: TokenizerKind.learned) func aTrainedModelIsSavedAndMeasuresTheSame(_ kind: TokenizerKind) throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            let report = try zoo.trainSmallText(SmallText.recipe(kind))
            #expect(report.epochs.map(\.report.epoch) == [1, 2] && report.tokens == kind.rawValue)
            #expect(report.epochs[1].report.trainingLoss < report.epochs[0].report.trainingLoss)
            let measured = try zoo.evaluateText(model: "m", dataset: nil, split: .part(.valid))
            #expect(abs(measured.nats - (report.validNats ?? 0)) < 1e-6)
            #expect(abs(measured.bits - measured.nats / log(2)) < 1e-12 && measured.perplexity == exp(measured.nats))
            let all = try zoo.evaluateText(model: "m", dataset: "t", split: .all)
            #expect(all.tokens > measured.tokens && all.characters == SmallText.tales.joined().count)
        }
    }

    @Test func tokensAreLaidOpenAsEmbeddings() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText(SmallText.recipe(.word))
            let entries = try zoo.entries(model: "m", field: "token").entries
            let the = try #require(entries.first { $0.key == "the" })
            #expect((the.count ?? 0) > 10 && the.bias != nil)
            let near = try zoo.neighbours(model: "m", field: "token", near: "the", count: 3, metric: .cosine)
            #expect(near.entries.count == 3)
            let runs = try zoo.data.runs(model: "m")
            let run = try #require(runs.first)
            #expect(run.epochs.count == 2 && run.status == "finished" && run.epochs[1].validationLoss != nil)
            let line = try zoo.trainSmallText(SmallText.recipe(), as: "c")
            let labels = try zoo.entries(model: "c", field: "token").entries.map(\.label)
            #expect(labels.count == line.vocabulary && labels.prefix(2) == ["\u{21B5}", "\u{2423}"])
        }
    }

    @Test func theSameSeedGivesTheSameModel() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var recipe = SmallText.recipe()
            for (name, seed) in [("a", 1), ("b", 1), ("c", 2)] {
                recipe.training.seed = UInt64(seed)
                try zoo.trainSmallText(recipe, as: name)
            }
            let files = try ["a", "b", "c"].map { try zoo.modelFile(named: $0).file }
            #expect(files[0].weights == files[1].weights && files[0].weights != files[2].weights)
        }
    }

    @Test func halvedWeightsTakeHalfTheSpaceAndPredictAlmostTheSame() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
            request.saveAs = "whole"
            _ = try zoo.trainText(request)
            (request.saveAs, request.storesFloat16) = ("half", true)
            _ = try zoo.trainText(request)
            let strides = Set(try zoo.modelFile(named: "half").file.weights.map(\.type.stride))
            #expect(strides == [2])
            let nats = try ["whole", "half"].map { try zoo.evaluateText(model: $0, dataset: "t", split: .all).nats }
            #expect(nats[0] != nats[1] && abs(nats[0] - nats[1]) < 1e-3)
        }
    }

    @Test func aShortTextIsMeasuredWhole() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            let text = SmallText.tales.joined().prefix(150)
            try zoo.data.importTexts(
                [NewText(name: "1", text: String(text))], name: "s", source: "test", isReplacing: true)
            let measured = try zoo.evaluateText(model: "m", dataset: "s", split: .all)
            #expect(measured.tokens >= 149 && abs(measured.bitsPerCharacter / measured.bits - 1) < 0.02)
        }
    }

    /// One step an epoch, which ruins the weights: the loss before it is fine.
    @Test func aValidationThatIsNoNumberEndsTheTraining() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var recipe = SmallText.recipe()
            (recipe.training.bptt, recipe.training.learningRate, recipe.training.clipping) = (10_000, 1e30, nil)
            recipe.training.variesWindows = false
            let error = #expect(throws: TrainingStopped.self) { try zoo.trainSmallText(recipe) }
            #expect(error?.description.contains("NaN or infinite") == true, "\(String(describing: error))")
        }
    }

    @Test func textsThatWillNotDoAreRefusedWithTheNumbers() throws {
        try withWorkspace { (zoo) throws in
            func message(_ text: String, _ change: (inout TextRecipe) -> Void = { _ in }) -> String {
                var recipe = SmallText.recipe()
                change(&recipe)
                let request = TrainTextRequest(dataset: "x", recipe: recipe, command: "test")
                do {
                    try zoo.data.importTexts(
                        [NewText(name: "1", text: text)], name: "x", source: "test", isReplacing: true)
                    _ = try zoo.trainText(request)
                    return "no error"
                } catch { return "\(error)" }
            }
            #expect(message("abcabc") { $0.validShare = 0 }.contains("6 tokens, too few for 8 rows"))
            #expect(message(String(repeating: "a", count: 500)).contains("one and the same token 450 times"))
            #expect(message(String(repeating: "ab", count: 50)) { $0.validShare = 0.01 }.contains("--valid 0.01"))
            #expect(message("abc" + String(repeating: "b", count: 500)) { $0.hiddenSize = 0 }.contains("hiddenSize"))
            let missing = TrainTextRequest(dataset: "none", recipe: SmallText.recipe(), command: "test")
            #expect(throws: DataError.self) { try zoo.trainText(missing) }
        }
    }

    @Test func unseenCharactersOfTheValidationTextAreSaid() throws {
        try withWorkspace { zoo in
            let text = String(repeating: "abc ", count: 200) + "\u{3A9}abc \u{3A9}abc"
            try zoo.data.importTexts([NewText(name: "1", text: text)], name: "t", source: "test")
            var notes: [String] = []
            let request = TrainTextRequest(dataset: "t", recipe: SmallText.recipe(), command: "test")
            _ = try zoo.trainText(request) { if case .note(let note) = $0 { notes.append(note) } }
            #expect(notes == ["the model does not know 2 pieces of the validation text: '\u{3A9}' left out"])
        }
    }

    @Test func aSplitCutsAtTheRightCharacterOrDocument() throws {
        let one = try TextParts([String(repeating: "\u{1F600}", count: 100)], .end(0.2))
        #expect(one.training[0].unicodeScalars.count == 80 && one.validation[0].unicodeScalars.count == 20)
        let many = try TextParts((0..<10).map { String(repeating: "\($0)", count: 10) }, .end(0.22))
        #expect(many.training.count == 8 && many.validation.count == 2)
        let two = try TextParts([String(repeating: "a", count: 1000), "b"], .end(0.5))
        #expect(two.training.count == 1 && two.validation == ["b"])
        #expect(try TextParts(["a", "b"], .all).validation.isEmpty)
        #expect(throws: SplitError.self) { try TextParts(["a", "b"], .fold(1, of: 2)) }
    }

    @Test func lrFindFindsARate() throws {
        try withWorkspace { zoo in
            try zoo.importSmallText()
            var recipe = SmallText.recipe()
            recipe.regularization.multiply(by: 0)
            let (report, plot) = try zoo.findTextLearningRate(dataset: "t", recipe: recipe, steps: 60)
            #expect(report.rates.count > 20 && report.rates == report.rates.sorted())
            #expect(report.losses.first.map { abs($0 - 3.8) < 0.4 } == true)  // nothing known: log of the vocabulary
            #expect((1e-4...1).contains(report.steepest ?? 0) && plot.svg().contains("learning rate"))
        }
    }

    @Test func damagedFilesAreRefused() throws {
        try withWorkspace { (zoo) throws in
            try zoo.importSmallText()
            try zoo.trainSmallText()
            let file = try zoo.modelFile(named: "m").file
            let changes: [(inout ModelFile) -> Void] = [
                { $0.configuration = "{}" },
                { $0.configuration = $0.configuration.replacing("\"hiddenSize\":12", with: "\"hiddenSize\":16000000") },
                { $0.configuration = $0.configuration.replacing("\"layerCount\":2", with: "\"layerCount\":3") },
                { $0.vocabularies = [] }, { $0.vocabularies[0].entries.removeLast() },
                { $0.vocabularies[0].entries[0] = "ab" }, { $0.statistics = [] }, { $0.weights.removeLast() },
                { $0.weights.append(WeightEntry(path: "more", shape: [1], values: .float32([0]))) },
            ]
            for (index, change) in changes.enumerated() {
                var changed = file
                change(&changed)
                try zoo.weights.save(changed) { stored in
                    var entry = try zoo.data.model(named: "m")
                    entry.sha256 = stored.sha256
                    try zoo.data.saveModel(entry)
                }
                #expect(throws: WeightError.self, "change \(index)") {
                    try zoo.generate(GenerateRequest(model: "m"))
                }
            }
        }
    }
}
