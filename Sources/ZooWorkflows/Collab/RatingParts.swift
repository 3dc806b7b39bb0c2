import Foundation
import ZooCollab
import ZooData
import ZooRecords

/// The two parts of a split.
struct RatingParts {
    let training: Interactions
    let testing: Interactions
    let dataset: Dataset
    /// What was found out about the ratings of a SELECT, a sentence each.
    let notes: [String]

    /// Reads a data set, or the ratings of a SELECT, and cuts them.
    ///
    /// - Throws: `DataError` when there is no such data set or split; `SplitError` for one that ratings do not
    ///   have; `WorkflowError.invalid` when nothing is left to train on.
    init(_ name: String, query: RatingsQuery? = nil, split: DataSplit, seed: UInt64, in data: DataStore) throws {
        if query != nil, split.storedName != nil {
            throw WorkflowError.invalid(
                what: "split \(split.name)", reason: "a SELECT has no splits with names: take one such as random:0.2")
        }
        let stored: StoredInteractions
        (stored, notes) =
            try query.map { try data.ratings(of: $0) }
            ?? (data.interactions(dataset: name, split: split.storedName), [])
        var all = Interactions(
            users: stored.users, items: stored.items, ratings: stored.ratings, userKeys: stored.userKeys,
            itemKeys: stored.itemKeys, itemTitles: stored.itemTitles,
            scale: Float(stored.summary.ratingMinimum)...Float(stored.summary.ratingMaximum))
        all.feedback = stored.summary.feedback
        (all.itemAttributes, all.userAttributes) = (stored.attributes.items, stored.attributes.users)
        dataset = stored.dataset
        switch split {
        case .all:
            training = all
            testing = all.selecting([])
        case .named, .part:
            func rows(_ part: DataPart) -> [Int] {
                stored.parts.indices.filter { stored.parts[$0] == part.mark }
            }
            training = all.selecting(rows(.train))
            testing = all.selecting(rows(.test))
        case .random(let share):
            let rows = all.randomSplit(testing: share, seed: seed)
            (training, testing) = (all.selecting(rows.training), all.selecting(rows.testing))
        case .fold(let fold, let count):
            let rows = all.fold(fold, of: count, seed: seed)
            (training, testing) = (all.selecting(rows.training), all.selecting(rows.testing))
        case .folds, .end, .last, .column: throw DataSplits.ratings.refusal(of: split.name)
        }
        if split.isRandom, testing.count == 0 {
            throw WorkflowError.invalid(
                what: "data set '\(name)', split \(split.name)", reason: "it leaves no ratings to test on")
        }
        guard training.count > 0 else {
            throw WorkflowError.invalid(
                what: "data set '\(name)', split \(split.name)", reason: "it leaves no ratings to train on")
        }
    }
}

extension DataSplit {
    /// What the data set calls the split; nil for one that it does not hold.
    fileprivate var storedName: String? {
        switch self {
        case .named, .part: name
        case .all, .random, .fold, .folds, .end, .last, .column: nil
        }
    }
}
