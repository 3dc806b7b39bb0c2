import Testing
import ZooCollab
import ZooKernels
import ZooNN
import ZooRecords

/// Ratings in which the young like one genre and the old the other, by much; some films are rated by nobody.
private func genreTastes() -> (training: Interactions, cold: Interactions) {
    var generator = RandomGenerator(seed: 8)
    var (users, items, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
    for user in 0..<120 {
        for item in 0..<60 where generator.next() % 4 == 0 || item >= 50 {
            let likes = (user % 2 == 0) == (item % 2 == 0)
            users.append(Int32(user))
            items.append(Int32(item))
            ratings.append(((likes ? 4 : 2) + 0.3 * (generator.normal() as Float)).rounded())
        }
    }
    var all = Interactions(
        users: users, items: items, ratings: ratings.map { min(5, max(1, $0)) }, userKeys: (0..<120).map { "u\($0)" },
        itemKeys: (0..<60).map { "i\($0)" }, itemTitles: (0..<60).map { "Film \($0)" }, scale: 1...5)
    all.userAttributes = [
        Attribute("age", .numbers((0..<120).map { $0 % 2 == 0 ? 20 : 60 })),
        Attribute("zip", categories: (0..<120).map { "\($0 % 3)\(1000 + $0)" }),
    ]
    all.itemAttributes = [Attribute("genres", sets: (0..<60).map { $0 % 2 == 0 ? ["War"] : ["Drama", "Romance"] })]
    let isKnown = all.items.map { $0 < 50 }
    return (
        all.selecting(all.ratings.indices.filter { isKnown[$0] }),
        all.selecting(all.ratings.indices.filter { !isKnown[$0] })
    )
}

private func recipe(_ base: BayesianRecipe) -> CollabRecipe {
    var configuration = base
    (configuration.factors, configuration.epochs) = (4, 40)
    return .bayesian(configuration)
}

@Suite struct FeaturesTests {
    private static let parts = genreTastes()

    @Test func itemsWithoutARatingAreExpectedByTheirAttributes() throws {
        let (training, cold) = Self.parts
        let model = try recipe(.features).model(of: training)
        #expect(model.vocabulary.itemKeys.count == 60)
        #expect(model.vocabulary.itemCounts.suffix(10).allSatisfy { $0 == 0 })
        #expect(model.vocabulary.itemMeans.allSatisfy { $0.isFinite })
        let without = try recipe(BayesianRecipe()).model(of: training)
        #expect(without.vocabulary.itemKeys.count == 50)
        let (found, other) = (
            try #require(model.ratingMetrics(on: cold)).rmse, try #require(without.ratingMetrics(on: cold)).rmse
        )
        #expect(found < 0.6 && other > 0.9, "\(found), \(other)")
    }

    @Test func termsNameAttributes() throws {
        let model = try recipe(.features).model(of: Self.parts.training)
        let explaining = try #require(model as? any Explains)
        for history in [
            UserHistory(row: 0), UserHistory(row: 0, ratings: [RatedItem(item: 3, rating: 1)]),
            UserHistory(ratings: [RatedItem(item: 4, rating: 5), RatedItem(item: 3, rating: 1)]),
        ] {
            let scores = model.scores(for: history)
            for (item, genres) in [(52, ["genres: War"]), (53, ["genres: Drama", "genres: Romance"])] {
                let explanation = try #require(explaining.explanations(of: [item], for: history).first)
                #expect(abs(explanation.score - Double(scores[item])) < 1e-4)
                let named = explanation.terms.compactMap { term in
                    if case .attribute(let name) = term.source { name } else { nil }
                }
                let person = history.row == nil ? [] : ["age: 20", "zip: 010…"]
                #expect(named.sorted() == (person + genres).sorted(), "\(named)")
            }
        }
        // The young like war films.
        let terms = try #require(explaining.explanations(of: [52], for: UserHistory(row: 0)).first).terms
        let war = try #require(terms.first { $0.source == .attribute("genres: War") })
        #expect(war.amount > 0.3)
    }

    @Test func aModelWithAttributesReadsItselfBack() throws {
        let contents = try recipe(.features).model(of: Self.parts.training).contents()
        #expect(contents.architecture == "features")
        expectEqual(try CollabAlgorithm.decode(contents).contents(), contents)
        for index in contents.weights.indices {
            var damaged = contents
            damaged.weights.remove(at: index)
            #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        }
        for field in contents.vocabularies.indices {
            var damaged = contents
            damaged.vocabularies[field].entries.removeLast()
            #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        }
        var damaged = contents
        damaged.architecture = "bayesian"
        #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
    }

    @Test func withoutAttributesItIsTheOtherModel() throws {
        var training = Self.parts.training
        (training.itemAttributes, training.userAttributes) = ([], [])
        let features = try recipe(.features).model(of: training)
        let other = try recipe(BayesianRecipe()).model(of: training)
        #expect(features.scores(for: UserHistory(row: 5)) == other.scores(for: UserHistory(row: 5)))
    }
}
