import Foundation
import Testing
import ZooCollab
import ZooKernels

private func rated(_ pairs: [(Int, Float)]) -> [RatedItem] { pairs.map { RatedItem(item: $0.0, rating: $0.1) } }

private func model() throws -> DotBiasModel { try DotBiasTrainer(DotBiasRecipe()).fit(fewRatings()).model }

@Test func noRatingsGiveTheTasteOfAnUnknownUser() throws {
    let model = try model()
    #expect(FoldIn([], in: model).taste == model.taste(user: nil))
}

@Test func theScaleOfRatingsDoesNotChangeATaste() throws {
    let model = try model()
    let wide = DotBiasModel(
        vocabulary: model.vocabulary, factors: model.factors, userVectors: model.userVectors,
        itemVectors: model.itemVectors, userBiases: model.userBiases, itemBiases: model.itemBiases,
        globalBias: model.globalBias, range: SigmoidRange(lower: 16 * model.range.lower, upper: 16 * model.range.upper),
        scale: 16 * model.scale.lowerBound...16 * model.scale.upperBound)
    let ratings = rated([(3, 5), (10, 1), (20, 4)])
    let taste = FoldIn(ratings, in: model).taste
    let same = FoldIn(ratings.map { RatedItem(item: $0.item, rating: 16 * $0.rating) }, in: wide).taste
    #expect(zip(taste.vector + [taste.bias], same.vector + [same.bias]).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test func foldInIsWhereThePenalisedErrorIsFlat() throws {
    let model = try model()
    let ratings = rated([(3, 5), (10, 1), (20, 4), (31, 2), (47, 5)])
    let penalty = FoldIn.Penalty()
    let taste = FoldIn(ratings, in: model, penalty: penalty).taste
    /// Half the squared error in stars plus half the penalty.
    func objective(_ vector: [Double], _ bias: Double) -> Double {
        var sum = (penalty.vector * vector.reduce(0) { $0 + $1 * $1 } + penalty.bias * bias * bias) / 2
        for rating in ratings {
            let item = rating.item
            var logit = Double(model.globalBias) + bias + Double(model.itemBiases[item])
            for f in 0..<model.factors { logit += vector[f] * Double(model.itemVectors[item * model.factors + f]) }
            let error = model.range.rating(logit) - Double(rating.rating)
            sum += error * error / 2
        }
        return sum
    }
    let vector = taste.vector.map(Double.init)
    let bias = Double(taste.bias)
    for f in [0, 7, 49] {
        var (up, down) = (vector, vector)
        up[f] += 1e-3
        down[f] -= 1e-3
        // Gauss-Newton drops the curvature of the sigmoid in the search, never in where the search ends.
        #expect(abs(objective(up, bias) - objective(down, bias)) / 2e-3 < 5e-3)
    }
    #expect(abs(objective(vector, bias + 1e-3) - objective(vector, bias - 1e-3)) / 2e-3 < 5e-3)
    #expect(objective(vector, bias) < objective(vector.map { _ in 0 }, 0))
}

@Test func partsAddUpToTheTaste() throws {
    let model = try model()
    let foldIn = FoldIn(rated([(1, 5), (2, 4), (3, 1)]), in: model)
    for f in 0..<model.factors {
        #expect(abs(foldIn.parts.reduce(0) { $0 + $1[f] } - Double(foldIn.taste.vector[f])) < 1e-6)
    }
    #expect(abs(foldIn.parts.reduce(0) { $0 + $1[model.factors] } - Double(foldIn.taste.bias)) < 1e-6)
}

@Test func explanationsAddUpExactly() throws {
    let model = try model()
    let ratings = rated([(1, 5), (2, 4), (3, 1), (90, 3)])
    let foldIn = FoldIn(ratings, in: model)
    for item in [0, 50, 600] {
        let people = [UserHistory(ratings: ratings), UserHistory(row: 3, ratings: ratings), UserHistory(row: 3)]
        let explanations = people.map { model.explanations(of: [item], for: $0)[0] }
        let scores = [
            Double(model.scores(foldIn.taste)[item]), Double(model.score(user: 3, item: item)),
            Double(model.score(user: 3, item: item)),
        ]
        for (explanation, score) in zip(explanations, scores) {
            #expect(abs(explanation.score - score) < 1e-5)
            #expect(abs(explanation.terms.reduce(0) { $0 + $1.amount } - explanation.score) < 1e-12)
        }
        #expect(explanations[0].terms.count == 2 + ratings.count)
    }
}

@Test func foldedInUsersAreServedBetterThanUnknownOnes() throws {
    let all = DemoRatings().interactions
    let seen = all.selecting(all.ratings.indices.filter { all.users[$0] % 10 != 0 })
    let model = try DotBiasTrainer(DotBiasRecipe()).fit(seen).model
    let rows = model.vocabulary.rows(of: all)
    var errors = (foldedIn: 0.0, unknown: 0.0)
    for user in stride(from: Int32(0), to: 2000, by: 100) {
        let own = all.ratings.indices.filter { all.users[$0] == user && rows.items[$0] >= 0 }
        let given = own.filter { $0 % 2 == 0 }.map { RatedItem(item: Int(rows.items[$0]), rating: all.ratings[$0]) }
        let scores = model.scores(FoldIn(given, in: model).taste)
        let plain = model.scores(user: nil)
        for row in own where row % 2 == 1 {
            let item = Int(rows.items[row])
            errors.foldedIn += Double((scores[item] - all.ratings[row]) * (scores[item] - all.ratings[row]))
            errors.unknown += Double((plain[item] - all.ratings[row]) * (plain[item] - all.ratings[row]))
        }
    }
    #expect(errors.foldedIn < 0.8 * errors.unknown)
}
