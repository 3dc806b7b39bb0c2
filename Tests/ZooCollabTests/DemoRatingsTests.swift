import Testing
import ZooCollab

@Test func demoHasTheDocumentedSize() {
    let ratings = DemoRatings().interactions
    #expect(ratings.count == DemoRatings.ratingCount)
    #expect(Set(ratings.users).count == DemoRatings.userCount)
    #expect(Set(ratings.itemTitles).count == DemoRatings.itemCount)
    #expect(ratings.ratings.allSatisfy { (1...5).contains($0) && $0 == $0.rounded() })
    #expect(Set(zip(ratings.users, ratings.items).map { Int($0) * 1000 + Int($1) }).count == ratings.count)
}

@Test func sameSeedGivesTheSameDemo() {
    #expect(DemoRatings(seed: 3).interactions == DemoRatings(seed: 3).interactions)
    #expect(DemoRatings(seed: 3).interactions != DemoRatings(seed: 4).interactions)
}

@Test func theWorstDemoFilmHidesBehindItsPlainMean() {
    let demo = DemoRatings()
    let vocabulary = CollabVocabulary(training: demo.interactions)
    let lowest = vocabulary.itemMeans.indices.min { vocabulary.itemMeans[$0] < vocabulary.itemMeans[$1] }!
    #expect(vocabulary.itemKeys[lowest] != demo.interactions.itemKeys[demo.worstItem])
    #expect(vocabulary.itemCounts[lowest] < 20)
    #expect(vocabulary.itemCounts[demo.worstItem] >= 50)
}
