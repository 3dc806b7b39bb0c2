import Foundation
import ZooCollab
import ZooData
import ZooKernels
import ZooRecords

/// The parts of a split.
struct RatingParts {
    var training: Interactions
    let testing: Interactions
    /// What is left out of the training part to choose the best epoch; empty unless asked for.
    let validation: Interactions
    /// What is known, when lists are made, of people whom training did not see; empty but for a split by people.
    let given: Interactions
    let dataset: Dataset
    /// What was found out about the ratings, a sentence each.
    let notes: [String]
    /// Said of ratings that lie closer together than models can tell apart; nil of others.
    let precisionNote: String?

    /// What lists may rest on, and leave out.
    var known: Interactions {
        [validation, given].filter { $0.count > 0 }.reduce(training) { $0.joined(with: $1) }
    }

    /// Reads a data set, or the ratings of a SELECT, and cuts them.
    ///
    /// - Parameter valid: share of the training part, 0 ..< 1, that validates, drawn at random
    /// - Throws: `DataError` when there is no such data set or split; `SplitError` for one that ratings do not
    ///   have; `WorkflowError.invalid` when nothing is left to train on, and for a split by time of ratings without times.
    init(
        _ name: String, query: RatingsQuery? = nil, split: DataSplit, valid: Double? = nil, seed: UInt64,
        in data: DataStore
    ) throws {
        if query != nil, split.storedName != nil {
            throw WorkflowError.invalid(
                what: "split \(split.name)", reason: "a SELECT has no splits with names: take one such as random:0.2")
        }
        let (stored, found) =
            try query.map { try data.ratings(of: $0) }
            ?? (data.interactions(dataset: name, split: split.storedName, hasTimes: split.isByTime), [])
        precisionNote = stored.summary.precisionNote
        notes = found + [precisionNote].compactMap { $0 }
        var all = Interactions(
            users: stored.users, items: stored.items, ratings: stored.ratings, userKeys: stored.userKeys,
            itemKeys: stored.itemKeys, itemTitles: stored.itemTitles,
            scale: Float(stored.summary.ratingMinimum)...Float(stored.summary.ratingMaximum))
        all.feedback = stored.summary.feedback
        (all.itemAttributes, all.userAttributes) = (stored.attributes.items, stored.attributes.users)
        dataset = stored.dataset
        func failure(_ reason: String) -> WorkflowError {
            .invalid(what: "data set '\(name)', split \(split.name)", reason: reason)
        }
        func cut(_ isTest: [Bool]) -> (training: [Int], testing: [Int]) {
            (isTest.indices.filter { !isTest[$0] }, isTest.indices.filter { isTest[$0] })
        }
        let rows: (training: [Int], testing: [Int])
        var givenRows: [Int] = []
        switch split {
        case .all: rows = ([], [])
        case .named, .part:
            func part(_ part: DataPart) -> [Int] {
                stored.parts.indices.filter { stored.parts[$0] == part.mark }
            }
            rows = (part(.train), part(.test))
        case .random(let share): rows = all.randomSplit(testing: share, seed: seed)
        case .fold(let fold, let count): rows = all.fold(fold, of: count, seed: seed)
        case .latest, .since, .lastOfEach:
            guard let times = RatingTimes(stored) else {
                throw failure("its ratings have no times: import them with a column of times (--timestamp-column)")
            }
            switch split {
            case .latest(let share): rows = cut(times.latest(share))
            case .since(let moment): rows = cut(times.since(Double(moment.seconds)))
            case .lastOfEach(let count): rows = cut(times.last(count, ofEach: stored.users))
            default: preconditionFailure("ratings: \(split.name) is not a split by time")
            }
        case .people(let share):
            let people = all.people(testing: share, seed: seed)
            (rows, givenRows) = ((people.training, people.testing), people.given)
        case .folds, .end, .last, .column: throw DataSplits.ratings.refusal(of: split.name)
        }
        var training = split == .all ? all : all.selecting(rows.training)
        var validation = all.selecting([])
        if let valid, valid > 0 {
            let cut = training.randomSplit(testing: valid, seed: seed &+ 1)
            (training, validation) = (training.selecting(cut.training), training.selecting(cut.testing))
            if validation.count == 0 { throw failure("--valid \(valid) leaves no ratings to validate on") }
        }
        (self.training, self.validation) = (training, validation)
        testing = all.selecting(rows.testing)
        given = all.selecting(givenRows)
        let promisesTest = split.isRandom || split.isByTime
        if promisesTest, testing.count == 0 { throw failure("it leaves no ratings to test on") }
        guard training.count > 0 else { throw failure("it leaves no ratings to train on") }
    }

    /// How well a model predicts the test ratings; nil if it predicts none. Those of people whom training did not see follow from
    /// what is given of them.
    func ratingMetrics(of model: any Recommender) -> RatingMetrics? {
        guard given.count > 0 else { return model.ratingMetrics(on: testing) }
        let known = model.vocabulary.rows(of: given)
        var histories: [Int32: [RatedItem]] = [:]
        for row in 0..<given.count where known.items[row] >= 0 {
            histories[given.users[row], default: []].append(
                RatedItem(item: Int(known.items[row]), rating: given.ratings[row]))
        }
        let items = model.vocabulary.rows(of: testing).items
        var predictions: [Float] = []
        var expected: (user: Int32, ratings: [Float])?
        // The ratings of a person stand together.
        for row in 0..<testing.count {
            let user = testing.users[row]
            if expected?.user != user {
                let history = UserHistory(ratings: histories[user] ?? [])
                guard let ratings = model.expectedRatings(for: history) else { return nil }
                expected = (user, ratings)
            }
            let rating =
                items[row] >= 0
                ? expected?.ratings[Int(items[row])] : model.ratings(users: [-1], items: [-1])?.first
            predictions.append(model.clipped(rating ?? model.scale.lowerBound))
        }
        return RatingMetrics(predictions: predictions, ratings: testing.ratings)
    }
}

extension DataSplit {
    /// What the data set calls the split; nil for one that it does not hold.
    fileprivate var storedName: String? {
        switch self {
        case .named, .part: name
        case .all, .random, .fold, .folds, .end, .last, .latest, .since, .lastOfEach, .people, .column: nil
        }
    }

    /// Whether the times of the ratings decide what is held out.
    fileprivate var isByTime: Bool {
        switch self {
        case .latest, .since, .lastOfEach: true
        default: false
        }
    }
}
