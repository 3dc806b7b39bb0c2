import Foundation
import Testing
import ZooCollab
import ZooData
import ZooText
import ZooWeights
import ZooWorkflows

/// Models of format version 1, kept from the last build that wrote it, answer as they did there.
///
/// `Goldens/Version1` has a language model (`lstm`), a text classifier over a GRU, an RNN whose training was stopped after
/// 4 steps, a table and an EASE recommender. Expected answers are those of that build. They are compared with a
/// tolerance: their last digit depends on the instruction set.
@Suite struct Version1Tests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Goldens/Version1")

    private func path(_ name: String) -> String { Self.folder.appendingPathComponent(name).path }

    private func withModel<Result>(_ name: String, _ body: (Workspace) throws -> Result) throws -> Result {
        try withWorkspace { zoo in
            let file = try ModelFile(contentsOf: URL(fileURLWithPath: path(name + ".h5")))
            _ = try zoo.importOwnModel(file, as: name, command: "test")
            return try body(zoo)
        }
    }

    private func importTexts(_ zoo: Workspace) throws {
        _ = try zoo.data.importTexts(csv: path("texts.csv"), text: "text", label: "label", name: "t")
    }

    @Test func aLanguageModelPredictsAsBefore() throws {
        try withModel("lstm") { zoo in
            try importTexts(zoo)
            let report = try zoo.evaluateText(model: "lstm", dataset: "t", split: .all)
            #expect(abs(report.nats - 3.2165188620967937) < 1e-6)
        }
    }

    @Test func aClassifierClassifiesAsBefore() throws {
        try withModel("classifier") { zoo in
            let report = try zoo.predict(
                texts: ["the dark hill", "a fine day", "sea warm house dog"], with: "classifier")
            #expect(report.predictions.map(\.label) == ["good", "good", "good"])
            for (found, wanted) in zip(report.predictions, [0.52200484, 0.53527504, 0.5410211]) {
                #expect(abs((found.probability ?? 0) - wanted) < 1e-6)
            }
        }
    }

    @Test func aTableIsPredictedAsBefore() throws {
        try withModel("table") { zoo in
            let report = try zoo.predictTabular(model: "table", input: .file(path: path("rows.csv")))
            let wanted = [669.1364542425906, 646.7272992568778, 292.6031193176968, 328.0811785691533]
            #expect(report.predictions.count == 4)
            for (found, wanted) in zip(report.predictions, wanted) {
                guard case .number(let number) = found[0] else {
                    Issue.record("\(found)")
                    continue
                }
                #expect(abs(number - wanted) < 1e-5 * wanted)
            }
        }
    }

    @Test func imagesAreClassifiedAsBefore() throws {
        try withWorkspace { zoo in
            let report = try zoo.predict(images: [path("image.png")], with: "cifar10-resnet", top: 3)
            let wanted = [("airplane", 0.58985406), ("cat", 0.17674218), ("deer", 0.1448527)]
            for (found, wanted) in zip(report.predictions[0].top, wanted) {
                #expect(found.class == wanted.0 && abs(found.probability - wanted.1) < 1e-5)
            }
        }
    }

    @Test func anEASERecommenderScoresAsBefore() throws {
        try withModel("ease") { zoo in
            let model = try zoo.model(named: "ease", as: (any StoredRecommender).self).model
            let keys = model.vocabulary.itemKeys
            let rated: [(String, Float)] = [
                ("i14", 2), ("i10", 2), ("i8", 2), ("i3", 5), ("i7", 5), ("i4", 2), ("i11", 4), ("i13", 5),
            ]
            let history = UserHistory(
                ratings: try rated.map { RatedItem(item: try #require(keys.firstIndex(of: $0)), rating: $1) })
            let scores = Dictionary(uniqueKeysWithValues: zip(keys, model.scores(for: history)))
            let wanted: [String: Float] = [
                "i5": 0.19907005, "i2": 0.19231917, "i12": 0.18600982, "i0": 0.15584391, "i6": 0.14902961,
                "i1": 0.13449854, "i15": 0.13265917, "i9": 0.12835222,
            ]
            for (item, score) in wanted { #expect(abs((scores[item] ?? 0) - score) < 1e-6, "\(item)") }
        }
    }

    @Test(arguments: ["lstm", "classifier", "table", "ease"])
    func version2HoldsTheSameBitsWithLinearWeightsTransposed(_ name: String) throws {
        let old = try ModelFile(contentsOf: URL(fileURLWithPath: path(name + ".h5")))
        let new = try ModelFile(decoding: ModelFile(old.model().contents(), created: old.created).encoded())
        #expect(old.formatVersion == 1 && new.formatVersion == 2 && new.configuration == old.configuration)
        #expect(new.statistics == old.statistics && new.weights.map(\.path) == old.weights.map(\.path))
        let linear = [
            "decoder.weight", "linear.weight", "output.weight", "head.2.weight", "head.6.weight",
        ]
        for (one, two) in zip(old.weights, new.weights) {
            guard linear.contains(where: { one.path.hasSuffix($0) }) else {
                #expect(one == two, "\(one.path)")
                continue
            }
            let (rows, columns) = (one.shape[0], one.shape[1])
            let (before, after) = try (#require(one.values.floats), #require(two.values.floats))
            #expect(two.shape == [columns, rows], "\(one.path)")
            #expect(before.indices.allSatisfy { before[$0] == after[$0 % columns * rows + $0 / columns] })
        }
        #expect(try ModelFile(new.model().contents(), created: old.created).weights == new.weights)
    }

    @Test func aStoppedTrainingIsResumed() throws {
        try withModel("stopped") { zoo in
            try importTexts(zoo)
            var recipe = TextRecipe()
            recipe.tokenizer.kind = .word
            recipe.tokenizer.minimumFrequency = 1
            (recipe.cell, recipe.embeddingSize, recipe.hiddenSize, recipe.layerCount) = (.rnn, 6, 7, 1)
            (recipe.training.batchSize, recipe.training.bptt, recipe.training.epochs) = (1, 2, 3)
            var request = TrainTextRequest(dataset: "t", recipe: recipe, command: "test")
            (request.saveAs, request.resumes) = ("stopped", true)
            let losses = try zoo.trainText(request).epochs.map(\.report.trainingLoss)
            for (found, wanted) in zip(losses, [3.2206635045465064, 2.8088147885767487, 2.6360133069919387]) {
                #expect(abs(found - wanted) < 1e-3)
            }
            #expect(losses.count == 3)
        }
    }
}
