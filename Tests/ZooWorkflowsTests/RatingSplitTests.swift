import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooWorkflows

/// How ratings are cut by time and by people.
@Suite struct RatingSplitTests {
    private struct Golden: Decodable {
        var ratings: [[Int64]]
        var tests: [String: [Int]]
    }

    /// LensKit 2025.8.1, by Scripts/goldens/lenskit_temporal.py.
    @Test func theLatestShareIsThatOfLensKit() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/Collab/lenskit-temporal.json")
        let golden = try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
        let times = try #require(RatingTimes(golden.ratings.map { $0[2] }))
        #expect(golden.tests.count == 5)
        for (text, expected) in golden.tests {
            let isTest = times.latest(try #require(Double(text)))
            #expect(isTest.indices.filter { isTest[$0] } == expected, "time:\(text)")
            let latest = isTest.indices.filter { !isTest[$0] }.map { golden.ratings[$0][2] }.max() ?? 0
            #expect(expected.allSatisfy { golden.ratings[$0][2] > latest })
        }
    }

    @Test func ratingsWithoutATimeAreNotHeldOut() throws {
        let times = try #require(RatingTimes([30, nil, 10, 20, nil, 40]))
        #expect(times.since(20) == [true, false, false, true, false, true])
        #expect(times.latest(0.5) == [true, false, false, false, false, true])
        #expect(times.last(1, ofEach: [0, 0, 0, 1, 1, 1]) == [true, false, false, false, false, true])
        #expect(RatingTimes([nil, nil]) == nil && RatingTimes([]) == nil)
    }

    @Test func theLastOfEachPersonAreThoseOfTheLatestTimes() throws {
        let times = try #require(RatingTimes([5, 9, 7, 1, 3, 3, 3, 8]))
        let users: [Int32] = [0, 0, 0, 1, 2, 2, 2, 3]
        // Of equal times the later row; people with no more ratings than that train with all.
        #expect(times.last(1, ofEach: users) == [false, true, false, false, false, false, true, false])
        #expect(times.last(2, ofEach: users) == [false, true, true, false, false, true, true, false])
        #expect(times.last(3, ofEach: users).allSatisfy { !$0 })
    }

    @Test func peopleAreUnseenAndFourFifthsOfTheirRatingsGiven() {
        var generator = RandomGenerator(seed: 2)
        let pairs = (0..<50).flatMap { user in (0..<1 + Int(generator.next() % 19)).map { (Int32(user), Int32($0)) } }
        let data = Interactions(
            users: pairs.map(\.0), items: pairs.map(\.1), ratings: pairs.map { _ in 3 },
            userKeys: (0..<50).map(String.init), itemKeys: (0..<20).map(String.init),
            itemTitles: (0..<20).map(String.init), scale: 1...5)
        let parts = data.people(testing: 0.2, seed: 1)
        #expect((parts.training + parts.given + parts.testing).sorted() == Array(0..<data.count))
        func people(_ rows: [Int]) -> Set<Int32> { Set(rows.map { data.users[$0] }) }
        #expect(people(parts.training).count == 40 && people(parts.given).count == 10)
        #expect(people(parts.training).isDisjoint(with: people(parts.given + parts.testing)))
        #expect(people(parts.testing).isSubset(of: people(parts.given)))
        for person in people(parts.testing) {
            let (given, hidden) = (
                parts.given.count { data.users[$0] == person }, parts.testing.count { data.users[$0] == person }
            )
            #expect(hidden == max(1, Int((Double(given + hidden) / 5).rounded())))
        }
        #expect(data.people(testing: 0.2, seed: 1).testing == parts.testing)
        #expect(data.people(testing: 0.2, seed: 2).testing != parts.testing)
    }

    @Test func listsForUnseenPeopleRestOnWhatIsGiven() throws {
        try withWorkspace { zoo in
            try zoo.importDemo()
            let recipe = CollabAlgorithm.popularity.recipe(CollabTrainingOptions())
            let report = try zoo.train("m", recipe, split: .people(0.1))
            #expect(report.trainRatings + report.testRatings < 120_000)
            #expect(report.test?.ranking != nil && report.test?.ranking == report.popularity)
            let again = try zoo.evaluate(model: "m", dataset: nil, split: nil, seed: 0)
            #expect(again.test.ranking?.ndcg == report.test?.ranking?.ndcg)
        }
    }
}
