import Foundation
import ZooCollab
import ZooData

/// Which ratings train and which test.
public enum RatingSplit: Sendable, Hashable {
    /// All ratings train.
    case none
    /// A split that the data set holds by name, such as MovieLens 100K's `u1`.
    case named(String)
    /// A random share for testing.
    case random(Double)
    /// One of several random parts of the same size for testing, numbered from 1; together they are all ratings.
    case fold(Int, of: Int)

    /// Parses `all`, `u1`, `random:0.2` or `fold:1/5`.
    ///
    /// - Throws: `WorkflowError.invalid` when the share of a random split is not between 0 and 1, or a fold not one of two or more
    public init(_ text: String) throws {
        if text.hasPrefix("fold:") {
            let numbers = text.dropFirst("fold:".count).split(separator: "/", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard numbers.count == 2, let fold = numbers[0], let count = numbers[1], (2...1000).contains(count),
                (1...count).contains(fold)
            else {
                throw WorkflowError.invalid(what: "split \(text)", reason: "write the first of five folds as fold:1/5")
            }
            self = .fold(fold, of: count)
            return
        }
        guard text != "all" else {
            self = .none
            return
        }
        guard text.hasPrefix("random:") else {
            self = .named(text)
            return
        }
        guard let share = Double(text.dropFirst("random:".count)), share > 0, share < 1 else {
            throw WorkflowError.invalid(
                what: "split \(text)",
                reason: "the share of a random split is a number between 0 and 1, as random:0.2")
        }
        self = .random(share)
    }

    /// Whether chance decides which ratings test.
    var isRandom: Bool {
        switch self {
        case .none, .named: false
        case .random, .fold: true
        }
    }

    /// How the split is written on the command line.
    public var name: String {
        switch self {
        case .none: "all"
        case .named(let name): name
        case .random(let share): "random:\(share)"
        case .fold(let fold, let count): "fold:\(fold)/\(count)"
        }
    }
}

/// The two parts of a split.
struct RatingParts {
    let training: Interactions
    let testing: Interactions
    let dataset: Dataset

    /// Reads a data set and cuts it.
    ///
    /// - Throws: `DataError` when there is no such data set or split; `WorkflowError.invalid` when nothing is left to
    ///   train on.
    init(_ name: String, split: RatingSplit, seed: UInt64, in data: DataStore) throws {
        var splitName: String?
        if case .named(let named) = split { splitName = named }
        let stored = try data.interactions(dataset: name, split: splitName)
        let all = Interactions(
            users: stored.users, items: stored.items, ratings: stored.ratings, userKeys: stored.userKeys,
            itemKeys: stored.itemKeys, itemTitles: stored.itemTitles,
            scale: Float(stored.summary.ratingMinimum)...Float(stored.summary.ratingMaximum))
        dataset = stored.dataset
        switch split {
        case .none:
            training = all
            testing = all.selecting([])
        case .named:
            func rows(_ part: SplitPart) -> [Int] {
                stored.parts.indices.filter { stored.parts[$0] == part.rawValue }
            }
            training = all.selecting(rows(.train))
            testing = all.selecting(rows(.test))
        case .random(let share):
            let rows = all.randomSplit(testing: share, seed: seed)
            (training, testing) = (all.selecting(rows.training), all.selecting(rows.testing))
        case .fold(let fold, let count):
            let rows = all.fold(fold, of: count, seed: seed)
            (training, testing) = (all.selecting(rows.training), all.selecting(rows.testing))
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
