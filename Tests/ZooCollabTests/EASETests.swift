import Testing
import ZooCollab
import ZooKernels
import ZooRecords

/// 9 users, 6 items; 0 is no rating.
///
/// numpy 2.4.6, `rng = default_rng(7)`: `X = rng.random((9, 6)) < 0.45`, ratings `rng.integers(1, 6)`;
/// `P = inv(X'X + lambda I)`, `B = -P / diag(P)`, the diagonal set to 0, in Float64.
private let table: [[Float]] = [
    [0, 0, 0, 1, 2, 0], [3, 0, 0, 0, 2, 3], [3, 4, 0, 0, 0, 0], [0, 0, 3, 3, 0, 2], [1, 0, 0, 0, 0, 0],
    [0, 2, 1, 4, 0, 2], [3, 5, 0, 4, 3, 0], [0, 0, 0, 0, 4, 0], [0, 0, 2, 0, 3, 1],
]

/// The ratings of a table, where 0 is none.
func interactions(_ table: [[Float]], scale: ClosedRange<Float> = 1...5) -> Interactions {
    var (users, items, ratings): ([Int32], [Int32], [Float]) = ([], [], [])
    for (user, row) in table.enumerated() {
        for (item, rating) in row.enumerated() where rating > 0 {
            users.append(Int32(user))
            items.append(Int32(item))
            ratings.append(rating)
        }
    }
    let keys = table[0].indices.map { "i\($0)" }
    return Interactions(
        users: users, items: items, ratings: ratings, userKeys: table.indices.map { "u\($0)" }, itemKeys: keys,
        itemTitles: keys, scale: scale)
}

private func history(of user: Int) -> UserHistory {
    UserHistory(
        row: user,
        ratings: table[user].enumerated().filter { $0.element > 0 }.map {
            RatedItem(item: $0.offset, rating: $0.element)
        })
}

@Test func easeStopsInTheMiddleOfItsOneStep() throws {
    var configuration = EASETrainingOptions()
    configuration.regularization = 0.5
    let training = fewRatings()
    var asked = 0
    #expect(throws: EASEError.stopped) {
        try EASEModel(training, configuration) {
            asked += 1
            return asked > 1
        }
    }
    // Before every block of rows, and to tell a stop from a matrix without an inverse.
    #expect(asked == 3)
}

@Test func easeIsNumPysOnRatingsThatCountAsOne() throws {
    let wanted: [Float] = [
        0, 0.2763499, -0.1157169, 0.0006279, 0.2498288, 0.0929817, 0.33352, 0, 0.0865256, 0.271706, -0.0238628,
        -0.0033862, -0.1599621, 0.0991065, 0, 0.2230033, -0.0061388, 0.4823834, 0.0006719, 0.2409165, 0.1726318, 0,
        0.2138884, 0.0993877, 0.2139239, -0.0169307, -0.0038026, 0.1711489, 0, 0.1515019, 0.1103346, -0.0033294,
        0.414082, 0.110209, 0.2099498, 0,
    ]
    let scores: [Float] = [0.2145958, 0.2239858, 0.1688293, 0.1711489, 0.2138884, 0.2508896]
    let model = try EASEModel(
        interactions(table), EASETrainingOptions(regularization: 2.5, weight: .binary))
    #expect(zip(model.weights, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(model.scores(for: history(of: 0)), scores).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test func easeIsNumPysOnRatingsThatCountByTheirScale() throws {
    let wanted: [Float] = [
        0, 0.5664644, -0.1066667, -0.1285557, 0.2634624, 0.2570291, 0.4650086, 0, -0.0486552, 0.4966924, 0.0764663,
        -0.179293, -0.1243261, -0.0690835, 0, 0.3219538, 0.126905, 0.2735113, -0.0963461, 0.4534633, 0.2070156, 0,
        0.0983446, 0.2119567, 0.1398017, 0.0494283, 0.0577748, 0.0696308, 0, 0.0591834, 0.2778314, -0.2360881,
        0.2536534, 0.3057055, 0.1205606, 0,
    ]
    let scores: [Float] = [0.0366514, 0.110464, 0.0645131, 0.0278523, 0.0196689, 0.0660647]
    let configuration = EASETrainingOptions(regularization: 0.5, weight: .rating)
    let model = try EASEModel(interactions(table), configuration)
    #expect(zip(model.weights, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(model.scores(for: history(of: 0)), scores).allSatisfy { abs($0 - $1) < 1e-5 })
    // The same ratings in hundredths: the unit of the scale does not count.
    let hundredths = interactions(table.map { $0.map { $0 / 100 } }, scale: 0.01...0.05)
    let same = try EASEModel(hundredths, configuration)
    #expect(zip(model.weights, same.weights).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test func easeWithDropoutIsNumPys() throws {
    // As above, with p / (1 - p) diag(X'X) added to X'X + lambda I.
    let wanted: [Float] = [
        0, 0.4619557, -0.078744, -0.0187859, 0.2124939, 0.1735168, 0.3424427, 0, -0.0269107, 0.3563942, 0.0845538,
        -0.0863617, -0.1091598, -0.0503248, 0, 0.3005442, 0.1121573, 0.2527044, -0.0137722, 0.3524618, 0.1589395, 0,
        0.0865819, 0.1491259, 0.1284383, 0.0689436, 0.0489024, 0.0713848, 0, 0.0596888, 0.2125669, -0.1427208,
        0.2233168, 0.2491943, 0.1209759, 0,
    ]
    let scores: [Float] = [0.0486209, 0.0980698, 0.0513489, 0.0285539, 0.0173164, 0.0537007]
    let model = try EASEModel(
        interactions(table), EASETrainingOptions(regularization: 0.5, weight: .rating, dropout: 0.25))
    #expect(zip(model.weights, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(model.scores(for: history(of: 0)), scores).allSatisfy { abs($0 - $1) < 1e-5 })
}

@Test func easeKeepsTheHistoriesOfItsUsers() throws {
    let model = try EASEModel(interactions(table), EASETrainingOptions(regularization: 0.5, weight: .rating))
    for user in table.indices {
        let known = model.scores(for: history(of: user))
        #expect(model.scores(for: UserHistory(row: user)) == known)
        let explained = model.explanations(of: [2], for: UserHistory(row: user))[0]
        #expect(abs(explained.score - Double(known[2])) < 1e-6 && !explained.terms.isEmpty)
    }
    // A file of before has no histories.
    var contents = try model.contents()
    contents.weights.removeAll { $0.path.hasPrefix("history.") }
    contents.configuration.replace("\"hasHistories\":true,", with: "")
    let old = try CollabAlgorithm.decode(contents)
    #expect(old.scores(for: history(of: 1)) == model.scores(for: history(of: 1)))
    #expect(old.scores(for: UserHistory(row: 1)) == old.scores(for: UserHistory()))
}

@Test func easeOfTwoItemsIsRidgeRegression() throws {
    // a chose both items, b and c the first only, d the second only.
    let model = try EASEModel(
        interactions([[5, 1], [2, 0], [3, 0], [0, 4]]), EASETrainingOptions(regularization: 2, weight: .binary))
    // X'X has 3 and 2 on its diagonal and 1 beside it.
    #expect(abs(model.weights[1] - 1 / (3 + 2)) < 1e-6 && abs(model.weights[2] - 1 / (2 + 2)) < 1e-6)
    #expect(model.weights[0] == 0 && model.weights[3] == 0)
}

@Test func easeServesNewPeopleAsThoseItKnows() throws {
    let model = try EASEModel(interactions(table))
    for user in table.indices {
        let known = history(of: user)
        #expect(model.scores(for: known) == model.scores(for: UserHistory(ratings: known.ratings)))
    }
}

@Test func easeIsNotBegunWhereTheMemoryDoesNotSuffice() {
    let error = #expect(throws: EASEError.self) { try EASEModel(interactions(table), memory: 400) }
    // 6 items: 36 pairs of 12 bytes.
    #expect(error == .tooLittleMemory(items: 6, needed: 432, available: 400))
    #expect(error?.description.contains("--model ials") == true)
    #expect(throws: Never.self) { try EASEModel(interactions(table), memory: 432) }
    #expect((EASEModel.availableMemory ?? 1) > 0)
}

@Test func easeSaysWhenItHasNoSolution() {
    let twins = interactions([[1, 1], [1, 1]])
    #expect(throws: EASEError.noInverse(regularization: 0)) {
        try EASEModel(twins, EASETrainingOptions(regularization: 0, weight: .binary))
    }
}

@Test func easeRanksPlantedTastesFarBetterThanPopularity() throws {
    let (training, testing) = planted()
    let evaluation = RankingEvaluation(top: 10)
    let popular = evaluation.measure(PopularityModel(training), training: training, testing: testing)
    let found = evaluation.measure(try EASEModel(training), training: training, testing: testing)
    #expect(found.ndcg > 2 * popular.ndcg && found.ndcg > 0.6, "\(found.ndcg), popularity \(popular.ndcg)")
    #expect(found.recall > 0.8 && popular.coverage < 0.7 && found.coverage > 0.9)
}

@Test func whatItemsHaveInCommonIsAsManyPeopleWhoChoseThemAll() throws {
    var training = interactions(table)
    training.itemAttributes = [
        Attribute("genres", sets: [["a"], ["a", "b"], ["b"], [], ["a"], ["alone"]]),
        Attribute("colour", categories: [nil, "red", nil, "red", "blue", nil]),
        Attribute("year", .numbers([1, 2, 3, 4, 5, 6])),
    ]
    var configuration = EASETrainingOptions(regularization: 2.5, weight: .binary)
    configuration.attributeWeight = 2
    let people: [[Float]] = [[1, 1, 0, 0, 1, 0], [0, 1, 1, 0, 0, 0], [0, 1, 0, 1, 0, 0]]
    let more = interactions(table + people + people)
    let (model, wanted) = (
        try EASEModel(training, configuration),
        try EASEModel(more, EASETrainingOptions(regularization: 2.5, weight: .binary))
    )
    #expect(zip(model.weights, wanted.weights).allSatisfy { abs($0 - $1) < 1e-5 })
    configuration.attributeWeight = 0
    let (without, plain) = (
        try EASEModel(training, configuration),
        try EASEModel(interactions(table), EASETrainingOptions(regularization: 2.5, weight: .binary))
    )
    #expect(without.weights == plain.weights && training.likenessAttributes == ["genres", "colour"])
    // The weights alone are kept: lists need no attributes.
    let stored = try CollabAlgorithm.decode(try model.contents())
    #expect(stored.scores(for: history(of: 0)) == model.scores(for: history(of: 0)))
}

/// numpy 2.4.6 on the same table as above, G = X'X + 2 (T T' * exp(-d^2 / 0.02) + exp(-d^2 / 0.005)), T [items, genres] and d the
/// differences of the ranks .2, .2, .5, .9, .7, .5.
@Test func yearsNearEachOtherMakeItemsAlike() throws {
    let wanted: [Float] = [
        0, 0.567132, -0.1052689, -0.0323825, 0.1869825, 0.0809005, 0.5174959, 0, 0.0784351, 0.1583049, -0.0575294,
        -0.02419, -0.1166828, 0.0952783, 0, 0.1158021, -0.029949, 0.4991727, -0.0306343, 0.1641231, 0.0988344, 0,
        0.1884478, 0.0897842, 0.1265062, -0.0426558, -0.0182804, 0.1347732, 0, 0.1029499, 0.102834, -0.0336976,
        0.5724398, 0.1206388, 0.1934197, 0,
    ]
    var training = interactions(table)
    training.itemAttributes = [
        Attribute("genres", sets: [["a"], ["a", "b"], ["b"], [], ["a"], []]),
        Attribute("year", .numbers([1990, 1990, 1994, 2001, 1995, nil])),
        Attribute("length", .numbers([90, 1, 2, 3, 4, 5])),
    ]
    var configuration = EASETrainingOptions(regularization: 2.5, weight: .binary)
    configuration.attributeWeight = 2
    let model = try EASEModel(training, configuration)
    #expect(zip(model.weights, wanted).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(training.likenessAttributes == ["genres", "year"])
}

@Test func whatIsKnownOfAPersonIsAsAnItemThatTheyChose() throws {
    var training = interactions(table)
    training.userAttributes = [
        Attribute(
            "job", categories: ["student", nil, "writer", "student", "alone", "writer", nil, "student", "writer"])
    ]
    var configuration = EASETrainingOptions(regularization: 2.5, weight: .binary, dropout: 0.3)
    configuration.userAttributeWeight = 1
    let model = try EASEModel(training, configuration)
    let jobs: [(Float, Float)] = [(1, 0), (0, 0), (0, 1), (1, 0), (0, 0), (0, 1), (0, 0), (1, 0), (0, 1)]
    let wanted = try EASEModel(interactions(zip(table, jobs).map { $0 + [$1.0, $1.1] }), configuration)
    let student = history(of: 0)
    let asItem = UserHistory(ratings: student.ratings + [RatedItem(item: 6, rating: 1)])
    #expect(zip(model.scores(for: student), wanted.scores(for: asItem)).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(model.scores(for: UserHistory(row: 0)) == model.scores(for: student))
    // Of somebody new nothing but the ratings is known.
    let new = UserHistory(ratings: student.ratings)
    #expect(zip(model.scores(for: new), wanted.scores(for: new)).allSatisfy { abs($0 - $1) < 1e-5 })
    let explanation = try #require(model.explanations(of: [1], for: student).first)
    #expect(explanation.terms.contains { $0.source == .attribute("job: student") })
    #expect(abs(explanation.score - Double(model.scores(for: student)[1])) < 1e-5)
    let stored = try CollabAlgorithm.decode(try model.contents())
    #expect(stored.scores(for: student) == model.scores(for: student))
    configuration.attributeWeight = 0
    let plain = try EASEModel(interactions(table), configuration)
    #expect(try EASEModel(training, configuration).scores(for: student) == plain.scores(for: student))
}
