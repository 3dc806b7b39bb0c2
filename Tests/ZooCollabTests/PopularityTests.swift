import Testing
import ZooCollab

@Test func popularityCountsTheTrainingRatings() {
    let keys = ["a", "b", "c"]
    let model = PopularityModel(
        Interactions(
            users: [0, 1, 2, 0, 1, 2], items: [0, 0, 0, 2, 2, 1], ratings: [1, 1, 1, 5, 5, 5], userKeys: keys,
            itemKeys: keys, itemTitles: keys, scale: 1...5))
    #expect(model.scores(for: UserHistory(row: 1)) == [3, 1, 2])
    #expect(model.scores(for: UserHistory()) == [3, 1, 2])
}
