/// The same value at every step.
public struct ConstantSchedule: Schedule, Hashable, Codable {
    /// The value.
    public let value: Double

    /// Creates a schedule that always says `value`.
    public init(_ value: Double) { self.value = value }

    /// The value to use for a step.
    public func value(at step: Int, of total: Int) -> Double { value }
}
