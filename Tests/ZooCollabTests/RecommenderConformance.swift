import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooNN

/// What every recommender keeps to: those of `CollabAlgorithm.all`, and each way of training.
@Suite struct RecommenderConformance {
    /// Every algorithm with its default settings, but for an epoch where there are epochs.
    private static let recipes: [CollabRecipe] =
        CollabAlgorithm.all.map { algorithm in
            var options = CollabTrainingOptions()
            if algorithm.defaults[.epochs] != nil { options.epochs = 2 }
            return algorithm.recipe(options)
        } + [.dotBiasBatches(batches)]

    private static var batches: GradientRecipe {
        var configuration = GradientRecipe()
        (configuration.batchSize, configuration.epochs) = (128, 2)
        return configuration
    }

    private static let ratings = fewRatings()

    /// What a user of the data rated, in rows of the model.
    private func history(of user: Int, in model: any Recommender, withRow: Bool = true) -> UserHistory {
        let rows = model.vocabulary.rows(of: Self.ratings)
        let own = rows.users.indices.filter { rows.users[$0] == user }
        return UserHistory(
            row: withRow ? user : nil,
            ratings: own.map { RatedItem(item: Int(rows.items[$0]), rating: Self.ratings.ratings[$0]) })
    }

    @Test(arguments: recipes)
    func everyItemHasAScoreForEverybody(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        #expect(model.scale == Self.ratings.scale)
        let people = [
            history(of: 0, in: model), history(of: 7, in: model, withRow: false), UserHistory(row: 3), UserHistory(),
        ]
        for person in people {
            let scores = model.scores(for: person)
            #expect(scores.count == model.vocabulary.itemKeys.count)
            #expect(scores.allSatisfy { $0.isFinite })
        }
        #expect(Set(model.scores(for: people[0])).count > 10)
    }

    @Test(arguments: recipes)
    func severalPeopleAtOnceGetTheScoresOfEach(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        let people =
            (0..<10).map { history(of: $0, in: model, withRow: $0 % 3 > 0) } + [UserHistory(row: 3), UserHistory()]
        let together = model.scores(of: people, threads: .all)
        let apart = people.flatMap { model.scores(for: $0) }
        #expect(together.count == apart.count)
        #expect(zip(together, apart).allSatisfy { abs($0 - $1) <= 1e-4 * max(1, abs($1)) })
    }

    @Test(arguments: recipes)
    func theBestComeFirstAndTiesGoToTheLowerRow(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        let known = model.scores(for: history(of: 0, in: model))
        let best = model.best(5, of: known)
        #expect(best.count == 5)
        #expect(best.map(\.score) == known.sorted(by: >).prefix(5).map { $0 })
        let without = model.best(5, of: known, excluding: Set(best.map(\.item)))
        #expect(Set(without.map(\.item)).isDisjoint(with: best.map(\.item)))
        #expect(model.best(known.count + 10, of: known).count == known.count)
        #expect(model.best(3, of: [2, 5, 5, 1]).map(\.item) == [1, 2, 0])
        #expect(model.best(0, of: known).isEmpty)
    }

    @Test(arguments: recipes)
    func theSameSeedGivesTheSameContents(_ recipe: CollabRecipe) throws {
        let contents = try (0..<2).map { _ in try recipe.model(of: Self.ratings).contents() }
        expectEqual(contents[0], contents[1])
    }

    @Test(arguments: recipes)
    func aModelReadsItselfBack(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        let contents = try model.contents()
        let again = try CollabAlgorithm.decode(contents)
        expectEqual(try again.contents(), contents)
        #expect(contents.architecture == recipe.architecture && again.settings == recipe.settings)
        #expect(again.vocabulary == model.vocabulary && again.scale == model.scale)
        for person in [history(of: 4, in: model), history(of: 4, in: model, withRow: false), UserHistory()] {
            #expect(again.scores(for: person) == model.scores(for: person))
        }
    }

    @Test(arguments: recipes)
    func damagedContentsAreRefused(_ recipe: CollabRecipe) throws {
        let contents = try recipe.model(of: Self.ratings).contents()
        var damaged = contents
        damaged.configuration = "{}"
        #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        damaged = contents
        damaged.architecture = "nothing"
        #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        for index in contents.weights.indices {
            damaged = contents
            damaged.weights.remove(at: index)
            #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        }
        for field in contents.vocabularies.indices {
            damaged = contents
            damaged.vocabularies[field].entries.removeLast()
            #expect(throws: ModelContentsError.self) { try CollabAlgorithm.decode(damaged) }
        }
    }

    @Test(arguments: recipes)
    func expectedRatingsAreScoresAndStayNearTheScale(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        let expected = model.expectedRatings(for: history(of: 0, in: model))
        #expect((expected == nil) == (model.ratings(users: [0], items: [0]) == nil))
        if let expected {
            let found = try #require(
                model.ratings(users: expected.map { _ in 0 }, items: expected.indices.map(Int32.init)))
            #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-5 })
            #expect(try #require(model.ratingMetrics(on: Self.ratings)).rmse < 1.5)
        }
        guard let predictor = model as? any PredictsRatings else { return }
        let scale = model.scale
        let known = model.scores(for: UserHistory(row: 0))
        for item in [0, known.count / 2, known.count - 1] {
            #expect(abs(known[item] - predictor.score(user: 0, item: item)) < 1e-5)
        }
        let pairs = predictor.expectedRatings(users: [0, 0, -1, -1], items: [0, -1, 0, -1])
        #expect(model.ratings(users: [0, 0, -1, -1], items: [0, -1, 0, -1]) == pairs)
        #expect(pairs.allSatisfy { $0 > scale.lowerBound - 1.01 && $0 < scale.upperBound + 1.01 })
        #expect(Set(predictor.scores(user: nil)).count > known.count / 2)
        #expect(predictor.evaluate(on: Self.ratings).rmse < 1.5)
    }

    @Test(arguments: recipes)
    func somebodyFoldedInIsServedByTheirRatings(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        let person = history(of: 11, in: model, withRow: false)
        let scores = model.scores(for: person)
        // Everybody's scores are the same for one kind alone.
        let isPersonal = !(model is PopularityModel)
        #expect((scores != model.scores(for: history(of: 12, in: model, withRow: false))) == isPersonal)
        #expect((scores != model.scores(for: UserHistory())) == isPersonal)
        let reversed = model.scores(for: UserHistory(ratings: person.ratings.reversed()))
        #expect(zip(scores, reversed).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test(arguments: recipes)
    func somebodyOfWhomNothingIsKnownGetsTheMostRatedUnlessRatingsRank(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        guard !(model is any PredictsRatings) else { return }
        let scores = model.scores(for: UserHistory())
        let counts = model.vocabulary.itemCounts.map(Float.init)
        #expect(model.best(scores.count, of: scores).map(\.item) == model.best(counts.count, of: counts).map(\.item))
        guard let explanation = (model as? any Explains)?.explanations(of: [3], for: UserHistory()).first else {
            return
        }
        #expect(explanation.terms.map(\.source) == [.popularity] && abs(explanation.score - Double(scores[3])) < 1e-6)
    }

    @Test(arguments: recipes)
    func theTermsOfAnExplanationAddUpToTheScore(_ recipe: CollabRecipe) throws {
        let model = try recipe.model(of: Self.ratings)
        guard let explaining = model as? any Explains else { return }
        for person in [history(of: 5, in: model), history(of: 5, in: model, withRow: false)] {
            let scores = model.scores(for: person)
            let items = [0, 9, scores.count - 1]
            let explanations = explaining.explanations(of: items, for: person)
            #expect(explanations.map(\.item) == items)
            for explanation in explanations {
                #expect(abs(explanation.score - Double(scores[explanation.item])) < 1e-5)
                #expect(explanation.terms.reduce(0) { $0 + $1.amount } == explanation.score)
                for term in explanation.terms {
                    guard case .ratedItem(let item) = term.source else { continue }
                    #expect(person.ratings.contains { $0.item == item })
                }
            }
        }
    }
}

/// Expects two contents to be the same to the bit.
func expectEqual(_ a: ModelContents, _ b: ModelContents, _ location: SourceLocation = #_sourceLocation) {
    #expect(a.kind == b.kind && a.architecture == b.architecture, sourceLocation: location)
    #expect(a.configuration == b.configuration, sourceLocation: location)
    #expect(a.weights.map(\.path) == b.weights.map(\.path), sourceLocation: location)
    for (x, y) in zip(a.weights, b.weights) {
        #expect(x.tensor.shape == y.tensor.shape && x.tensor.dtype == y.tensor.dtype, sourceLocation: location)
        let isSame = x.tensor.dtype == .int32 ? x.tensor.int32s == y.tensor.int32s : x.tensor.floats == y.tensor.floats
        #expect(isSame, "\(x.path)", sourceLocation: location)
    }
    #expect(a.vocabularies.map(\.field) == b.vocabularies.map(\.field), sourceLocation: location)
    #expect(a.vocabularies.map(\.entries) == b.vocabularies.map(\.entries), sourceLocation: location)
    #expect(a.statistics.map(\.path) == b.statistics.map(\.path), sourceLocation: location)
    #expect(a.statistics.map(\.values) == b.statistics.map(\.values), sourceLocation: location)
}

/// A small part of the demo ratings: quick to train on.
func fewRatings() -> Interactions {
    let all = DemoRatings().interactions
    return all.selecting(all.ratings.indices.filter { all.users[$0] < 200 })
}

@Test func sameSeedGivesTheSameNeuralModel() throws {
    let ratings = fewRatings()
    var configuration = GradientRecipe.neural
    configuration.epochs = 1
    let models = try (0..<2).map { _ in try GradientTrainer(configuration).fitNeural(ratings).model }
    #expect(models[0].userVectors == models[1].userVectors && models[0].layers == models[1].layers)
    configuration.seed = 1
    #expect(try GradientTrainer(configuration).fitNeural(ratings).model.userVectors != models[0].userVectors)
}

@Test func unknownUserScoresTheItemsBias() throws {
    let model = try DotBiasTrainer(DotBiasRecipe()).fit(fewRatings()).model
    let expected = model.range.rating(Double(model.globalBias) + Double(model.itemBiases[7]))
    #expect(abs(Double(model.score(user: nil, item: 7)) - expected) < 1e-5)
}

@Test func vocabularyComesFromTheTrainingPartOnly() {
    let all = fewRatings()
    let hidden = all.items[0]
    let training = all.selecting(all.ratings.indices.filter { all.items[$0] != hidden })
    let vocabulary = CollabVocabulary(training: training)
    #expect(!vocabulary.itemKeys.contains(all.itemKeys[Int(hidden)]))
    let rows = vocabulary.rows(of: all)
    for row in all.ratings.indices { #expect((rows.items[row] == -1) == (all.items[row] == hidden)) }
    #expect(vocabulary.itemCounts.reduce(0, +) == training.count)
}

@Test func theLearningRateFinderSuggestsARateBelowTheLeastLoss() throws {
    let curve = try DotBiasTrainer(DotBiasRecipe()).findLearningRate(DemoRatings().interactions, steps: 100)
    let suggested = try #require(curve.steepest)
    #expect(suggested > 1e-4 && suggested < 1)
    // A sigmoid bounds the error, so that high rates are worse and never explode.
    let least = try #require(curve.smoothedLosses.indices.min { curve.smoothedLosses[$0] < curve.smoothedLosses[$1] })
    #expect(suggested < curve.rates[least] && least < curve.rates.count - 1)
    #expect(curve.smoothedLosses[least] < 0.9 * curve.smoothedLosses[0])
}
