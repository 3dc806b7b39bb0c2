import ZooCollab
import ZooData
import ZooEmbeddings
import ZooRecords

/// Whom to recommend to, and how.
public struct RecommendRequest: Sendable {
    /// Who asks.
    public enum Person: Sendable, Hashable {
        /// A user of the data set that the model was trained on, by key.
        case user(String)
        /// Somebody new, by a file of ratings: CSV, or the export of another program.
        case ratings(path: String)
        /// Somebody new, who likes these items: each has the highest rating.
        case items([String])
    }

    /// Name of the model.
    public var model: String
    /// Who asks.
    public var person: Person
    /// How many items to name.
    public var count = 10
    /// What the list may name, and rest on.
    public var rules = ListRules()
    /// Whether to explain each score.
    public var explains = false
    /// How a file of ratings is read.
    public var ratings = PersonalRatingsOptions()
    /// Whether an item of the file that is unknown or not clear is an error; else it is left out and listed.
    public var isStrict = false

    /// Asks for ten unseen items.
    public init(model: String, person: Person) {
        self.model = model
        self.person = person
    }
}

extension Workspace {
    /// Recommends items to a user or to somebody new.
    ///
    /// - Throws: `DataError.unknown` for an unknown model; `WorkflowError.unsuitable` when the model cannot do what is asked,
    ///   `.invalid` when no title of a file is known, or strictly one is not; `DataError` for a bad file of ratings.
    public func recommend(_ request: RecommendRequest) throws -> RecommendReport {
        let (recommender, entry) = try model(named: request.model, as: (any StoredRecommender).self)
        let unrated = try unratedItems(recommender, entry)
        let ranked: any Recommender = unrated?.items ?? recommender
        let vocabulary = ranked.vocabulary
        var asking = try Asking(request, recommender: recommender, vocabulary, in: self, entry: entry)
        let history = asking.history
        try asking.leaveOutUntrained(of: vocabulary, trained: recommender.vocabulary.itemKeys.count, request)
        let scores = ranked.scores(for: history)
        let (lists, notes) = try request.rules.lists(
            of: request.count, by: recommender, unrated: unrated?.items, entry, in: self)
        asking.notes += notes + [unrated?.note].compactMap { $0 }
        let best = lists.list(of: history, scores)
        let labels = ItemLabels(vocabulary)
        var explanations: [Explanation]?
        if request.explains {
            guard let explaining = recommender as? any Explains else {
                let able = CollabAlgorithm.names { $0 is any Explains.Type }
                throw WorkflowError.unsuitable(
                    model: request.model, reason: "has scores that are not sums: --why needs a model of \(able)")
            }
            let items = best.map(\.item)
            explanations =
                unrated?.items.explanations(of: items, for: history) ?? explaining.explanations(of: items, for: history)
        }
        let expected = ranked.expectedRatings(for: history)
        let ratings = Dictionary(history.ratings.map { ($0.item, $0.rating) }, uniquingKeysWith: { $1 })
        let items = best.enumerated().map { place, scored in
            let explanation = explanations?[place]
            return RecommendReport.Item(
                item: vocabulary.itemKeys[scored.item], title: vocabulary.itemTitles[scored.item],
                label: labels[scored.item],
                score: explanation?.score ?? Double(scored.score),
                rating: (expected?[scored.item]).map(recommender.clipped),
                why: explanation?.terms.map { RecommendReport.Term($0, labels, ratings: ratings) })
        }
        if scores.count > 1, scores.allSatisfy({ $0 == scores[0] }) {
            asking.notes.append("all items have the same score: they stand in the order of the data")
        }
        if recommender is any PredictsRatings {
            asking.notes.append(
                "this model ranks by expected ratings: one of the default, 'zoo train collab', makes better lists")
        }
        if best.isEmpty { asking.notes.append("nothing is left to recommend") }
        return RecommendReport(
            model: request.model, user: asking.user, ratedItems: history.ratings.count, notes: asking.notes,
            unknown: asking.unknown, ambiguous: asking.ambiguous, items: items,
            scaleWidth: Double(recommender.scale.upperBound) - Double(recommender.scale.lowerBound),
            ranksByRatings: recommender is any PredictsRatings)
    }
}

/// The person who asks, as the model sees them.
private struct Asking {
    var user: String?
    var history = UserHistory()
    var notes: [String] = []
    var unknown: [RecommendReport.UnknownItem] = []
    var ambiguous: [RecommendReport.AmbiguousItem] = []

    init(
        _ request: RecommendRequest, recommender: any StoredRecommender, _ vocabulary: CollabVocabulary,
        in workspace: Workspace, entry: CatalogueModel
    ) throws {
        switch request.person {
        case .ratings, .items:
            let index = NameIndex(
                keys: vocabulary.itemKeys, labels: vocabulary.itemTitles, counts: vocabulary.itemCounts)
            let scale = Double(recommender.scale.lowerBound)...Double(recommender.scale.upperBound)
            let feedback =
                try workspace.dataset(of: recommender, entry)?.ratings().feedback
                ?? (scale.lowerBound == scale.upperBound ? .choices : nil)
            let items: RatedItems
            if case .ratings(let path) = request.person {
                let file = try Self.file(path, scale, feedback, recommender, request)
                items = try RatedItems(file, of: path, isStrict: request.isStrict, among: index, scale: scale)
            } else if case .items(let names) = request.person {
                let liked = PersonalRatings(items: names, scale: feedback == .counts ? 1...1 : scale)
                items = try RatedItems(liked, of: "items", isStrict: request.isStrict, among: index, scale: scale)
            } else {
                return
            }
            (history, notes) = (UserHistory(ratings: items.rated), items.notes)
            (unknown, ambiguous) = (items.unknown, items.ambiguous)
        case .user(let key):
            let row = vocabulary.row(ofUser: key)
            let key = row.map { vocabulary.userKeys[$0] } ?? key
            user = key
            let seen = try workspace.seenDataset(recommender, entry, request.rules.seen)
            let rated =
                try seen.map {
                    try Self.ratings(by: key, vocabulary, of: $0.dataset, entry, request.rules.seen, in: workspace)
                } ?? []
            history = UserHistory(row: row, ratings: rated)
            let unseen = try seen == nil ? workspace.unseenNote(recommender, entry, isKept: false) : nil
            notes += [unseen ?? seen?.note].compactMap { $0 }
            if row == nil, !(recommender is PopularityModel) {
                let instead =
                    !rated.isEmpty
                    ? "the scores are those of the user's ratings, folded in"
                    : recommender is any PredictsRatings
                        ? "the scores are those of an average user" : "the list is that of the most rated items"
                notes.append("the model does not know user '\(key)': \(instead)")
            }
            if let row, rated.isEmpty, (recommender as? any KeepsHistories)?.knows(UserHistory(row: row)) == false {
                notes.append(
                    "the model holds nothing of its users (--omit-histories): the list is that of the most rated items")
            }
            if let row, seen == nil, let kept = (recommender as? any KeepsHistories)?.trainingRatings(ofUser: row) {
                history = UserHistory(row: row, ratings: kept)
                notes = [try workspace.unseenNote(recommender, entry, isKept: true)]
            }
        }
    }

    /// Says which of the ratings the scores do not rest on, as the training had no rating of their items.
    ///
    /// - Parameter trained: how many items the training saw; those behind them are known by their attributes alone
    /// - Throws: `WorkflowError.invalid` in a strict reading
    mutating func leaveOutUntrained(of vocabulary: CollabVocabulary, trained: Int, _ request: RecommendRequest) throws {
        let untrained = history.ratings.filter { $0.item >= trained }.map { "'\(vocabulary.itemTitles[$0.item])'" }
        guard !untrained.isEmpty else { return }
        let names = untrained.prefix(10).joined(separator: ", ") + (untrained.count > 10 ? ", …" : "")
        let reason = "the training had no ratings of \(names)"
        if request.isStrict { throw WorkflowError.invalid(what: "model '\(request.model)'", reason: reason) }
        let isAll = untrained.count == history.ratings.count && history.row == nil
        notes.append(
            reason + ": what you think of \(untrained.count == 1 ? "it" : "them") is not taken into account"
                + (isAll ? ", and the list is that of the most rated items" : ""))
    }

    /// The ratings of a file.
    ///
    /// - Throws: as `PersonalRatings.read`; `WorkflowError.invalid` for items without ratings, where the model needs them
    private static func file(
        _ path: String, _ scale: ClosedRange<Double>, _ feedback: Feedback?, _ recommender: any StoredRecommender,
        _ request: RecommendRequest
    ) throws -> PersonalRatings {
        let needsRatings = recommender is any PredictsRatings
        do {
            return try PersonalRatings.read(
                path: path, scale: scale, feedback: feedback, takesLikes: !needsRatings, options: request.ratings)
        } catch DataError.missingColumns(let file, let missing, let present)
            where needsRatings && missing.contains("rating")
        {
            let reason = DataError.missingColumns(file: file, missing: missing, present: present)
            throw WorkflowError.invalid(
                what: "model '\(request.model)'",
                reason: "it ranks by expected ratings and needs ratings: \(reason), or ask a model that ranks, such as "
                    + "the default of 'zoo train collab'")
        }
    }

    /// What the user rated in a data set, or of it in the part that the model was trained on, or that was given of people whom it did
    /// not see.
    private static func ratings(
        by key: String, _ vocabulary: CollabVocabulary, of dataset: Dataset, _ entry: CatalogueModel, _ seen: SeenItems,
        in workspace: Workspace
    ) throws -> [RatedItem] {
        if seen == .train {
            let ratings = try workspace.ratings(of: dataset, entry, seen)
            guard let person = KeyPlaces(ratings.userKeys)[key] else { return [] }
            return PeopleHistories(ratings, vocabulary).history(of: person).ratings
        }
        let rows = vocabulary.itemRows
        return try (workspace.data.ratings(ofUser: key, dataset: dataset.name) ?? []).compactMap { rating in
            rows[rating.item].map { RatedItem(item: $0, rating: rating.rating) }
        }
    }
}
