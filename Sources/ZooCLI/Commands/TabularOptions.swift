import ArgumentParser
import ZooTabular
import ZooWorkflows

/// Where the rows of a table come from.
struct TabularDataOptions: ParsableArguments {
    @Option(help: "The data set, a table.") var data: String?
    @Option(help: "A SELECT instead of a data set: any of the database, or of --db FILE.") var sql: String?

    /// What was named; nil when nothing was.
    var source: TabularData? { data.map { .dataset($0) } ?? sql.map { .sql($0) } }

    func validate() throws {
        if data != nil, sql != nil { throw ValidationError("give either --data or --sql") }
    }
}

/// What a training on a table and its range test have in common.
struct TabularOptions: ParsableArguments {
    @OptionGroup var rows: TabularDataOptions
    @Option(help: "The column to predict: texts and truth values are classes, numbers are numbers.") var target: String
    @Option(help: "Columns that are categories whatever their type: a,b.") var categorical: CommaList?
    @Option(help: "Columns of whole numbers that are measures, not categories: a,b.") var continuous: CommaList?
    @Option(help: "Columns to leave out: a,b.") var ignore: CommaList?
    @Option(help: "Columns to use although they give the target away: a,b.") var allow: CommaList?
    @Option(help: "Whole numbers of up to so many different values are categories.") var maxCardinality: Int?
    @Flag(
        help:
            "Learn the logarithm of 1 + the target, and answer in its own unit: with means, see 'zoo predict --median'."
    )
    var logTarget = false
    @Flag(help: "The target's numbers name classes.") var classes = false
    @Flag(help: "The target's yes and no are a number, 1 and 0.") var regression = false
    @Option(help: "The column of dates that orders the rows; rowid for the order of the table.") var timeColumn: String?
    @Option(help: "The column whose values have a series each.") var group: String?
    @Option(help: "Values of a column so many rows before: sales:1,7.") var lag: [ColumnNumbers] = []
    @Option(help: "Means of a column over so many rows before: sales:7,28.") var mean: [ColumnNumbers] = []
    @Option(help: "Columns of yes and no to count the days since and until: holiday,promo.") var events: CommaList?
    @Option(help: "Part of the rows to validate on, by chance; 0 for none. Else 0.2.") var valid: Double?
    @Option(help: "Validate on the last so many days, hours or weeks of --time-column: 30d, 12h, 4w.")
    var validLast: Duration?
    @Option(help: "The column that says which rows validate: 1, yes, true, valid or test.") var validColumn: String?
    @Option(help: "Outputs of the hidden layers. Else 200,100.") var layers: Sizes?
    @Option(help: "Passes over the rows. Else 5, more where there are few rows.") var epochs: Int?
    @Option(help: "Rows a step. Else 64, more where there are many rows.") var batchSize: Int?
    @Option(help: "The largest learning rate of the cycle.") var lr: Double?
    @Option(help: "Decoupled weight decay.") var weightDecay: Double?
    @Option(help: "Probability of dropping a hidden unit.") var dropout: Float?
    @Option(help: "Probability of dropping a number of a vector.") var embeddingDropout: Float?
    @Option(help: "Length of a column's vectors: weekday:4. Else it follows from how many values there are.")
    var embedding: [ColumnNumbers] = []
    @Option(help: "Keep the answers between these: 0,1000.") var range: Limits?
    @Option(help: "Train so many networks and average their answers.") var members: Int?

    func validate() throws {
        guard rows.source != nil else { throw ValidationError("give --data or --sql") }
        func check(_ isRight: Bool, _ message: String) throws { if !isRight { throw ValidationError(message) } }
        try check((1...100_000).contains(epochs ?? 1), "--epochs must be from 1 to 100000")
        try check((2...1_000_000).contains(batchSize ?? 2), "--batch-size must be from 2 to 1000000")
        try check((1...100).contains(members ?? 1), "--members must be from 1 to 100")
        try check((0..<1).contains(dropout ?? 0), "--dropout must be at least 0 and below 1")
        try check((0..<1).contains(embeddingDropout ?? 0), "--embedding-dropout must be at least 0 and below 1")
        try check((0...0.95).contains(valid ?? 0), "--valid must be from 0 to 0.95")
        try check((lr ?? 1) > 0 && (lr ?? 1).isFinite, "--lr must be above 0")
        try check((0...1000).contains(weightDecay ?? 0), "--weight-decay must be from 0 to 1000")
        try check((0...100_000).contains(maxCardinality ?? 0), "--max-cardinality must be from 0 to 100000")
        try check(
            [valid != nil, validLast != nil, validColumn != nil].count { $0 } <= 1,
            "give one of --valid, --valid-last and --valid-column")
        try check(!classes || !regression, "give one of --classes and --regression")
        try check(
            timeColumn != nil || (lag.isEmpty && mean.isEmpty && events == nil),
            "--lag, --mean and --events follow the order of time: give --time-column COLUMN, or --time-column rowid for the order of the table's rows"
        )
        try check(validLast == nil || timeColumn != nil, "--valid-last needs a --time-column")
        try check(
            embedding.allSatisfy { $0.numbers.count == 1 && $0.numbers[0] <= 10_000 },
            "--embedding takes a column and a length: weekday:4")
    }

    /// How columns become inputs.
    var features: FeatureSettings {
        var settings = FeatureSettings(target: target)
        settings.categorical = categorical?.names ?? []
        settings.continuous = continuous?.names ?? []
        settings.ignore = ignore?.names ?? []
        settings.allow = allow?.names ?? []
        if let maxCardinality { settings.maximumCardinality = maxCardinality }
        settings.logTarget = logTarget
        settings.targetIsClass = classes
        settings.targetIsNumber = regression
        settings.ordered.time = timeColumn
        settings.ordered.group = group
        settings.ordered.lags = lag.flatMap { $0.windows }
        settings.ordered.means = mean.flatMap { $0.windows }
        settings.ordered.events = events?.names ?? []
        return settings
    }

    /// Which rows validate.
    var split: TabularSplit {
        if let validColumn { return .column(validColumn) }
        if let validLast, let timeColumn { return .last(seconds: validLast.seconds, column: timeColumn) }
        return valid == 0 ? .none : .random(valid ?? 0.2)
    }

    /// How to train.
    func configuration(seed: UInt64) -> TabularConfiguration {
        var configuration = TabularConfiguration()
        if let layers { configuration.hidden = layers.sizes }
        configuration.epochs = epochs
        configuration.batchSize = batchSize
        if let lr { configuration.learningRate = lr }
        if let weightDecay { configuration.weightDecay = weightDecay }
        if let dropout { configuration.dropout = dropout }
        if let embeddingDropout { configuration.embeddingDropout = embeddingDropout }
        for width in embedding { configuration.embeddingWidths[width.column] = width.numbers[0] }
        if let range { configuration.range = TabularArchitecture.Range(low: range.low, high: range.high) }
        if let members { configuration.members = members }
        configuration.seed = seed
        return configuration
    }
}
