/// What the people of some data rated, as a model sees them, one person at a time.
package struct PeopleHistories: Sendable {
    /// The rows of the data's people who have ratings.
    package let people: [Int]
    private let data: Interactions
    /// The model's rows of the data's users and items, -1 for those that training did not see.
    private let rows: (users: [Int32], items: [Int32])
    /// Where the ratings of each person start in `order`, [users + 1].
    private let bounds: [Int]
    /// The ratings person by person.
    private let order: [Int32]

    /// Sorts the ratings of some data by their people.
    package init(_ data: Interactions, _ vocabulary: CollabVocabulary) {
        self.data = data
        rows = vocabulary.translation(of: data)
        var bounds = [Int](repeating: 0, count: data.userKeys.count + 1)
        for user in data.users { bounds[Int(user) + 1] += 1 }
        for user in data.userKeys.indices { bounds[user + 1] += bounds[user] }
        var next = bounds
        var order = [Int32](repeating: 0, count: data.count)
        for (row, user) in data.users.enumerated() {
            order[next[Int(user)]] = Int32(row)
            next[Int(user)] += 1
        }
        people = data.userKeys.indices.filter { bounds[$0] < bounds[$0 + 1] }
        (self.bounds, self.order) = (bounds, order)
    }

    /// The ratings of a person, by the row of the data, of items that the model knows.
    package func history(of person: Int) -> UserHistory {
        let row = rows.users[person]
        let ratings = order[bounds[person]..<bounds[person + 1]].compactMap { place -> RatedItem? in
            let item = rows.items[Int(data.items[Int(place)])]
            return item < 0 ? nil : RatedItem(item: Int(item), rating: data.ratings[Int(place)])
        }
        return UserHistory(row: row < 0 ? nil : Int(row), ratings: ratings)
    }
}
