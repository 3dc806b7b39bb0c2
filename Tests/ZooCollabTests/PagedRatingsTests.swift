import Testing
import ZooCollab

@Test func ratingsThatWereMovedToAFileAreReadBackAsTheyWere() {
    let count = 1 << 20
    let ratings = Interactions(
        users: (0..<Int32(count)).map { $0 }, items: (0..<Int32(count)).map { $0 ^ 5 },
        ratings: (0..<count).map { Float($0) / 7 }, userKeys: [], itemKeys: [], itemTitles: [], scale: 0...1)
    let expected = ratings.users.map { ($0, $0 ^ 5, Float($0) / 7) }
    func isWhole() -> Bool {
        expected.indices.allSatisfy {
            (ratings.users[$0], ratings.items[$0], ratings.ratings[$0]) == expected[$0]
        }
    }
    let paged = PagedRatings(ratings, leastBytes: 1 << 16)
    #expect(isWhole())
    paged.release()
    #expect(isWhole())
    // A change makes a copy, as ever.
    var changed = ratings
    changed.users[9] = -1
    paged.release()
    #expect(isWhole() && changed.users[9] == -1)
}
