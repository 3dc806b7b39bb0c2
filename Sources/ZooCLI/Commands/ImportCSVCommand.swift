import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// `zoo data import csv`
struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import a CSV file: as a table, or as ratings.",
        discussion: """
            Delimiter, header and column types are detected from all rows: whole numbers, numbers, text, true/false, dates \
            and times in the usual forms. The rows are stored in a SQLite table, which 'zoo data show' names. The import \
            prints what it detected and what is unusual.

            With any option on ratings, or with the columns user, item and rating in its header, the file is read as \
            ratings; --as table or --as ratings decides.
            """)
    @Argument(help: "CSV file; - is standard input.", completion: .file()) var path: String
    @Option(help: "Name of the data set.") var name: String
    @Option(name: .customLong("as"), help: "Content of the file.") var form: CSVForm = .auto
    @OptionGroup(title: "Table options") var table: TableFileOptions
    @Option(help: "Columns to read as text whatever their values, such as zip,phone. (default: none)")
    var text: String?
    @OptionGroup(title: "Rating options") var rating: RatingOptions
    @OptionGroup var imports: ImportOptionsGroup
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if form == .table, rating.isGiven { throw ValidationError("--as table goes without the options on ratings") }
    }

    func run() throws {
        var request = ImportCSVRequest(file: URL(fileURLWithPath: try PipedInput.file(path)), name: name)
        request.form = form == .auto && rating.isGiven ? .ratings : form
        request.ratings = (rating.columns, rating.settings(imports.value))
        request.table = table.value(imports, text: text)
        let bar = ImportBar(progress: options.progress)
        let report = try options.workspace(makesDatabase: true).importCSV(request) { bar.show($0) }
        options.progress.clear()
        switch report {
        case .ratings(let report): try output(report, as: options)
        case .table(let report): try output(report, as: options)
        }
    }
}

extension CSVForm: ExpressibleByArgument {}

/// How a ratings file is to be read.
struct RatingOptions: ParsableArguments {
    @Option(help: "Column of the users. (default: user)") var userColumn: String?
    @Option(help: "Column of the items. (default: item)") var itemColumn: String?
    @Option(help: "Column of the ratings. (default: rating)") var ratingColumn: String?
    @Option(help: "Column of the times, in seconds since 1970. (default: none)") var timestampColumn: String?
    @Option(help: "Column of the titles of items. (default: none)") var titleColumn: String?
    @Option(help: "Lowest rating of the scale, with --maximum; others are bad rows. (default: the lowest in the file)")
    var minimum: Double?
    @Option(help: "Highest rating of the scale, with --minimum. (default: the highest in the file)") var maximum:
        Double?

    func validate() throws {
        guard (minimum == nil) == (maximum == nil) else {
            throw ValidationError("--minimum and --maximum go together")
        }
        if let minimum, let maximum, !(minimum < maximum) {
            throw ValidationError("--minimum must be below --maximum")
        }
    }

    /// Whether there is anything that only ratings have.
    var isGiven: Bool {
        [userColumn, itemColumn, ratingColumn, timestampColumn, titleColumn].contains { $0 != nil } || minimum != nil
    }

    var columns: RatingColumns {
        var columns = RatingColumns(
            user: userColumn ?? "user", item: itemColumn ?? "item", rating: ratingColumn ?? "rating")
        columns.timestamp = timestampColumn
        columns.title = titleColumn
        return columns
    }

    func settings(_ options: ImportOptions) -> ImportOptions {
        var settings = options
        if let minimum, let maximum { settings.scale = minimum...maximum }
        return settings
    }
}
