import Foundation
import Testing
import ZooCollab
import ZooData
import ZooWeights
import ZooWorkflows

@Suite struct StoredModelTests {
    static let recipes: [CollabRecipe] = [
        .dotBias(DotBiasRecipe()), .dotBiasBatches(quickBatches), .neural(quickNetwork),
    ]

    private static var quickBatches: GradientRecipe {
        var configuration = GradientRecipe()
        configuration.epochs = 1
        configuration.batchSize = 512
        return configuration
    }

    @Test(arguments: recipes)
    func aSavedModelLoadsToTheSameScores(_ recipe: CollabRecipe) throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films", recipe)
            let ratings = try workspace.interactions(of: "demo")
            let trained = try recipe.model(of: ratings)
            let loaded = try workspace.model(named: "films", as: (any StoredRecommender).self).model
            #expect(loaded.vocabulary == trained.vocabulary)
            for user in [0, 41, nil] {
                let history = UserHistory(row: user)
                #expect(loaded.scores(for: history) == trained.scores(for: history))
            }
        }
    }

    @Test(arguments: recipes)
    func theSameSeedGivesTheSameFileApartFromItsDate(_ recipe: CollabRecipe) throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            func hash(_ name: String) throws -> String {
                try workspace.train(name, recipe)
                var file = try workspace.modelFile(named: name).file
                file.created = "2026-01-01T00:00:00Z"
                return WeightStore.sha256(try file.encoded())
            }
            #expect(try hash("first") == hash("second"))
        }
    }

    @Test func anotherSeedGivesAnotherModel() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            var other = DotBiasRecipe()
            other.seed = 1
            try workspace.train("first")
            try workspace.train("second", .dotBias(other))
            let vectors = try ["first", "second"].map { try workspace.embeddingTable(model: $0, field: "item").vectors }
            #expect(vectors[0] != vectors[1])
        }
    }

    @Test(arguments: recipes)
    func evaluatingGivesWhatTrainingMeasured(_ recipe: CollabRecipe) throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            let report = try workspace.train("films", recipe, split: .random(0.1))
            let again = try workspace.evaluate(model: "films", dataset: nil, split: .random(0.1), seed: recipe.seed)
            #expect(report.test?.rmse == again.test.rmse && report.test?.mae == again.test.mae)
            #expect(again.ratings == 12_000 && (again.test.rmse ?? .infinity) < 1.05)
        }
    }

    @Test func theRunIsKeptWithItsEpochs() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            let report = try workspace.train("films")
            let query = try workspace.query("training-history", parameters: ["model": "films"])
            #expect(try query.statement.rows(query.values).count == report.epochs.count)
        }
    }

    @Test func aShippedModelIsThereAtOnceAndMayBeRemovedOrReplaced() throws {
        try withWorkspace { workspace in
            let shipped = try workspace.listModels().filter(\.isShipped)
            #expect(Set(shipped.map(\.kind)) == ["collab", "tabular", "text", "vision"])
            let name = try #require(shipped.first { $0.kind == ModelKind.collab.name }?.name)
            #expect(try workspace.recommend(RecommendRequest(model: name, person: .user("42"))).items.count == 10)
            #expect(try workspace.verifyModels().isSound)
            try workspace.importDemo()
            try workspace.train(name)
            #expect(try workspace.listModels().contains { $0.name == name && !$0.isShipped })
            try workspace.removeModel(named: name)
            #expect(try workspace.listModels().contains { $0.name == name && $0.isShipped })
        }
    }
}
