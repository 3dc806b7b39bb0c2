/// A number that depends on how far training has come: a learning rate, a momentum.
///
/// A schedule is a pure value: asking twice gives the same answer, so that a run can be taken up again anywhere.
public protocol Schedule: Sendable {
    /// The value to use for a step.
    ///
    /// - Parameter step: steps taken so far, 0 ..< total
    /// - Parameter total: steps of the whole run, at least 1
    func value(at step: Int, of total: Int) -> Double
}
