import Foundation
import Testing
import ZooCollab
import ZooKernels

/// The intervals beside the biases of items.
@Suite struct BiasDeviationTests {
    /// Ratings with known qualities: 3 + generosity + quality + noise, on items with many ratings and items with few.
    private func data(seed: UInt64) -> (Interactions, qualities: [Float]) {
        var generator = RandomGenerator(seed: seed)
        let (people, items) = (300, 60)
        let generosity = (0..<people).map { _ in 0.3 * generator.normal() }
        let qualities = (0..<items).map { _ in 0.5 * generator.normal() }
        var (users, rated, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
        for user in 0..<people {
            for item in 0..<items where generator.next() % 100 < (item % 3 == 0 ? 4 : 40) {
                users.append(Int32(user))
                rated.append(Int32(item))
                ratings.append(3 + generosity[user] + qualities[item] + 0.6 * generator.normal())
            }
        }
        let data = Interactions(
            users: users, items: rated, ratings: ratings, userKeys: (0..<people).map(String.init),
            itemKeys: (0..<items).map(String.init), itemTitles: (0..<items).map(String.init), scale: -1...7)
        return (data, qualities)
    }

    @Test(arguments: [2, 50]) func nineOfTenTrueBiasesLieInTheirIntervalsOfNinetyPerCent(factors: Int) throws {
        var (inside, all) = (0, 0)
        for seed in 0..<8 {
            let (data, qualities) = data(seed: UInt64(seed))
            var recipe = DotBiasRecipe()
            (recipe.factors, recipe.epochs) = (factors, factors > 2 ? 10 : 20)
            let model = try #require(CollabRecipe.dotBias(recipe).model(of: data) as? DotBiasModel)
            let deviations = try #require(model.itemBiasDeviations)
            // Both centred, and in stars.
            let slope = Float(model.range.slope(Double(model.globalBias)))
            let mean = qualities.reduce(0, +) / Float(qualities.count)
            let counts = model.vocabulary.itemCounts
            for (row, key) in model.vocabulary.itemKeys.enumerated() {
                let truth = (qualities[try #require(Int(key))] - mean) / slope
                all += 1
                if abs(model.itemBiases[row] - truth) <= 1.645 * deviations[row] { inside += 1 }
            }
            // Of few ratings nothing is certain.
            let few = counts.indices.filter { counts[$0] < 20 }.map { deviations[$0] }
            let many = counts.indices.filter { counts[$0] > 80 }.map { deviations[$0] }
            #expect(try #require(few.min()) > 2 * (try #require(many.max())) * 0.8)
        }
        // 480 biases: chance alone moves the share by 0.014. That of the 50 factors, more than such data carry, is a little less.
        let share = Double(inside) / Double(all)
        #expect((factors > 2 ? 0.82...0.95 : 0.85...0.95).contains(share), "\(inside) of \(all)")
    }

    @Test func deviationsAreKeptWithTheModel() throws {
        let data = data(seed: 9).0
        let model = try #require(CollabRecipe.dotBias(DotBiasRecipe()).model(of: data) as? DotBiasModel)
        // Measuring how fast a training is does not measure them.
        #expect(try DotBiasTrainer(DotBiasRecipe()).fit(data).model.itemBiasDeviations == nil)
        let again = try DotBiasModel(model.contents())
        #expect(again.itemBiasDeviations == model.itemBiasDeviations && model.itemBiasDeviations?.count == 60)
        #expect(again.embeddings[1].biasDeviations == model.itemBiasDeviations)
    }
}
