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
            Delimiter, header, and what is in the columns are found out by looking at every row: whole numbers, numbers, text,
            true/false, dates and times in the usual forms. The rows go to an SQLite table of their own, which 'zoo data show'
            names. The import says what it found and what is odd about it.

            With any option on ratings, or with the columns user, item and rating in its header, the file holds ratings;
            --as table or --as ratings decides.
            """)
    @Argument(help: "The file; - is standard input.", completion: .file()) var path: String
    @Option(help: "Name of the data set.") var name: String
    @Option(name: .customLong("as"), help: "What the file holds: auto, table or ratings.") var form: CSVForm = .auto
    @OptionGroup(title: "Table options") var table: TableFileOptions
    @Option(help: "Columns that are text whatever is in them, separated by commas, such as postal codes.")
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
    @Option(help: "Column of the users; else 'user'.") var userColumn: String?
    @Option(help: "Column of the items; else 'item'.") var itemColumn: String?
    @Option(help: "Column of the ratings; else 'rating'.") var ratingColumn: String?
    @Option(help: "Column of the times, in seconds since 1970.") var timestampColumn: String?
    @Option(help: "Column of the items' titles.") var titleColumn: String?
    @Option(help: "Lowest rating of the scale; with --maximum, ratings outside are bad rows.") var minimum: Double?
    @Option(help: "Highest rating of the scale.") var maximum: Double?

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
