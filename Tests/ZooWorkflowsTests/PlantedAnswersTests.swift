import Testing
import ZooCollab
import ZooData
import ZooEmbeddings
import ZooWorkflows

@Suite struct PlantedAnswersTests {
    @Test(arguments: [0, 1, 2] as [UInt64])
    func thePlantedWorstFilmHasTheLeastBias(_ seed: UInt64) throws {
        try withWorkspace { workspace in
            try workspace.importDemo(seed: seed)
            try workspace.train("films")
            let demo = DemoRatings(seed: seed)
            let query = try workspace.query("worst-movies", parameters: ["model": "films"])
            let rows = try query.statement.rows(query.values)
            #expect(rows.first?.first == .text(demo.interactions.itemTitles[demo.worstItem]))
        }
    }

    @Test func thePlainMeanAloneDoesNotNameTheWorstFilm() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films")
            let demo = DemoRatings(seed: 0)
            let entries = try workspace.entries(model: "films", field: "item").entries
            let worst = try #require(entries.first { $0.key == demo.interactions.itemKeys[demo.worstItem] })
            let table = try workspace.embeddingTable(model: "films", field: "item")
            let means = try #require(table.means)
            let row = try table.row(named: worst.key)
            #expect(means.contains { $0 < means[row] })
            #expect(entries.allSatisfy { ($0.bias ?? 0) >= (worst.bias ?? 0) })
        }
    }

    @Test(arguments: [
        CollabRecipe.dotBias(DotBiasRecipe()), .dotBiasBatches(batches),
    ])
    func theFirstComponentsSpanThePlantedAxes(_ recipe: CollabRecipe) throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films", recipe)
            let demo = DemoRatings(seed: 0)
            let all = try workspace.embeddingTable(model: "films", field: "item")
            let known = all.keys.indices.filter { (all.counts?[$0] ?? 0) >= 50 }
            let components = try PrincipalComponents.fit(
                known.flatMap { Array(all.vector($0)) }, width: all.width, count: 3)
            let scores = (0..<3).map { components.scores(of: $0).map(Double.init) }
            for axis in DemoRatings.axes.indices {
                let planted = try known.map { Double(demo.places[try #require(Int(all.keys[$0])) - 1][axis]) }
                let determination = LinearFit.determination(of: planted, by: scores)
                #expect(determination > 0.85, "axis \(DemoRatings.axes[axis]): R^2 \(determination)")
            }
        }
    }

    private static var batches: GradientRecipe {
        var configuration = GradientRecipe()
        configuration.batchSize = 512
        configuration.epochs = 4
        return configuration
    }

    @Test func biasesFollowThePlantedQualities() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films")
            let demo = DemoRatings(seed: 0)
            let entries = try workspace.entries(model: "films", field: "item").entries.filter { ($0.count ?? 0) >= 50 }
            let biases = entries.map { $0.bias ?? 0 }
            let qualities = try entries.map { Double(demo.qualities[try #require(Int($0.key)) - 1]) }
            let determination = LinearFit.determination(of: qualities, by: [biases])
            #expect(determination > 0.9, "R^2 \(determination)")
        }
    }
}
