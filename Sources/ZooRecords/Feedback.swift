/// What a row of somebody's history says.
package enum Feedback: String, Sendable, Codable, CaseIterable {
    /// How somebody liked an item.
    case ratings
    /// How often somebody chose it, such as plays.
    case counts
    /// That somebody chose it; every row counts as 1.
    case choices
}
