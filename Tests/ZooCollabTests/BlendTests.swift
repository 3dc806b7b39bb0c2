import Testing
import ZooCollab
import ZooKernels
import ZooNN

@Suite struct BlendTests {
    private static func blend(_ ratings: Interactions) throws -> BlendModel {
        try #require(
            try CollabAlgorithm.blend.recipe(CollabTrainingOptions()).model(of: ratings) as? BlendModel)
    }

    @Test func theScoresAreTheWeightedSumOfTheRankers() throws {
        let model = try Self.blend(fewRatings())
        #expect(model.rankers.map { $0.model.vocabulary == model.vocabulary }.allSatisfy { $0 })
        #expect(model.rankers.map(\.weight).first == 1 && model.rankers.dropFirst().map(\.weight).reduce(0, +) == 0.5)
        let person = UserHistory(ratings: [RatedItem(item: 3, rating: 5), RatedItem(item: 8, rating: 2)])
        let parts = model.rankers.map { ($0.weight, $0.model.scores(for: person)) }
        for (item, score) in model.scores(for: person).enumerated() {
            #expect(abs(parts.reduce(0) { $0 + $1.0 * $1.1[item] } - score) < 1e-5)
        }
    }

    @Test func itPredictsTheRatingsOfDotBias() throws {
        let ratings = fewRatings()
        let model = try Self.blend(ratings)
        let alone = try CollabAlgorithm.dotBias.recipe(CollabTrainingOptions()).model(of: ratings)
        let (users, items) = model.vocabulary.rows(of: ratings)
        #expect(model.ratings(users: users, items: items) == alone.ratings(users: users, items: items))
        // The weights of dot-bias have the names that they have in a file of their own.
        let paths = Set(try model.contents().weights.map(\.path))
        #expect(
            Set(try alone.contents().weights.map(\.path)).isSubset(of: paths)
                && paths.contains("ranker0.item_item.weight"))
    }

    @Test func itRanksPlantedTastesBetterThanPopularityAndThanExpectedRatings() throws {
        let (training, testing) = planted()
        let evaluation = RankingEvaluation(top: 5)
        func ndcg(_ model: any Recommender) -> Double {
            evaluation.measure(model, training: training, testing: testing).ndcg
        }
        let model = try Self.blend(training)
        #expect(ndcg(model) > ndcg(PopularityModel(training)) + 0.1)
        #expect(ndcg(model) > ndcg(try #require(model.predictor)) + 0.1)
    }

    @Test func countsAreRankedByTheirLogarithmAndNotPredicted() throws {
        var counts = planted().training
        counts.feedback = .counts
        let model = try Self.blend(counts)
        #expect(model.predictor == nil && model.ratings(users: [0], items: [0]) == nil)
        #expect(
            RatingWeight.rating.resolved(for: .counts) == .log && RatingWeight.binary.resolved(for: .counts) == .binary)
        #expect(RatingWeight.log.weight(of: 1, on: 1...1_000_000) == 0.2)
        #expect(abs(RatingWeight.log.weight(of: 1000, on: 1...1_000_000) - 0.6) < 1e-3)
        #expect(abs(RatingWeight.log.weight(of: 1_000_000, on: 1...1_000_000) - 1) < 1e-6)
    }

    @Test func ratingsThatDoNotDifferAreRankedAndNotPredicted() throws {
        var ratings = planted().training
        ratings.ratings = ratings.ratings.map { _ in 4 }
        let model = try Self.blend(ratings)
        #expect(model.predictor == nil && model.ratings(users: [0], items: [0]) == nil)
        #expect(model.expectedRatings(for: UserHistory(row: 0)) == nil)
        // The first person is of the first kind, whose items are 1 to 10.
        let rated = [2, 3, 4, 7].map { RatedItem(item: $0, rating: 4) }
        let scores = model.scores(for: UserHistory(ratings: rated))
        let best = model.best(4, of: scores, excluding: [2, 3, 4, 7])
        #expect(best.allSatisfy { (0...10).contains($0.item) }, "\(best)")
        #expect(throws: Never.self) { try CollabAlgorithm.decode(try model.contents()) }
    }

    @Test func aBlendInABlendIsRefused() throws {
        var contents = try Self.blend(fewRatings()).contents()
        contents.configuration = contents.configuration.replacing(
            #""architecture":"ease""#, with: #""architecture":"blend""#)
        #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(contents) }
    }
}

@Suite struct SparseItemWeightsTests {
    private static func model(neighbours: Int?) throws -> EASEModel {
        var configuration = EASETrainingOptions()
        configuration.neighbours = neighbours
        (configuration.regularization, configuration.weight) = (20, .binary)
        return try EASEModel(fewRatings(), configuration)
    }

    @Test func aRowKeepsItsLargestWeights() throws {
        let (all, kept) = (try Self.model(neighbours: nil), try Self.model(neighbours: 7))
        let n = all.vocabulary.itemKeys.count
        for row in 0..<n {
            let (full, sparse) = (
                Array(all.weights[row * n..<(row + 1) * n]), Array(kept.weights[row * n..<(row + 1) * n])
            )
            let least = try #require(full.map(abs).sorted(by: >).prefix(7).last)
            #expect(sparse.count { $0 != 0 } == 7)
            #expect(zip(full, sparse).allSatisfy { $1 == ($0.magnitude >= least ? $0 : 0) })
        }
        let person = UserHistory(ratings: [RatedItem(item: 2, rating: 5), RatedItem(item: 9, rating: 1)])
        let wanted = (0..<n).map { kept.weights[2 * n + $0] + kept.weights[9 * n + $0] }
        #expect(zip(kept.scores(for: person), wanted).allSatisfy { abs($0 - $1) < 1e-6 })
        let again = try CollabAlgorithm.decode(try kept.contents())
        #expect(again.scores(for: person) == kept.scores(for: person))
        let own = try kept.contents().weights.filter { $0.path.hasPrefix("item_item.") }
        #expect(own.count == 2 && own.allSatisfy { $0.tensor.shape.dimensions == [n, 7] })
    }

    @Test func aColumnThatIsNoItemIsRefused() throws {
        var contents = try Self.model(neighbours: 7).contents()
        let index = try #require(contents.weights.firstIndex { $0.path == "item_item.column" })
        let shape = contents.weights[index].tensor.shape
        var columns = contents.weights[index].tensor.int32s
        columns[3] = Int32(shape.dimensions[0])
        contents.weights[index] = NamedTensor(path: "item_item.column", tensor: .init(columns, shape: shape))
        #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(contents) }
    }
}
