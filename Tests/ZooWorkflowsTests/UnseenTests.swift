import Testing
import ZooCollab
import ZooData
import ZooRecords
import ZooWorkflows

@Suite struct UnseenTests {
    @Test(arguments: [CollabRecipe.dotBias(DotBiasRecipe()), .neural(quickNetwork)])
    func unseenUsersAndItemsFallBackToWhatIsKnownOfTheOtherSide(_ recipe: CollabRecipe) throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films", recipe)
            let model = try #require(
                workspace.model(named: "films", as: (any StoredRecommender).self).model as? any PredictsRatings)
            let table = try workspace.embeddingTable(model: "films", field: "item")
            let means = try #require(table.means)
            let counts = try #require(table.counts)
            let known = means.indices.filter { counts[$0] > 200 }
            let (low, high) = (known.min { means[$0] < means[$1] }, known.max { means[$0] < means[$1] })
            #expect(model.score(user: nil, item: low) + 1 < model.score(user: nil, item: high))
            let scores = (0..<200).map { model.score(user: $0, item: nil) }
            #expect(scores.allSatisfy { (1...5.5).contains($0) } && Set(scores).count > 100)
            #expect((3...4).contains(model.score(user: nil, item: nil)))
            #expect(model.expectedRatings(users: [-1, -1, 0], items: [-1, 3, -1]).allSatisfy { $0.isFinite })
        }
    }

    @Test func aModelIsMeasuredOnDataOfWhichItKnowsOnlyAPart() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films")
            let ratings = NewRatings(
                userKeys: ["1", "stranger"], itemKeys: ["1", "unheard of"], itemTitles: ["a", "b"],
                users: [0, 0, 1, 1], items: [0, 1, 0, 1], ratings: [3, 4, 3, 4], scale: 1...5)
            _ = try workspace.data.importRatings(ratings, name: "other", source: "test", isReplacing: false)
            let report = try workspace.evaluate(model: "films", dataset: "other", split: .all, seed: 0)
            #expect(report.ratings == 4 && (report.test.rmse ?? .infinity) < 3)
        }
    }

    @Test func vocabulariesComeFromTheTrainingPartAlone() throws {
        try withWorkspace { workspace in
            let ratings = NewRatings(
                userKeys: ["a", "b", "tested"], itemKeys: ["x", "y", "late"], itemTitles: ["x", "y", "late"],
                users: [0, 1, 1, 2], items: [0, 0, 1, 2], ratings: [3, 4, 2, 5], scale: 1...5)
            var split = ratings
            split.splits = [("part", [1, 1, 1, 2])]
            _ = try workspace.data.importRatings(split, name: "demo", source: "test", isReplacing: false)
            let report = try workspace.train("films", split: .named("part"))
            #expect(report.trainRatings == 3 && report.testRatings == 1)
            #expect(report.test?.rmse?.isFinite == true)
            let vocabulary = try workspace.model(named: "films", as: (any StoredRecommender).self).model.vocabulary
            #expect(vocabulary.userKeys == ["a", "b"] && vocabulary.itemKeys == ["x", "y"])
        }
    }

    @Test func ofEqualScoresTheLowerRowComesFirst() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films")
            let model = try workspace.model(named: "films", as: (any StoredRecommender).self).model
            let best = model.best(4, of: [1, 3, 2, 3, 3, 2], excluding: [3])
            #expect(best.map(\.item) == [1, 4, 2, 5])
            #expect(model.best(0, of: [1, 2]).isEmpty && model.best(9, of: [1, 2]).map(\.item) == [1, 0])
        }
    }

    @Test func someoneFoldedInGetsNearlyTheScoresOfTheirTrainedSelf() throws {
        try withWorkspace { workspace in
            try workspace.importDemo()
            try workspace.train("films")
            let ratings = DemoRatings(seed: 0).interactions
            let model = try #require(
                workspace.model(named: "films", as: (any StoredRecommender).self).model as? DotBiasModel)
            let rows = Dictionary(uniqueKeysWithValues: zip(model.vocabulary.itemKeys, 0...))
            let own = ratings.users.indices.filter { ratings.users[$0] == 41 }
            let rated = try own.map { index in
                RatedItem(
                    item: try #require(rows[ratings.itemKeys[Int(ratings.items[index])]]),
                    rating: ratings.ratings[index])
            }
            let folded = model.scores(for: UserHistory(ratings: rated))
            let trained = model.scores(user: 41)
            let distance = zip(folded, trained).reduce(0) { $0 + abs($1.0 - $1.1) } / Float(folded.count)
            #expect(distance < 0.3, "mean distance \(distance) stars")
        }
    }
}
