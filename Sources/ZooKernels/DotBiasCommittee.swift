import CZooSIMD

/// A rating as the kernel reads it: rows of both sides, and the number.
package struct RatingTriple: Sendable, Hashable {
    /// Row of the user.
    package var user: Int32
    /// Row of the item.
    package var item: Int32
    /// The rating.
    package var rating: Float

    /// Creates a rating.
    package init(user: Int32, item: Int32, rating: Float) {
        self.user = user
        self.item = item
        self.rating = rating
    }
}

/// A few small dot-bias models trained side by side, one in each lane of a vector register.
///
/// Each has its own factors and biases, all see the same ratings in the same order, and the mean of their logits is again
/// a dot-bias model whose factors are theirs, set side by side. What one model of all those factors would fit of the
/// noise, the mean of several smaller ones cancels.
package final class DotBiasCommittee {
    /// Sizes and constants of a committee.
    package struct Settings: Sendable {
        /// Factors of all models together.
        package var factors: Int
        /// How many models share them, 1 ... 8.
        package var models: Int
        /// mu, a constant of the logit.
        package var globalBias: Float
        /// The ratings that logits of -infinity and +infinity stand for.
        package var lower: Float
        /// See `lower`.
        package var upper: Float
        /// Decay of the factors, multiplied by the learning rate and the row's own factor.
        package var factorDecay: Float
        /// Decay of the biases, likewise.
        package var biasDecay: Float
        /// Decay of the running mean squares of the gradients.
        package var beta: Float
        /// Added to their roots.
        package var epsilon: Float

        /// Creates settings.
        package init(
            factors: Int, models: Int, globalBias: Float, lower: Float, upper: Float, factorDecay: Float,
            biasDecay: Float, beta: Float, epsilon: Float
        ) {
            precondition(factors > 0, "committee: \(factors) factors")
            precondition((1...Self.largestCommittee).contains(models), "committee: \(models) models")
            self.factors = factors
            self.models = models
            self.globalBias = globalBias
            self.lower = lower
            self.upper = upper
            self.factorDecay = factorDecay
            self.biasDecay = biasDecay
            self.beta = beta
            self.epsilon = epsilon
        }

        /// The most models that a committee can hold.
        package static let largestCommittee = 8
    }

    /// What is fixed for one row of a side.
    package struct Row: Sendable {
        /// Factor of the learning rate.
        package var rate: Float
        /// Factor of the weight decay.
        package var decay: Float

        /// Creates a row.
        package init(rate: Float, decay: Float) {
            self.rate = rate
            self.decay = decay
        }
    }

    private let settings: Settings
    private var constants: zoo_dot_bias_settings
    private let slots: Int
    private let users: Side
    private let items: Side

    /// Creates a committee with normally distributed factors.
    ///
    /// - Parameter initialScale: standard deviation of the factors.
    package init(
        _ settings: Settings, users: [Row], items: [Row], initialScale: Float, using generator: inout RandomGenerator
    ) {
        self.settings = settings
        let slots = (settings.factors + settings.models - 1) / settings.models
        self.slots = slots
        constants = zoo_dot_bias_settings()
        constants.slots = slots
        constants.models = settings.models
        constants.global_bias = settings.globalBias
        constants.lower = settings.lower
        constants.upper = settings.upper
        constants.factor_decay = settings.factorDecay
        constants.bias_decay = settings.biasDecay
        constants.beta = settings.beta
        constants.epsilon = settings.epsilon
        withUnsafeMutableBytes(of: &constants.inverse_slots) { bytes in
            let inverse = bytes.bindMemory(to: Float.self)
            for model in 0..<settings.models {
                let factors = (0..<slots).count { $0 * settings.models + model < settings.factors }
                inverse[model] = factors > 0 ? 1 / Float(factors) : 0
            }
        }
        self.users = Side(users, slots: slots)
        self.items = Side(items, slots: slots)
        for side in [self.users, self.items] {
            for row in 0..<side.count {
                for factor in 0..<settings.factors {
                    side.values[side.offset(row: row, slot: factor / settings.models) + factor % settings.models] =
                        initialScale * generator.normal()
                }
            }
        }
    }

    /// Takes a stochastic gradient step for every rating, in order, the learning rate going evenly from `first` to `last`.
    ///
    /// Calls whose ratings share neither users nor items may run at the same time.
    /// - Returns: the sum of the squared errors, each taken before its step, in squared units of the ratings.
    /// - Precondition: all rows exist.
    package func train(_ ratings: UnsafeBufferPointer<RatingTriple>, rates: (first: Float, last: Float)) -> Double {
        guard let start = ratings.baseAddress else { return 0 }
        return start.withMemoryRebound(to: zoo_rating.self, capacity: ratings.count) { pointer in
            withUnsafePointer(to: constants) {
                zoo_dot_bias_run($0, users.view, items.view, pointer, ratings.count, rates.first, rates.last)
            }
        }
    }

    /// How many numbers later steps depend on: for each side its rows, then each row's warm-up.
    package var stateCounts: (users: Int, items: Int) { (users.stateCount, items.stateCount) }

    /// Writes what later steps depend on for the users.
    package func copyUsers(to target: UnsafeMutablePointer<Float>) { users.copyState(to: target) }

    /// Writes what later steps depend on for the items.
    package func copyItems(to target: UnsafeMutablePointer<Float>) { items.copyState(to: target) }

    /// Whether every number is finite.
    package var isFinite: Bool { users.isFinite && items.isFinite }

    /// Restores what was copied.
    ///
    /// - Returns: false, and nothing changed, for the state of another number of rows or factors
    package func restore(users userState: UnsafeBufferPointer<Float>, items itemState: UnsafeBufferPointer<Float>)
        -> Bool
    {
        guard userState.count == users.stateCount, itemState.count == items.stateCount else { return false }
        users.restore(userState)
        items.restore(itemState)
        return true
    }

    /// One side of the mean of the models.
    package struct MeanSide: Sendable {
        /// [rows, factors]
        package let vectors: [Float]
        /// [rows]
        package let biases: [Float]
    }

    /// The single model that the committee amounts to: factors divided by the root of the number of models, mean biases.
    package func mean() -> (users: MeanSide, items: MeanSide) {
        (mean(of: users), mean(of: items))
    }

    private func mean(of side: Side) -> MeanSide {
        let scale = 1 / Float(settings.models).squareRoot()
        var vectors = [Float](repeating: 0, count: side.count * settings.factors)
        var biases = [Float](repeating: 0, count: side.count)
        for row in 0..<side.count {
            for factor in 0..<settings.factors {
                let (slot, model) = (factor / settings.models, factor % settings.models)
                vectors[row * settings.factors + factor] =
                    scale * side.values[side.offset(row: row, slot: slot) + model]
            }
            let bias = side.offset(row: row, slot: slots)
            for model in 0..<settings.models { biases[row] += side.values[bias + model] / Float(settings.models) }
        }
        return MeanSide(vectors: vectors, biases: biases)
    }

    /// The memory of one side, as zoo_dot_bias.h lays it out.
    private final class Side {
        let count: Int
        let values: UnsafeMutablePointer<Float>
        private let perRow: UnsafeMutablePointer<Float>
        private let stride: Int
        private static let lanes = ZOO_DOT_BIAS_LANES

        init(_ rows: [Row], slots: Int) {
            count = rows.count
            stride = (slots + 3) * Self.lanes
            let bytes = UnsafeMutableRawPointer.allocate(byteCount: max(1, count * stride * 4), alignment: 64)
            values = bytes.bindMemory(to: Float.self, capacity: count * stride)
            values.initialize(repeating: 0, count: count * stride)
            perRow = .allocate(capacity: max(1, 3 * count))
            for (row, description) in rows.enumerated() {
                perRow[row] = 1
                perRow[count + row] = description.rate
                perRow[2 * count + row] = description.decay
            }
        }

        deinit {
            values.deallocate()
            perRow.deallocate()
        }

        func offset(row: Int, slot: Int) -> Int { row * stride + slot * Self.lanes }

        var stateCount: Int { count * (stride + 1) }

        var isFinite: Bool {
            // NaN and infinity have the largest exponent; whole numbers are compared several at a time.
            var largest: UInt32 = 0
            for place in 0..<count * stride { largest = max(largest, values[place].bitPattern & 0x7FFF_FFFF) }
            return largest < Float.infinity.bitPattern
        }

        func copyState(to target: UnsafeMutablePointer<Float>) {
            target.update(from: values, count: count * stride)
            (target + count * stride).update(from: perRow, count: count)
        }

        func restore(_ state: UnsafeBufferPointer<Float>) {
            guard let start = state.baseAddress else { return }
            values.update(from: start, count: count * stride)
            perRow.update(from: start + count * stride, count: count)
        }

        var view: zoo_dot_bias_side {
            zoo_dot_bias_side(rows: values, warmup: perRow, rate: perRow + count, decay: perRow + 2 * count)
        }
    }
}
