import ZooCollab

/// How much of other data a recommender may have been trained on: the fingerprint of its data says nothing of single ratings.
struct TrainingOverlap {
    /// What the data is to the model, in words.
    let text: String
    /// Said where the model was or may have been trained on some of it; nil where that is hardly so.
    let warning: String?

    /// - Parameter hasName: whether the data is called what the model was trained on
    init(of measured: Interactions, with model: any Recommender, hasName: Bool) {
        let rows = model.vocabulary.rows(of: measured)
        let known = rows.users.indices.filter { rows.users[$0] >= 0 && rows.items[$0] >= 0 }
        if let trained = Self.trained(known.map { (rows.users[$0], rows.items[$0]) }, model) {
            warning = EvaluatedPart.warning("ratings", known: trained)
            text = trained == 0 ? Self.other : "some of which it was trained on"
            return
        }
        guard hasName || known.count > measured.count / 2 else {
            (text, warning) = (Self.other, nil)
            return
        }
        text = "some of which it may have been trained on"
        warning =
            "the model knows user and item of \(known.count) of these \(measured.count.counting("rating")): if it was trained "
            + "on some of them, expect worse results on new ones"
    }

    private static let other = "other data than the model was trained on"

    /// How many of the pairs of rows the model holds in its histories; nil of a model without.
    private static func trained(_ pairs: [(user: Int32, item: Int32)], _ model: any Recommender) -> Int? {
        guard let model = model as? any KeepsHistories else { return nil }
        var histories: [Int32: Set<Int>] = [:]
        var count = 0
        for (user, item) in pairs {
            if histories[user] == nil {
                guard let ratings = model.trainingRatings(ofUser: Int(user)) else { return nil }
                histories[user] = Set(ratings.map(\.item))
            }
            if histories[user]?.contains(Int(item)) == true { count += 1 }
        }
        return count
    }
}
