import ZooTensor

/// A trained network over both vectors: `rating = range(W_L relu(... relu(W_1 [p_u, q_i] + b_1) ...) + b_L)`.
///
/// An unknown user or item has the mean vector of its side; an unknown user's ratings are folded in (`NeuralFoldIn.swift`).
/// - Shapes: userVectors [users, factors], itemVectors [items, factors]; layer l maps its inputs to its outputs
package struct NeuralModel: PredictsRatings {
    /// A linear layer, `y = x W + b`.
    package struct Layer: Sendable, Hashable {
        /// Length of x.
        package let inputs: Int
        /// Length of y.
        package let outputs: Int
        /// W [inputs, outputs], row-major.
        package let weight: [Float]
        /// b [outputs]
        package let bias: [Float]

        /// Creates a layer.
        ///
        /// - Precondition: the arrays have the shapes above.
        package init(inputs: Int, outputs: Int, weight: [Float], bias: [Float]) {
            precondition(
                weight.count == inputs * outputs && bias.count == outputs,
                "neural: [\(inputs), \(outputs)] does not fit \(weight.count) weights and \(bias.count) biases")
            self.inputs = inputs
            self.outputs = outputs
            self.weight = weight
            self.bias = bias
        }
    }

    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// Length of every vector.
    package let factors: Int
    /// p, row-major.
    package let userVectors: [Float]
    /// q, row-major.
    package let itemVectors: [Float]
    /// The layers, the last of one output.
    package let layers: [Layer]
    /// From logits to ratings.
    package let range: SigmoidRange
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    let meanUser: [Float]
    private let meanItem: [Float]

    /// Creates a model from its parts.
    ///
    /// - Precondition: the shapes fit one another.
    package init(
        vocabulary: CollabVocabulary, factors: Int, userVectors: [Float], itemVectors: [Float], layers: [Layer],
        range: SigmoidRange, scale: ClosedRange<Float>
    ) {
        precondition(
            userVectors.count == vocabulary.userKeys.count * factors
                && itemVectors.count == vocabulary.itemKeys.count * factors, "neural: the vectors do not fit")
        precondition(
            layers.first?.inputs == 2 * factors && layers.last?.outputs == 1
                && zip(layers, layers.dropFirst()).allSatisfy { $0.outputs == $1.inputs },
            "neural: the layers do not fit one another")
        self.vocabulary = vocabulary
        self.factors = factors
        self.userVectors = userVectors
        self.itemVectors = itemVectors
        self.layers = layers
        self.range = range
        self.scale = scale
        meanUser = Self.mean(userVectors, factors)
        meanItem = Self.mean(itemVectors, factors)
    }

    /// The expected rating of every item by a user of the training part, else of the ratings folded in, [items].
    package func scores(for history: UserHistory) -> [Float] {
        let items = vocabulary.itemKeys.indices.map(Int32.init)
        let unknown = history.row == nil ? vector(for: history.ratings) : meanUser
        return expectedRatings(users: items.map { _ in Int32(history.row ?? -1) }, items: items, unknown: unknown)
    }

    /// The expected ratings of pairs of rows; a negative row is unknown.
    package func expectedRatings(users: [Int32], items: [Int32]) -> [Float] {
        expectedRatings(users: users, items: items, unknown: meanUser)
    }

    /// The layers as functions of a batch.
    var functions: [(Tensor) -> Tensor] {
        layers.map { layer in
            let weight = Tensor(layer.weight, shape: [layer.inputs, layer.outputs])
            let bias = Tensor(layer.bias, shape: [layer.outputs])
            return { (x: Tensor) in x.matmul(weight) + bias }
        }
    }

    /// - Parameter unknown: the vector of users whose row is negative
    private func expectedRatings(users: [Int32], items: [Int32], unknown: [Float]) -> [Float] {
        let batch = 1024
        let (userTable, itemTable) = (table(userVectors, unknown), table(itemVectors, meanItem))
        let layers = functions
        var result: [Float] = []
        result.reserveCapacity(users.count)
        for start in stride(from: 0, to: users.count, by: batch) {
            let rows = start..<min(users.count, start + batch)
            let logits = EmbeddingNetwork.logits(
                userTable.gathered(rows: known(users[rows], vocabulary.userKeys.count)),
                itemTable.gathered(rows: known(items[rows], vocabulary.itemKeys.count)), layers)
            result += logits.floats.map { Float(range.rating(Double($0))) }
        }
        return result
    }

    /// The vectors with the mean of all in the last row.
    private func table(_ vectors: [Float], _ mean: [Float]) -> Tensor {
        Tensor(vectors + mean, shape: [vectors.count / factors + 1, factors])
    }

    /// Unknown rows are those of the mean.
    private func known(_ rows: ArraySlice<Int32>, _ count: Int) -> Tensor {
        Tensor(rows.map { $0 < 0 ? Int32(count) : $0 })
    }

    private static func mean(_ vectors: [Float], _ width: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: width)
        for (index, value) in vectors.enumerated() { sums[index % width] += value }
        let count = Float(max(1, vectors.count / max(1, width)))
        return sums.map { $0 / count }
    }
}
