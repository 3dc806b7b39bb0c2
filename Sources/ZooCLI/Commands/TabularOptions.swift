import ArgumentParser
import ZooData
import ZooRecords
import ZooTabular
import ZooWorkflows

/// Where the rows of a table come from.
struct TabularDataOptions: ParsableArguments {
    @Option(help: "Name of the data set, a table; else give --sql. (default: for a stored model, its training data)")
    var data: String?
    @Option(help: "SELECT of the database, which --db names, in place of --data. (default: none)") var sql: String?

    /// What was named; nil when nothing was.
    var source: TabularData? { data.map { .dataset($0) } ?? sql.map { .sql($0) } }

    func validate() throws {
        if data != nil, sql != nil { throw ValidationError("give either --data or --sql") }
    }
}

/// What training on a table takes, whatever its schedule.
struct TabularOptions: ParsableArguments {
    @Option(help: "Name of the data set, a table; else give --sql. (default: none)") var data: String?
    @Option(help: "SELECT of the database, which --db names, in place of --data. (default: none)") var sql: String?
    @Option(help: "Column to predict; a column of text or true/false is classified, a column of numbers is regressed.")
    var target: String
    @Option(
        help: "Columns to read as categories whatever their type, such as a,b. (default: by type and --max-cardinality)"
    ) var categorical: CommaList?
    @Option(
        help:
            "Columns of whole numbers to read as numbers, not categories, such as a,b. (default: by --max-cardinality)")
    var continuous: CommaList?
    @Option(help: "Columns to leave out, such as a,b. (default: none)") var ignore: CommaList?
    @Option(help: "Columns to use although they determine the target, such as a,b. (default: none)") var allow:
        CommaList?
    @Option(
        help: """
            Maximum number of distinct values, 0 to 100000, up to which a column of whole numbers is a category if it has 16 \
            rows for each on average. (default: \(FeatureSettings(target: "").maximumCardinality))
            """)
    var maxCardinality: Int?
    @Flag(
        help: """
            Train on log(1 + target); predictions are in the unit of the target: means, or medians with 'zoo predict \
            --median'.
            """)
    var logTarget = false
    @Flag(help: "Classify: the numbers of the target name classes.") var classes = false
    @Flag(help: "Regress: true and false of the target are 1 and 0.") var regression = false
    @Option(help: "Column of dates that orders the rows; rowid for the order of the table. (default: none)")
    var timeColumn: String?
    @Option(
        help: """
            With --sql, the clock on which times are read: an offset such as +02:00, or a place such as Europe/Berlin. \
            (default: the clock with which they were written)
            """, transform: { try TableFileOptions.zone($0) })
    var timeZone: TimeZoneRule?
    @Option(help: "Column whose values each have a time series. (default: none, one series)") var group: String?
    @Option(
        help: "Input: values of a column this number of rows before, 1 to 1000000, such as sales:1,7. (default: none)")
    var lag: [ColumnNumbers] = []
    @Option(
        help:
            "Input: means of a column over this number of rows before, 1 to 1000000, such as sales:7,28. (default: none)"
    )
    var mean: [ColumnNumbers] = []
    @Option(
        help: "Input: days since and until events, by columns of true/false, such as holiday,promo. (default: none)")
    var events: CommaList?
    @Option(
        help: """
            Fraction of the rows held out for validation, drawn at random, 0 to 0.95. (default: 0.2; tables of fewer \
            than 5000 rows are cross-validated)
            """)
    var valid: Double?
    @Option(
        help: """
            Time at the end of --time-column, or of the only column of dates, held out for validation, such as 30d, 12h or \
            4w. (default: none)
            """,
        transform: { try Duration($0) })
    var validLast: Duration?
    @Option(
        help: """
            Column that marks validation rows by 1, yes, true, valid or test, and training rows by 0, no, false, train or \
            no value. (default: none)
            """)
    var validColumn: String?
    @Option(help: "Sizes of the hidden layers, 1 to 100000 each. (default: 200,100; below 5000 training rows 128,64)")
    var layers: Sizes?
    @Option(
        help: "Batch size in rows, 2 to 1000000. (default: 64; from 100000 training rows 256, from a million 1024)")
    var batchSize: Int?
    @Option(help: "Decoupled weight decay, 0 to 1000. (default: 0.01; below 5000 training rows 1)") var weightDecay:
        Double?
    @Option(help: "Dropout of hidden units, 0 to below 1. (default: \(defaults.dropout))") var dropout: Float?
    @Option(help: "Dropout of the numbers of embeddings, 0 to below 1. (default: \(defaults.embeddingDropout))")
    var embeddingDropout: Float?
    @Option(
        help:
            "Embedding size of a column, 1 to 10000, such as weekday:4; may be repeated. (default: min(600, 1.6 n^0.56) for n values)"
    )
    var embedding: [ColumnNumbers] = []
    @Option(help: "Limits that a sigmoid keeps predictions within, such as 0,1000. (default: none)") var range: Limits?
    private static let defaults = TabularRecipe()

    func validate() throws {
        guard (data == nil) != (sql == nil) else { throw ValidationError("give either --data or --sql") }
        if timeZone != nil, sql == nil { throw ValidationError(TableFileOptions.zoneOfDataset) }
        func check(_ isRight: Bool, _ message: String) throws { if !isRight { throw ValidationError(message) } }
        try checkRange(batchSize, "--batch-size", 2...1_000_000)
        try checkRange(dropout, "--dropout", 0..<1)
        try checkRange(embeddingDropout, "--embedding-dropout", 0..<1)
        try checkRange(valid, "--valid", 0...0.95)
        try checkRange(weightDecay, "--weight-decay", 0...1000)
        try checkRange(maxCardinality, "--max-cardinality", 0...100_000)
        try check(
            [valid != nil, validLast != nil, validColumn != nil].count { $0 } <= 1,
            "give one of --valid, --valid-last and --valid-column")
        try check(!classes || !regression, "give one of --classes and --regression")
        try check(
            !classes || !logTarget, "--log-target is for numbers, and of --classes the target is none: give one of them"
        )
        try check(
            timeColumn != nil || (lag.isEmpty && mean.isEmpty && events == nil),
            "--lag, --mean and --events follow the order of time: give --time-column COLUMN, or --time-column rowid for the order of the table's rows"
        )
        try check(
            group == nil || !lag.isEmpty || !mean.isEmpty || events != nil || validLast != nil,
            "--group says whose series --lag, --mean, --events and the last values of --valid-last follow: give one of them"
        )
        try check(
            embedding.allSatisfy { $0.numbers.count == 1 && $0.numbers[0] <= 10_000 },
            "--embedding takes a column and a size from 1 to 10000: weekday:4")
    }

    /// What was named.
    var source: TabularData? { data.map { .dataset($0) } ?? sql.map { .sql($0) } }

    /// How columns become inputs; what is not given is as in the training that is resumed.
    func features(resuming resumed: TabularTrainingSettings? = nil) -> FeatureSettings {
        var settings = resumed?.features ?? FeatureSettings(target: target)
        settings.target = target
        if let categorical { settings.categorical = categorical.names }
        if let continuous { settings.continuous = continuous.names }
        if let ignore { settings.ignore = ignore.names }
        if let allow { settings.allow = allow.names }
        if let maxCardinality { settings.maximumCardinality = maxCardinality }
        if logTarget { settings.logTarget = true }
        if classes { settings.targetIsClass = true }
        if regression { settings.targetIsNumber = true }
        if let timeZone { settings.timeZone = timeZone.name }
        if let timeColumn { settings.ordered.time = timeColumn }
        if let group { settings.ordered.group = group }
        if !lag.isEmpty { settings.ordered.lags = lag.flatMap { $0.windows } }
        if !mean.isEmpty { settings.ordered.means = mean.flatMap { $0.windows } }
        if let events { settings.ordered.events = events.names }
        return settings
    }

    /// Which rows validate; where nothing is given, as in the training that is resumed.
    func split(resuming resumed: TabularTrainingSettings? = nil) -> DataSplit? {
        if let validColumn { return .column(validColumn) }
        if let validLast {
            let column = timeColumn ?? resumed?.features.ordered.time ?? DataSplit.onlyDates
            return .last(seconds: validLast.seconds, column: column)
        }
        if let resumed, valid == nil { return resumed.split }
        return valid.map { .random(share: $0) }
    }

    /// How to train; what is not given is as in the training that is resumed.
    func configuration(seed: UInt64?, resuming resumed: TabularTrainingSettings? = nil) -> TabularRecipe {
        var configuration = resumed?.configuration ?? TabularRecipe()
        if let layers { configuration.hidden = layers.sizes }
        if let batchSize { configuration.batchSize = batchSize }
        if let weightDecay { configuration.weightDecay = weightDecay }
        if let dropout { configuration.dropout = dropout }
        if let embeddingDropout { configuration.embeddingDropout = embeddingDropout }
        for width in embedding { configuration.embeddingWidths[width.column] = width.numbers[0] }
        if let range { configuration.range = TabularArchitecture.Range(low: range.low, high: range.high) }
        if let seed { configuration.seed = seed }
        return configuration
    }
}
