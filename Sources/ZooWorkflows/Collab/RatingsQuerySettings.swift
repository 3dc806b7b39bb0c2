import ZooData
import ZooRecords

/// How the rows of a SELECT of ratings are read, besides the SELECT itself, as a checkpoint keeps it.
package struct RatingsQuerySettings: Codable, Sendable, Hashable {
    private var feedback: Feedback
    private var repeats: RepeatRule?
    private var unit: TimestampUnit?
    private var takesUnmatched: Bool
    private var timeZone: String?
    private var items: String?
    private var users: String?

    /// Takes what a query says besides its SELECT.
    package init(_ query: RatingsQuery) {
        let options = query.options
        (feedback, repeats, unit) = (options.rules.feedback, options.rules.repeats, options.rules.unit)
        (takesUnmatched, timeZone) = (options.takesUnmatched, options.table.rules.timeZone?.name)
        func sql(_ source: SideSource?) -> String? { if case .query(let sql)? = source { sql } else { nil } }
        (items, users) = (sql(options.items), sql(options.users))
    }

    /// What reads a SELECT in the same way.
    package func query(_ sql: String) -> RatingsQuery {
        var query = RatingsQuery(sql: sql)
        (query.options.rules.feedback, query.options.rules.repeats, query.options.rules.unit) = (
            feedback, repeats, unit
        )
        query.options.takesUnmatched = takesUnmatched
        query.options.table.rules.timeZone = timeZone.flatMap { TimeZoneRule($0) }
        (query.options.items, query.options.users) = (items.map { .query($0) }, users.map { .query($0) })
        return query
    }
}
