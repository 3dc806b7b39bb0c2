import Testing
import ZooCollab
import ZooKernels
import ZooLearn

@Test func bprRanksPlantedTastesFarBetterThanPopularity() throws {
    let (training, testing) = planted()
    let evaluation = RankingEvaluation(top: 10)
    let popular = evaluation.measure(PopularityModel(training), training: training, testing: testing)
    var configuration = BPRRecipe()
    (configuration.factors, configuration.epochs, configuration.learningRate) = (16, 200, 0.1)
    let (model, report) = try CollabRecipe.bpr(configuration).fit(training)
    let found = evaluation.measure(model, training: training, testing: testing)
    #expect(found.ndcg > 2 * popular.ndcg && found.ndcg > 0.6, "\(found.ndcg), popularity \(popular.ndcg)")
    let losses = report.epochs.map(\.trainingLoss)
    // log 2 at the start: every pair is as likely as not.
    #expect(losses.count == 200 && abs(losses[0] - 0.693) < 0.1 && losses[199] < 0.5 * losses[0])
}

@Test func bprServesNewPeopleNearlyAsThoseItKnows() throws {
    let (training, testing) = planted()
    var configuration = BPRRecipe()
    (configuration.factors, configuration.epochs, configuration.learningRate) = (16, 200, 0.1)
    let model = try CollabRecipe.bpr(configuration).model(of: training)
    let rows = model.vocabulary.rows(of: training)
    var hits = 0
    for user in model.vocabulary.userKeys.indices {
        let own = rows.users.indices.filter { rows.users[$0] == Int32(user) }.map { Int(rows.items[$0]) }
        let scores = model.scores(for: UserHistory(ratings: own.map { RatedItem(item: $0, rating: 3) }))
        let best = model.best(3, of: scores, excluding: Set(own)).map { model.vocabulary.itemKeys[$0.item] }
        let key = model.vocabulary.userKeys[user]
        let wanted = testing.users.indices.filter { testing.userKeys[Int(testing.users[$0])] == key }
            .map { testing.itemKeys[Int(testing.items[$0])] }
        hits += best.contains(where: wanted.contains) || wanted.isEmpty ? 1 : 0
    }
    // 60 people, whose tastes are a third of the items each.
    #expect(hits > 45, "\(hits)")
}

@Test func bprDoesNotDependOnThreadsAndResumesToTheSameBits() throws {
    let ratings = fewRatings()
    var configuration = BPRRecipe()
    (configuration.factors, configuration.epochs) = (10, 3)
    let recipe = CollabRecipe.bpr(configuration)
    let whole = try recipe.fit(ratings, CollabRun(threads: ThreadCount(2)))
    expectEqual(try recipe.fit(ratings, CollabRun(threads: .one)).model.contents(), try whole.model.contents())
    let all = whole.report.steps
    for steps in 1..<all {
        var (calls, run) = (0, CollabRun())
        run.shouldStop = {
            calls += 1
            return calls > steps
        }
        let part = try recipe.fit(ratings, run)
        let checkpoint = part.report.checkpoint
        expectEqual(try #require(try recipe.model(ratings, at: checkpoint)).contents(), try part.model.contents())
        run = CollabRun()
        run.checkpoint = checkpoint
        expectEqual(try recipe.fit(ratings, run).model.contents(), try whole.model.contents())
    }
    configuration.seed = 1
    let other = try CollabRecipe.bpr(configuration).model(of: ratings).contents()
    #expect(other.weights[0].tensor.floats != (try whole.model.contents()).weights[0].tensor.floats)
}

@Test func somebodyWhoRatedEverythingTrainsNothing() throws {
    let keys = ["a", "b"]
    let all = Interactions(
        users: [0, 0], items: [0, 1], ratings: [1, 1], userKeys: ["u"], itemKeys: keys, itemTitles: keys, scale: 1...5)
    let model = try CollabRecipe.bpr(BPRRecipe()).model(of: all)
    #expect(model.scores(for: UserHistory(row: 0)).allSatisfy { abs($0) < 1 })
}
