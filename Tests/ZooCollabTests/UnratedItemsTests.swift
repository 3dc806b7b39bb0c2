import Testing
import ZooCollab
import ZooKernels
import ZooRecords

/// People of two kinds, each of whom chooses one genre more often; the last 8 of 40 items have no ratings.
private func choices() -> Interactions {
    var generator = RandomGenerator(seed: 5)
    var (users, items, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
    for user in 0..<80 {
        for item in 0..<32 where generator.next() % 10 < (user % 2 == item % 2 ? 5 : 1) {
            users.append(Int32(user))
            items.append(Int32(item))
            ratings.append(user % 2 == item % 2 ? 5 : 2)
        }
    }
    var all = Interactions(
        users: users, items: items, ratings: ratings, userKeys: (0..<80).map { "u\($0)" },
        itemKeys: (0..<40).map { "i\($0)" }, itemTitles: (0..<40).map { "Film \($0)" }, scale: 1...5)
    all.itemAttributes = [
        Attribute("genres", sets: (0..<40).map { $0 % 2 == 0 ? ["War"] : ["Drama", "Romance"] }),
        Attribute("year", .numbers((0..<40).map { 1990 + Double($0 % 7) })),
    ]
    return all
}

@Suite struct UnratedItemsTests {
    private static let data = choices()
    private static func model(_ algorithm: CollabAlgorithm) throws -> any StoredRecommender {
        try algorithm.recipe(CollabTrainingOptions()).model(of: data)
    }

    @Test(arguments: ["blend", "ease", "ials", "item-knn", "bpr"])
    func theyAreRankedByTheirAttributes(_ name: String) throws {
        let model = try Self.model(try #require(CollabAlgorithm.named(name)))
        let all = try #require(UnratedItems(model, of: Self.data))
        #expect(all.count == 8 && all.vocabulary.itemKeys.count == 40)
        #expect(all.vocabulary.itemCounts.suffix(8).allSatisfy { $0 == 0 })
        let people = (0..<6).map { UserHistory(row: $0) } + [UserHistory(ratings: [RatedItem(item: 3, rating: 5)])]
        let together = all.scores(of: people, threads: .all)
        for (place, person) in people.enumerated() {
            let scores = all.scores(for: person)
            #expect(Array(scores.prefix(32)) == model.scores(for: person))
            #expect(zip(scores, together[(place * 40)..<(place * 40 + 40)]).allSatisfy { abs($0 - $1) < 1e-5 })
            let likesEven = place % 2 == 0 && place < 6
            let even = scores[32...].enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
            let odd = scores[32...].enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            let (better, worse) = likesEven ? (even, odd) : (odd, even)
            #expect(better.reduce(0, +) > worse.reduce(0, +), "\(name), \(place): \(better), \(worse)")
        }
    }

    /// The ranks of years are those of the items that training saw: a year after all of them counts as the latest.
    @Test func aScoreDoesNotDependOnHowManyOtherItemsThereAre() throws {
        let model = try Self.model(.ease)
        let person = UserHistory(row: 1)
        func score(_ others: Int) throws -> Float {
            var data = Self.data
            let years = (0..<32).map { 1990 + Double($0 % 7) } + [Double](repeating: 2030, count: 1 + others)
            data.itemKeys = years.indices.map { "i\($0)" }
            data.itemTitles = data.itemKeys
            data.itemAttributes = [
                Attribute("genres", sets: years.indices.map { $0 % 2 == 0 ? ["War"] : ["Drama"] }),
                Attribute("year", .numbers(years)),
            ]
            return try #require(UnratedItems(model, of: data)).scores(for: person)[32]
        }
        let (alone, amongMany) = (try score(0), try score(12))
        #expect(alone == amongMany && abs(alone) > 1e-3)
    }

    @Test func termsNameAttributesAndAddUp() throws {
        let all = try #require(UnratedItems(try Self.model(.blend), of: Self.data))
        let person = UserHistory(row: 0)
        let scores = all.scores(for: person)
        let explanations = try #require(all.explanations(of: [2, 34, 35], for: person))
        for explanation in explanations {
            #expect(abs(explanation.score - Double(scores[explanation.item])) < 1e-4)
        }
        #expect(Set(explanations[1].terms.map(\.source)) == [.attribute("genres: War"), .attribute("year")])
        #expect(explanations[2].terms.contains { $0.source == .attribute("genres: Romance") })
        #expect(
            try #require(UnratedItems(try Self.model(.bpr), of: Self.data)).explanations(of: [34], for: person) == nil)
    }

    @Test func theirRatingsAreOfTheScaleAndWhatSomebodyRatedOfThemIsPassedOver() throws {
        let all = try #require(UnratedItems(try Self.model(.blend), of: Self.data))
        let person = UserHistory(row: 1)
        let expected = try #require(all.expectedRatings(for: person))
        #expect(expected.count == 40 && expected.suffix(8).allSatisfy { (1...5).contains($0) })
        let pairs = try #require(all.ratings(users: [1, 1], items: [35, 2]))
        #expect(abs(pairs[0] - expected[35]) < 1e-4 && abs(pairs[1] - expected[2]) < 1e-4)
        // Those who like the odd ones rate them higher.
        #expect(expected[35] > expected[34])
        let rated = UserHistory(row: 1, ratings: [RatedItem(item: 3, rating: 5), RatedItem(item: 35, rating: 1)])
        let known = UserHistory(row: 1, ratings: [RatedItem(item: 3, rating: 5)])
        #expect(all.scores(for: rated) == all.scores(for: known))
        var lists = RecommendationLists(count: 40)
        #expect(!lists.list(of: rated, all.scores(for: rated)).contains { $0.item == 35 || $0.item == 3 })
        lists.diversity = Diversity(0.5, of: try Self.model(.blend), unrated: all)
        #expect(lists.list(of: rated, all.scores(for: rated)).count == 38)
    }

    /// One known item with one value in common: k = 1, K = 1, so that the score is 1 / (1 + 3) of the other's.
    @Test func aSingleLikeItemGivesAQuarterOfItsScore() throws {
        var data = interactions([[5, 0, 0], [0, 5, 0], [5, 5, 0]])
        data.itemAttributes = [Attribute("genres", sets: [["a"], ["b"], ["a"]])]
        let model = try EASEModel(data, EASETrainingOptions(regularization: 1, weight: .binary))
        let scores = try #require(UnratedItems(model, of: data)).scores(for: UserHistory(row: 1))
        #expect(scores.count == 3 && abs(scores[2] - scores[0] / 4) < 1e-6 && scores[0] != 0)
    }

    @Test func thereAreNoneWithoutAttributesAndForModelsOfRatings() throws {
        var data = Self.data
        data.itemAttributes = []
        #expect(UnratedItems(try Self.model(.ease), of: data) == nil)
        #expect(UnratedItems(try Self.model(.dotBias), of: Self.data) == nil)
        data.itemAttributes = [Attribute("maker", categories: (0..<40).map { "m\($0)" })]
        #expect(UnratedItems(try Self.model(.ease), of: data) == nil)
    }

    @Test(arguments: ["blend", "ease", "item-knn"])
    func aFileWithoutHistoriesServesThoseWhoBringTheirs(_ name: String) throws {
        var data = Self.data
        data.userAttributes = [Attribute("kind", categories: (0..<80).map { $0 % 2 == 0 ? "even" : "odd" })]
        let trained = try #require(CollabAlgorithm.named(name)).recipe(CollabTrainingOptions()).model(of: data)
        let model = try #require(trained as? any KeepsHistories & StoredRecommender).withoutHistories()
        let contents = try model.contents()
        #expect(!contents.weights.contains { $0.path.contains("history") || $0.path.contains("attribute") })
        #expect(!contents.configuration.contains("kind: even"))
        let read = try CollabAlgorithm.decode(contents)
        let person = UserHistory(ratings: [RatedItem(item: 3, rating: 5), RatedItem(item: 8, rating: 2)])
        #expect(read.scores(for: person) == trained.scores(for: person))
        #expect((read as? any KeepsHistories)?.trainingRatings(ofUser: 0) == nil)
        // Of the training's users it knows the vectors, or nothing.
        let stranger = read.scores(for: UserHistory(row: 0))
        #expect((stranger == read.scores(for: UserHistory())) == (name != "blend"))
        let together = read.scores(of: [UserHistory(row: 0)], threads: .one)
        #expect(zip(stranger, together).allSatisfy { abs($0 - $1) < 1e-4 })
    }
}
