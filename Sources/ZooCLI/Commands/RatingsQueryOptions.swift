import ArgumentParser
import ZooData

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
    var value: RatingsQuery? {
        guard let sql else { return nil }
        var query = RatingsQuery(sql: sql)
        query.options.rules = meaning.rules
        query.options.takesUnmatched = meaning.allowUnmatched
        query.options.table.rules.timeZone = timeZone
        query.options.items = itemsSql.map { .query($0) }
        query.options.users = usersSql.map { .query($0) }
        return query
    }
}
