import ArgumentParser
import ZooData
import ZooWorkflows

/// Ratings of one's own database, in place of a data set.
struct RatingsQueryOptions: ParsableArguments {
    @Option(
        help: """
            SELECT of the database, which --db names, in place of --data: a user, an item and a rating, perhaps a timestamp, \
            by the names or the order of its columns. (default: none)
            """)
    var sql: String?
    @Option(help: "With --sql, a SELECT of items: a key, a title, and attributes. (default: none)") var itemsSql:
        String?
    @Option(help: "With --sql, a SELECT of users: a key, and attributes. (default: none)") var usersSql: String?
    @Option(
        help: """
            With --sql, the clock of times that say none: an offset such as +02:00, or a place such as Europe/Berlin. \
            (default: UTC)
            """, transform: { try TableFileOptions.zone($0) })
    var timeZone: TimeZoneRule?
    @OptionGroup var meaning: RatingMeaning

    func validate() throws {
        if timeZone != nil, sql == nil { throw ValidationError(TableFileOptions.zoneOfDataset) }
        guard sql == nil, itemsSql != nil || usersSql != nil || meaning.isGiven else { return }
        throw ValidationError(
            "--items-sql, --users-sql, --feedback, --repeats and --timestamp-unit go with --sql: of a data set, 'zoo data "
                + "import csv' settles them")
    }

    /// The SELECTs; nil where none is given.
    var value: RatingsQuery? { value(resuming: nil) }

    /// The SELECTs; what is not given is as in the training that is resumed.
    func value(resuming resumed: RatingsQuerySettings?) -> RatingsQuery? {
        guard let sql else { return nil }
        var query = resumed?.query(sql) ?? RatingsQuery(sql: sql)
        meaning.apply(to: &query.options.rules)
        if meaning.allowUnmatched { query.options.takesUnmatched = true }
        if let timeZone { query.options.table.rules.timeZone = timeZone }
        if let itemsSql { query.options.items = .query(itemsSql) }
        if let usersSql { query.options.users = .query(usersSql) }
        return query
    }
}
