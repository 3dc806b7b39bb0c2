import Testing
import ZooCollab
import ZooKernels

/// The unit of the ratings changes the unit of the errors and nothing else.
@Suite struct RatingUnitTests {
    /// Ratings of 40 people on 20 items: 5 + 4 a b, a by person and b by item from -1 to 1, times a factor.
    private func ratings(times factor: Float) -> Interactions {
        var generator = RandomGenerator(seed: 4)
        let (people, items) = (40, 20)
        let tastes = (0..<people + items).map { _ in 2 * Float(generator.next() >> 40) / Float(1 << 24) - 1 }
        let pairs = (0..<people * items).filter { _ in generator.next() % 3 > 0 }
        return Interactions(
            users: pairs.map { Int32($0 / items) }, items: pairs.map { Int32($0 % items) },
            ratings: pairs.map { factor * (5 + 4 * tastes[$0 / items] * tastes[people + $0 % items]) },
            userKeys: (0..<people).map(String.init), itemKeys: (0..<items).map(String.init),
            itemTitles: (0..<items).map(String.init), scale: factor * 1...factor * 9)
    }

    private func lists(_ model: any PredictsRatings) -> [[Int]] {
        (0..<40).map { model.best(3, of: model.scores(user: $0)).map(\.item) }
    }

    private func recipes() -> [CollabRecipe] {
        var configuration = DotBiasRecipe()
        configuration.factors = 4
        var batches = GradientRecipe.neural
        (batches.factors, batches.epochs, batches.batchSize) = (4, 8, 32)
        return [.dotBias(configuration), .dotBiasBatches(batches), .neural(batches)]
    }

    @Test(arguments: [1e-6, 1e-3, 1e6] as [Float], 0..<3)
    func theErrorIsMultipliedAsTheRatingsAre(_ factor: Float, _ index: Int) throws {
        let recipe = recipes()[index]
        func trained(_ data: Interactions) throws -> (model: any PredictsRatings, error: Double, loss: Double) {
            let (fitted, report) = try recipe.fit(data, CollabRun())
            let model = try #require(fitted as? any PredictsRatings)
            return (model, model.evaluate(on: data).rmse, report.epochs.last?.trainingLoss ?? 0)
        }
        let plain = try trained(ratings(times: 1))
        let scaled = try trained(ratings(times: factor))
        let (unit, square) = (Double(factor), Double(factor) * Double(factor))
        #expect(abs(scaled.error / unit / plain.error - 1) < 0.01)
        #expect(abs(scaled.loss / square / plain.loss - 1) < 0.01)
        let same = zip(lists(plain.model), lists(scaled.model)).count { $0 == $1 }
        #expect(same >= 38)
        // The mean alone has an error of 1.4 or so: something is learned.
        #expect(plain.error < 1.3)
    }

    @Test func ratingsThatAreAllTheSameHaveARangeInWhichTheyLie() throws {
        for rating in [0, 1, -3e5, 1e6] as [Float] {
            let data = Interactions(
                users: [0, 0, 1], items: [0, 1, 1], ratings: [rating, rating, rating], userKeys: ["a", "b"],
                itemKeys: ["x", "y"], itemTitles: ["x", "y"], scale: rating...rating)
            let (model, _) = try DotBiasTrainer(DotBiasRecipe()).fit(data)
            #expect(model.range.lower < rating && rating < model.range.upper)
            #expect(model.scores(user: 0).allSatisfy { $0.isFinite })
        }
    }
}
