import Foundation
import Testing
import ZooCollab
import ZooKernels

/// Ratings of planted tastes: biases and two factors, rounded to half stars, with noise that differs from person to person.
private func tastes() -> (training: Interactions, testing: Interactions) {
    var generator = RandomGenerator(seed: 3)
    func rows(_ count: Int) -> [[Float]] { (0..<count).map { _ in (0..<3).map { _ in generator.normal() } } }
    let (people, films) = (rows(150), rows(80))
    var (users, items, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
    for user in people.indices {
        for item in films.indices where generator.next() % 3 == 0 {
            let (p, q) = (people[user], films[item])
            let noise = (user % 2 == 0 ? 0.2 : 1) * (generator.normal() as Float)
            let stars = 3 + 0.4 * p[0] + 0.4 * q[0] + 0.7 * (p[1] * q[1] + p[2] * q[2]) + noise
            users.append(Int32(user))
            items.append(Int32(item))
            ratings.append(min(5, max(0.5, (stars * 2).rounded() / 2)))
        }
    }
    let all = Interactions(
        users: users, items: items, ratings: ratings, userKeys: people.indices.map { "u\($0)" },
        itemKeys: films.indices.map { "i\($0)" }, itemTitles: films.indices.map { "i\($0)" }, scale: 0.5...5)
    let split = all.randomSplit(testing: 0.25, seed: 1)
    return (all.selecting(split.training), all.selecting(split.testing))
}

private func recipe(epochs: Int = 30, seed: UInt64 = 0) -> CollabRecipe {
    var configuration = BayesianRecipe()
    (configuration.factors, configuration.epochs, configuration.seed) = (4, epochs, seed)
    return .bayesian(configuration)
}

@Suite struct BayesianTests {
    private static let parts = tastes()

    @Test func plantedTastesAreFound() throws {
        let (training, testing) = Self.parts
        let model = try recipe().model(of: training)
        let found = try #require(model.ratingMetrics(on: testing)).rmse
        // The noise alone, of which half of the people have a deviation of 0.2 and half of 1, is 0.72.
        #expect(found < 0.85, "\(found)")
    }

    @Test func theBitsDoNotDependOnThreads() throws {
        let one = try recipe(epochs: 6).model(of: Self.parts.training, threads: .one).contents()
        expectEqual(try recipe(epochs: 6).model(of: Self.parts.training, threads: ThreadCount(2)).contents(), one)
        let other = try recipe(epochs: 6, seed: 1).model(of: Self.parts.training).contents()
        #expect(other.weights[0].tensor.floats != one.weights[0].tensor.floats)
    }

    @Test func aTrainingResumesToTheSameBits() throws {
        let ratings = Self.parts.training
        let whole = try recipe(epochs: 6).fit(ratings)
        for steps in 1..<6 {
            var (calls, run) = (0, CollabRun())
            run.shouldStop = {
                calls += 1
                return calls > steps
            }
            let part = try recipe(epochs: 6).fit(ratings, run)
            let checkpoint = part.report.checkpoint
            expectEqual(
                try #require(try recipe(epochs: 6).model(ratings, at: checkpoint)).contents(),
                try part.model.contents())
            run = CollabRun()
            run.checkpoint = checkpoint
            expectEqual(try recipe(epochs: 6).fit(ratings, run).model.contents(), try whole.model.contents())
        }
    }

    /// Against those of the same people whose ratings were in the training.
    @Test func ratingsOfNewPeopleAreExpectedNearlyAsWell() throws {
        let (training, testing) = Self.parts
        let model = try recipe().model(of: training)
        let rows = model.vocabulary.rows(of: training)
        let others = model.vocabulary.rows(of: testing)
        var histories = [[RatedItem]](repeating: [], count: model.vocabulary.userKeys.count)
        for index in rows.users.indices {
            histories[Int(rows.users[index])].append(
                RatedItem(item: Int(rows.items[index]), rating: training.ratings[index]))
        }
        var (known, foldedIn, unknown) = (0.0, 0.0, 0.0)
        for index in others.users.indices where others.users[index] >= 0 && others.items[index] >= 0 {
            let (user, item) = (Int(others.users[index]), Int(others.items[index]))
            func error(_ history: UserHistory) -> Double {
                pow(Double(model.scores(for: history)[item] - testing.ratings[index]), 2)
            }
            known += error(UserHistory(row: user))
            foldedIn += error(UserHistory(ratings: histories[user]))
            unknown += error(UserHistory())
        }
        #expect(foldedIn < 1.1 * known && foldedIn < 0.6 * unknown, "\(known), \(foldedIn), \(unknown)")
    }

    @Test(arguments: [1e-6, 1e6] as [Float]) func theErrorsAreInTheUnitOfTheRatings(factor: Float) throws {
        var (training, testing) = Self.parts
        let plain = try #require(try recipe(epochs: 6).model(of: training).ratingMetrics(on: testing)).rmse
        training.ratings = training.ratings.map { $0 * factor }
        testing.ratings = testing.ratings.map { $0 * factor }
        (training.scale, testing.scale) = (0.5 * factor...5 * factor, 0.5 * factor...5 * factor)
        let scaled = try #require(try recipe(epochs: 6).model(of: training).ratingMetrics(on: testing)).rmse
        #expect(abs(scaled / Double(factor) - plain) < 0.02 * plain, "\(scaled), \(plain)")
    }

    @Test func equalRatingsGiveThatRating() throws {
        var training = Self.parts.training
        training.ratings = training.ratings.map { _ in 3 }
        let model = try recipe(epochs: 6).model(of: training)
        #expect(model.scores(for: UserHistory(row: 0)).allSatisfy { abs($0 - 3) < 0.2 })
    }

    @Test func theLossOfAnEpochFalls() throws {
        let losses = try recipe(epochs: 12).fit(Self.parts.training).report.epochs.map(\.trainingLoss)
        #expect(losses[11] < 0.6 * losses[0] && losses.allSatisfy(\.isFinite))
    }
}
