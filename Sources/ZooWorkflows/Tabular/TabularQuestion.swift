import ZooData
import ZooKernels
import ZooRecords
import ZooTabular

/// The rows that a model is asked about, watched for values that it has not seen.
struct TabularQuestion {
    /// The rows.
    let rows: any RowSource
    /// The answer for a single row that real rows filled up.
    var answer: FilledAnswer?
    /// The cells of kept columns as they stand in the rows; nil for a single row.
    var kept: RawCells?
    /// Usual values that were taken where no real rows are at hand.
    var assumed: [String: String] = [:]
    /// What was decided of how the rows are read.
    var inputNotes: [String] = []
    /// Lags, means and days since events that rows lack.
    let lacking: [UnknownValue]
    private let counter: UnknownCounter

    /// - Parameter names: the columns whose values were given; nil for all
    /// - Parameter trained: whether these are the rows of the training, where the first of each series had none before them either
    /// - Throws: what reading the rows of a model of series throws
    init(
        _ rows: any RowSource, _ features: FittedFeatures, given names: Dictionary<String, CellValue>.Keys? = nil,
        trained: Bool = false
    ) throws {
        lacking =
            try trained
            ? [] : features.withoutEarlierRows(rows).map { UnknownValue(lacking: $0.column.name, rows: $0.rows) }
        counter = UnknownCounter(features, columns: rows.columns, watching: names.map { Set($0) })
        self.rows = WatchedRows(rows, counter)
    }

    /// What the rows had that the model has not seen, once they were gone through.
    var unknown: [UnknownValue] { counter.found.flatMap { UnknownValue.all(of: $0) } + lacking }
    /// How many rows had it, by column.
    var unknownRows: [String: Int] {
        Dictionary(
            counter.found.map { ($0.column.name, $0.rows) } + lacking.map { ($0.column, $0.rows) },
            uniquingKeysWith: { first, _ in first })
    }

    /// What is to be said of times with offsets from UTC that training did not have, once the rows were gone through.
    var offsetNotes: [String] {
        counter.otherOffsets.map { column, counts, known in
            func names(_ offsets: some Sequence<Int>) -> String {
                offsets.sorted().map { Moment.name(ofOffset: $0) }.joined(separator: ", ")
            }
            let count = counts.values.reduce(0, +)
            return
                "\(column): \(count.counting("time")) with \(names(counts.keys)), where training had \(names(known)), "
                + "\(count == 1 ? "is" : "are") read on that clock: write times with an offset of training"
        }
    }

    /// Goes through the rows and refuses values that the model has not seen.
    ///
    /// - Throws: `WorkflowError.invalid` naming them
    func refuseUnknown() throws {
        try rows.forEachBlock { _ in }
        let found = UnknownValue.messages(unknown, unknownRows)
        guard found.isEmpty else {
            throw WorkflowError.invalid(
                what: "--strict", reason: "the model does not know " + found.joined(separator: "; "))
        }
    }
}

/// The mean answer over real rows.
struct FilledAnswer {
    /// As a prediction of one row.
    let mean: TabularPrediction
    let spread: [PredictionSpread]
    let rows: Int
    let filled: [String]
    let ignored: [String]
    let from: RowOrigin
    /// The encoded row that is nearest to what was given.
    let nearest: [UInt8]

    init(_ row: FilledRow, _ model: TabularModel, filled: [String], from: RowOrigin, threads: ThreadCount) {
        let (mean, spread) = row.prediction(of: model, threads: threads)
        let target = model.features.target
        let names = target.classes.map { $0.labels.map { "p(\($0))" } } ?? [target.column]
        self.mean = mean
        self.spread = zip(names, spread).map {
            PredictionSpread(column: $0, deviation: $1.deviation, p10: $1.low, p90: $1.high)
        }
        rows = row.count
        self.filled = filled
        ignored = row.ignored
        nearest = row.nearest
        self.from = from
    }
}

/// Where real rows are from; in JSON the name of a data set, `SELECT` or `model file`.
package enum RowOrigin: Sendable, Hashable, Encodable {
    /// The data set that the model was trained on.
    case dataset(String)
    /// The SELECT that it was trained on.
    case select
    /// The rows that its file holds.
    case modelFile

    /// Encodes the name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .dataset(let name): try container.encode(name)
        case .select: try container.encode("SELECT")
        case .modelFile: try container.encode("model file")
        }
    }
}

/// How the answers for several real rows spread.
package struct PredictionSpread: Sendable, Encodable {
    /// The column of the predictions.
    package let column: String
    /// The standard deviation.
    package let deviation: Double
    /// The 10th percentile.
    package let p10: Double
    /// The 90th percentile.
    package let p90: Double
}

extension Workspace {
    /// The rows of an input with the columns that a model needs and those to keep; what is missing of a single row is filled
    /// in.
    ///
    /// - Parameter keeping: columns whose cells are to be as they stand there
    /// - Parameter timeZone: the clock of times of a SELECT or a single row that name none
    /// - Throws: as `predictTabular`
    func question(
        _ input: TabularInput, of stored: StoredTabular, _ entry: CatalogueModel, keeping: [String] = [],
        isStrict: Bool = false, timeZone: String? = nil, threads: ThreadCount = .all
    ) throws -> TabularQuestion {
        let features = stored.model.features
        var question: TabularQuestion
        var kept: RawCells?
        func places(_ rows: any RowSource) -> [Int] {
            let names = rows.columns.map(\.name)
            return keeping.compactMap { names.named($0).flatMap { names.firstIndex(of: $0) } }
        }
        switch input {
        case .stored(.sql(let sql)):
            let rows: StoredRows
            // What is only kept is not read, so that nothing is to be said of how.
            let known = features.knownColumns
            let present = keeping.isEmpty ? [] : try data.query(sql).columns
            let others = keeping.map { present.named($0) ?? $0 }.filter { name in !known.contains { $0.name == name } }
            rows = try self.rows(
                sql: sql, like: known + others.map { TableColumn(name: $0, kind: .text) }, timeZone: timeZone
            ).holding(features.columns)
            try rows.refuseInfinities(of: features.columns)
            kept = rows.source.keepingCells(of: places(rows))
            question = try TabularQuestion(
                rows, features, trained: rows.source.fingerprint == entry.datasetFingerprint)
            question.inputNotes = rows.inputNotes { name in
                features.columns.contains { $0.name == name && $0.holdsBlobs == nil }
            }
        case .stored(let data):
            let rows = try tabularRows(data, like: features).holding(features.columns)
            kept = rows.source.keepingCells(of: places(rows))
            question = try TabularQuestion(
                rows, features, trained: rows.source.fingerprint == entry.datasetFingerprint)
            question.inputNotes = rows.inputNotes { _ in true }
        case .file(let path, let options):
            let needed = features.columns
            let others = keeping.filter { name in !needed.contains { $0.name == name } }
            let columns = needed + others.map { TableColumn(name: $0, kind: .text) }
            let target = features.target.column
            // A model that looks back at its target has it among the columns it needs; new rows may have none.
            var rows = try FileRows(
                path: path, columns: columns, optional: keeping.contains(target) ? [] : [target], options: options)
            kept = rows.file.cells(of: places(rows))
            rows.raw = kept
            question = try TabularQuestion(rows, features)
            question.inputNotes = rows.file.notes
        case .row(let given, let numbers):
            let row = try GivenRow(given, features, numbers: numbers, timeZone: timeZone)
            question = try TabularQuestion(row.rows, features, given: row.cells.keys)
            question.inputNotes = row.notes
            if isStrict { try question.refuseUnknown() }
            guard !row.missing.isEmpty else { return question }
            if let (filled, from) = try filled(row, stored, entry) {
                question.answer = FilledAnswer(
                    filled, stored.model, filled: row.missing, from: from, threads: threads)
            } else {
                let usual = row.usual
                question = try TabularQuestion(usual.rows, features, given: row.cells.keys)
                question.inputNotes = row.notes
                question.assumed = usual.assumed
            }
            return question
        }
        question.kept = kept
        if isStrict { try question.refuseUnknown() }
        return question
    }

    /// A row with its missing columns as real rows have them; nil where there are none.
    ///
    /// - Returns: the row, and where the real ones are from
    func filled(
        _ row: GivenRow, _ stored: StoredTabular, _ entry: CatalogueModel
    ) throws -> (row: FilledRow, from: RowOrigin)? {
        let features = stored.model.features
        if let (rows, from) = try trainingRows(of: stored, entry) {
            return (try FilledRow(row.cells, features, from: rows), from)
        }
        guard let sample = features.sample else { return nil }
        return (try FilledRow(row.cells, features, from: sample), .modelFile)
    }

    /// The rows that a model was trained on, if they are here unchanged.
    private func trainingRows(
        of stored: StoredTabular, _ entry: CatalogueModel
    ) throws -> (rows: StoredRows, from: RowOrigin)? {
        // By what is in them, not by name: the same rows may be imported under any.
        guard let fingerprint = entry.datasetFingerprint else { return nil }
        if let dataset = try data.dataset(.table, fingerprint: fingerprint) {
            return (try rows(dataset: dataset.name), .dataset(dataset.name))
        }
        // A SELECT on another database fails here, or gives other rows.
        guard let sql = stored.sql, let rows = try? rows(sql: sql, like: stored.model.features.knownColumns),
            rows.source.fingerprint == fingerprint
        else { return nil }
        return (rows, .select)
    }
}
