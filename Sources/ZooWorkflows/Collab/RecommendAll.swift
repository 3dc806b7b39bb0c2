import ZooCollab
import ZooData
import ZooKernels

/// Lists for everybody at once.
package struct RecommendAllRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// Where the lists go: columns user, item, title, rank, score and rating.
    package var output: PredictionOutput
    /// How many items a list has.
    package var count = 10
    /// What the lists may name, and rest on.
    package var rules = ListRules()
    /// How many threads may be used.
    package var threads: ThreadCount = .all

    /// Asks for lists of ten unseen items.
    package init(model: String, output: PredictionOutput) {
        self.model = model
        self.output = output
    }
}

/// What was written of everybody's lists.
package struct RecommendAllReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// How many people have a list.
    package let people: Int
    /// How many rows were written, one an item of a list.
    package let rows: Int
    /// The file or table.
    package let output: String
    /// What the reader should know.
    package let notes: [String]
}

extension Workspace {
    /// Writes a list for everybody who has ratings in the data set of the model; without that data set, for everybody whom the
    /// model knows.
    ///
    /// - Parameter onProgress: hears how many people of how many have their lists
    /// - Throws: as `recommend`, and as predictions for what cannot be written
    package func recommendToAll(
        _ request: RecommendAllRequest, onProgress: (Int, Int) -> Void = { _, _ in }
    ) throws -> RecommendAllReport {
        let (model, entry) = try model(named: request.model, as: (any StoredRecommender).self)
        let unrated = try unratedItems(model, entry)
        let ranked: any Recommender = unrated?.items ?? model
        let vocabulary = ranked.vocabulary
        let (lists, notes) = try request.rules.lists(
            of: request.count, by: model, unrated: unrated?.items, entry, in: self)
        let people: AllPeople
        var unseen: String?
        let seen = try seenDataset(model, entry, request.rules.seen)
        if let seen {
            let ratings = try ratings(of: seen.dataset, entry, request.rules.seen)
            people = .histories(PeopleHistories(ratings, vocabulary), keys: ratings.userKeys)
        } else {
            // A model may have been trained without them.
            let kept = (model as? any KeepsHistories).flatMap { kept in
                vocabulary.userKeys.indices.contains { kept.trainingRatings(ofUser: $0) != nil } ? kept : nil
            }
            guard (model as? any KeepsHistories)?.knows(UserHistory(row: 0)) != false else {
                throw WorkflowError.unsuitable(
                    model: request.model,
                    reason:
                        "holds nothing of its users, and its data set is not here: import the data set first, or ask for one "
                        + "person with --ratings")
            }
            people = .rows(keys: vocabulary.userKeys, kept: kept)
            unseen = try unseenNote(model, entry, isKept: kept != nil)
        }
        var rows = 0
        let columns =
            ["user", "item", "title"].map { ResultColumn(name: $0, kind: .text) } + [
                ResultColumn(name: "rank", kind: .integer)
            ]
            + ["score", "rating"].map { ResultColumn(name: $0, kind: .real) }
        try write(
            columns, to: request.output, of: request.model, input: nil, maker: "zoo recommend \(request.model)"
        ) { add in
            for start in stride(from: 0, to: people.count, by: RecommendationLists.group) {
                let group = start..<min(people.count, start + RecommendationLists.group)
                let histories = group.map { people.history($0) }
                let found = lists.lists(of: histories, by: ranked, threads: request.threads)
                let ratings = ranked.expectedRatings(of: found, for: histories)
                for (index, list) in found.enumerated() {
                    let key = QueryValue.text(people.key(group.lowerBound + index))
                    for (place, scored) in list.enumerated() {
                        let rating = ratings.map { QueryValue.real(Double(ranked.clipped($0[index][place]))) } ?? .null
                        try add([
                            key, .text(vocabulary.itemKeys[scored.item]), .text(vocabulary.itemTitles[scored.item]),
                            .integer(Int64(place + 1)), .real(Double(scored.score)), rating,
                        ])
                    }
                    rows += list.count
                }
                onProgress(group.upperBound, people.count)
            }
        }
        return RecommendAllReport(
            model: request.model, people: people.count, rows: rows, output: request.output.name,
            notes: notes + [unseen, seen?.note, unrated?.note].compactMap { $0 })
    }
}

/// For whom lists are made.
private enum AllPeople {
    /// The people of a data set, by what they rated.
    case histories(PeopleHistories, keys: [String])
    /// The people of a model, by their rows and by what it keeps of their ratings.
    case rows(keys: [String], kept: (any KeepsHistories)?)

    var count: Int {
        switch self {
        case .histories(let histories, _): histories.people.count
        case .rows(let keys, _): keys.count
        }
    }

    func key(_ index: Int) -> String {
        switch self {
        case .histories(let histories, let keys): keys[histories.people[index]]
        case .rows(let keys, _): keys[index]
        }
    }

    func history(_ index: Int) -> UserHistory {
        switch self {
        case .histories(let histories, _): histories.history(of: histories.people[index])
        case .rows(_, let kept): UserHistory(row: index, ratings: kept?.trainingRatings(ofUser: index) ?? [])
        }
    }
}

extension Recommender {
    /// The expected rating of each item of some people's lists; nil if the model predicts no ratings.
    fileprivate func expectedRatings(of lists: [[ScoredItem]], for people: [UserHistory]) -> [[Float]]? {
        var (users, items): ([Int32], [Int32]) = ([], [])
        for (list, person) in zip(lists, people) {
            guard let row = person.row else { continue }
            users += list.map { _ in Int32(row) }
            items += list.map { Int32($0.item) }
        }
        guard let ratings = ratings(users: users, items: items) else { return nil }
        var place = 0
        return zip(lists, people).map { list, person in
            guard person.row != nil else {
                // Somebody whom training did not see: what is known of them is folded in.
                let expected = expectedRatings(for: person) ?? []
                return list.map { expected[$0.item] }
            }
            defer { place += list.count }
            return Array(ratings[place..<place + list.count])
        }
    }
}
