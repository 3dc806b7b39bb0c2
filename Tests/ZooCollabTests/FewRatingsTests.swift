import Testing
import ZooCollab
import ZooKernels

/// Defaults on little data.
@Suite struct FewRatingsTests {
    /// 40 people give 5 or 2 to items by whether both are even or odd, six items each.
    private static let parts: (training: Interactions, testing: Interactions) = {
        var generator = RandomGenerator(seed: 7)
        var (users, items, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
        for user in 0..<40 {
            for item in (0..<12).shuffled(using: &generator).prefix(6) {
                users.append(Int32(user))
                items.append(Int32(item))
                ratings.append(
                    (user + item).isMultiple(of: 2) ? 4.5 + 0.5 * generator.normal() : 1.5 + 0.5 * generator.normal())
            }
        }
        let all = Interactions(
            users: users, items: items, ratings: ratings, userKeys: (0..<40).map { "u\($0)" },
            itemKeys: (0..<12).map { "i\($0)" }, itemTitles: (0..<12).map { "i\($0)" },
            scale: (ratings.min() ?? 0)...(ratings.max() ?? 0))
        let split = all.randomSplit(testing: 0.2, seed: 1)
        return (all.selecting(split.training), all.selecting(split.testing))
    }()

    @Test(arguments: [BayesianRecipe(), .features])
    func vectorsAreAsShortAsFewRatingsNeed(recipe: BayesianRecipe) throws {
        let (training, testing) = Self.parts
        let found = try #require(CollabRecipe.bayesian(recipe).model(of: training).ratingMetrics(on: testing)).rmse
        var longer = recipe
        longer.factors = 16
        let other = try #require(CollabRecipe.bayesian(longer).model(of: training).ratingMetrics(on: testing)).rmse
        // The noise alone is 0.5, the ratings' deviation 1.6.
        #expect(found < 0.75 && found < other, "\(found), with 16 factors \(other)")
    }
}
