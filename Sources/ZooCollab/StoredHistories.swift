import ZooKernels
import ZooNN
import ZooTensor

/// A recommender that knows what the users of its training part rated, without the data.
package protocol KeepsHistories: Recommender {
    /// The ratings of a user by the row; nil where the file has none.
    func trainingRatings(ofUser row: Int) -> [RatedItem]?

    /// The same model without what the training's users rated and what is known of them.
    func withoutHistories() -> Self

    /// Whether the model's own scores say anything of a person.
    func knows(_ history: UserHistory) -> Bool
}

extension KeepsHistories {
    /// Whether there are ratings, at hand or in the file.
    package func knows(_ history: UserHistory) -> Bool {
        !history.ratings.isEmpty || history.row.flatMap { trainingRatings(ofUser: $0) } != nil
    }
}

/// What the users of a training part rated, for models that score histories: so they serve these users without the data.
struct StoredHistories: Sendable {
    /// [users + 1]
    private let bounds: [Int]
    /// [ratings], in the order of the data
    private let items: [Int32]
    /// [ratings]
    private let ratings: [Float]

    init(_ training: Interactions, _ vocabulary: CollabVocabulary) {
        let rows = vocabulary.translation(of: training)
        bounds = Self.bounds(vocabulary)
        var next = bounds
        var items = [Int32](repeating: 0, count: training.count)
        var ratings = [Float](repeating: 0, count: training.count)
        for index in 0..<training.count {
            let user = Int(rows.users[Int(training.users[index])])
            items[next[user]] = rows.items[Int(training.items[index])]
            ratings[next[user]] = training.ratings[index]
            next[user] += 1
        }
        (self.items, self.ratings) = (items, ratings)
    }

    private static func bounds(_ vocabulary: CollabVocabulary) -> [Int] {
        vocabulary.userCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }

    /// The ratings at hand, else those of the training part.
    func ratings(of history: UserHistory) -> [RatedItem] {
        guard history.ratings.isEmpty, let row = history.row else { return history.ratings }
        return (bounds[row]..<bounds[row + 1]).map { RatedItem(item: Int(items[$0]), rating: ratings[$0]) }
    }

    /// How the histories lie in a file.
    var tensors: [NamedTensor] {
        [
            NamedTensor("history.item", items), NamedTensor("history.rating", ratings, [ratings.count]),
        ]
    }

    /// Reads the histories of a file.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    init(_ contents: ModelContents, _ vocabulary: CollabVocabulary) throws {
        guard vocabulary.userCounts.allSatisfy({ $0 >= 0 }) else {
            throw ModelContentsError(location: "/statistics/user_count", reason: "a count is below 0")
        }
        bounds = Self.bounds(vocabulary)
        let count = bounds[bounds.count - 1]
        items = try contents.int32s("history.item", shape: [count], below: vocabulary.itemKeys.count)
        ratings = try contents.floats("history.rating", shape: [count])
    }
}

extension ModelContents {
    /// The Int32 numbers at a path, each 0 ..< limit.
    ///
    /// - Throws: `ModelContentsError` if they are not there, not Int32, have another shape, or one is outside
    func int32s(_ path: String, shape: [Int], below limit: Int) throws -> [Int32] {
        guard let tensor = weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .int32,
            tensor.shape.dimensions == shape
        else {
            throw ModelContentsError(location: "/weights/" + path, reason: "there are no Int32 numbers of \(shape)")
        }
        let numbers = tensor.int32s
        guard numbers.allSatisfy({ $0 >= 0 && $0 < limit }) else {
            throw ModelContentsError(location: "/weights/" + path, reason: "a number is not below \(limit)")
        }
        return numbers
    }
}

extension NamedTensor {
    /// An Int32 array of a file.
    init(_ path: String, _ numbers: [Int32]) {
        self.init(path: path, tensor: Tensor(numbers, shape: [numbers.count]))
    }
}
