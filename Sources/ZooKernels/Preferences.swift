import CZooSIMD
import Foundation

/// A person, an item that they chose, and one that they did not; rows of factors.
package struct Preference: Sendable, Hashable {
    /// Row of the person.
    package var user: Int32
    /// Row of the item that they chose.
    package var chosen: Int32
    /// Row of the item that they did not choose.
    package var other: Int32

    /// Creates a preference.
    package init(user: Int32, chosen: Int32, other: Int32) {
        (self.user, self.chosen, self.other) = (user, chosen, other)
    }
}

/// Takes one step of stochastic gradient descent a preference, in order, on `-log sigmoid(p . (q_chosen - q_other) + b_chosen
/// - b_other)`.
///
/// - Parameters:
///   - users: p, [users, factors]; the last column of these rows is 1
///   - items: q, [items, factors]; the last column of these rows is b, the bias
///   - rate: the learning rate
///   - decay: the L2 penalty of each row that a step touches
/// - Returns: the sum of the losses, each taken before its step
/// - Precondition: all rows exist
package func learn(
    _ preferences: UnsafeBufferPointer<Preference>, users: inout FactorRows, items: inout FactorRows, rate: Float,
    decay: Float
) -> Double {
    precondition(users.factors == items.factors, "preferences: \(users.factors) and \(items.factors) factors")
    guard let start = preferences.baseAddress else { return 0 }
    let stride = users.stride
    return users.values.withUnsafeMutableBufferPointer { users in
        items.values.withUnsafeMutableBufferPointer { items in
            start.withMemoryRebound(to: zoo_preference.self, capacity: preferences.count) {
                zoo_learn_preferences(
                    $0, preferences.count, stride, users.baseAddress, items.baseAddress, rate, decay)
            }
        }
    }
}

extension FactorRows {
    /// Takes the steps of `learn` for the first row alone; the items stay as they are.
    ///
    /// - Precondition: the preferences are those of user 0, and their items exist
    package mutating func fold(
        _ preferences: UnsafeBufferPointer<Preference>, items: FactorRows, rate: Float, decay: Float
    ) {
        precondition(factors == items.factors && count == 1, "preferences: \(count) rows of \(factors) factors")
        let stride = stride
        values.withUnsafeMutableBufferPointer { p in
            items.values.withUnsafeBufferPointer { q in
                for preference in preferences {
                    let (chosen, other) = (Int(preference.chosen) * stride, Int(preference.other) * stride)
                    var difference: Float = 0
                    for j in 0..<stride { difference += p[j] * (q[chosen + j] - q[other + j]) }
                    let step = rate / (1 + exp(difference))
                    for j in 0..<stride - 1 {
                        p[j] = (1 - rate * decay) * p[j] + step * (q[chosen + j] - q[other + j])
                    }
                }
            }
        }
    }

    /// The last column, [rows]: 1, or what training made of it.
    package var lastColumn: [Float] {
        get { (0..<count).map { values[($0 + 1) * stride - 1] } }
        set {
            precondition(newValue.count == count, "factor rows: \(newValue.count) numbers for \(count) rows")
            for row in 0..<count { values[(row + 1) * stride - 1] = newValue[row] }
        }
    }
}
