import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// `zoo data import csv`
struct ImportCSVCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "csv",
        abstract: "Import a CSV or JSON file: as a table, or as ratings.",
        discussion: """
            Delimiter, header and column types are detected from all rows: whole numbers, numbers, text, true/false, dates \
            and times in the usual forms. The rows are stored in a SQLite table, which 'zoo data show' names. The import \
            prints what it detected and what is unusual.

            With any option on ratings, or with columns in its header that are called user, item and rating or the like \
            (userId, movie_id, stars), the file is read as ratings; --as table or --as ratings decides. Of ratings, times \
            are read as seconds, milliseconds or dates, and RecBole's .item and .user files beside an .inter file as well. \
            Columns whose value is the same in all rows of an item or of a user are kept as its attributes, which models can use.
            """)
    @Argument(help: "CSV file, or JSON with an object a row; - is standard input.", completion: .file()) var path:
        String
    @Option(help: "Name of the data set; required without --preview. (default: none)") var name: String?
    @Option(name: .customLong("as"), help: "Content of the file.") var form: CSVForm = .auto
    @OptionGroup(title: "Table options") var table: TableFileOptions
    @Option(help: "Columns to read as text whatever their values, such as zip,phone. (default: none)")
    var text: String?
    @Option(help: "Columns of a JSON file to read as numbers or true/false though they are in quotes. (default: none)")
    var number: String?
    @Flag(help: "Print the first rows and all columns as they would be read, and import nothing.") var preview = false
    @Flag(help: "Print the evidence for the kind of each column: how many values are written in which way.")
    var explainImport = false
    @OptionGroup(title: "Rating options") var rating: RatingOptions
    @OptionGroup var imports: ImportOptionsGroup
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (name == nil) == preview else {
            throw ValidationError(
                preview ? "--preview imports nothing: leave out --name" : "give the data set a --name")
        }
        if form == .table, rating.isGiven { throw ValidationError("--as table goes without the options on ratings") }
    }

    func run() throws {
        var request = ImportCSVRequest(file: URL(fileURLWithPath: try PipedInput.file(path)), name: name ?? "")
        request.form = form == .auto && rating.isGiven ? .ratings : form
        request.table = table.value(imports, text: text, number: number)
        request.ratings = (rating.columns, rating.settings(imports.value, table: request.table))
        request.table.explains = explainImport
        let bar = ImportBar(progress: options.progress)
        if preview {
            let preview = try Workspace.previewCSV(request) { bar.show($0) }
            options.progress.clear()
            switch preview {
            case .ratings(let preview): return try output(preview, as: options)
            case .table(let preview): return try output(preview, as: options)
            }
        }
        let report = try options.workspace(makesDatabase: true).importCSV(request) { bar.show($0) }
        options.progress.clear()
        switch report {
        case .ratings(let report): try output(report, as: options)
        case .table(let report): try output(report, as: options)
        }
        if let note = request.choicesNote { options.progress.say("note: \(note)") }
    }
}

extension CSVForm: ExpressibleByArgument {}

/// How a ratings file is to be read.
struct RatingOptions: ParsableArguments {
    @Option(help: "Column of the users. (default: user, user_id, userId or the like)") var userColumn: String?
    @Option(help: "Column of the items. (default: item, item_id, movieId, book_id or the like)") var itemColumn: String?
    @Option(help: "Column of the ratings or counts. (default: rating or stars; plays, count or the like of counts)")
    var ratingColumn: String?
    @Option(
        help: """
            Column of the times, as numbers since 1970 or as dates. (default: timestamp, or date, time, created_at or the like \
            where it holds times)
            """)
    var timestampColumn: String?
    @OptionGroup var meaning: RatingMeaning
    @Option(
        help: """
            Titles and attributes of the items: a file, or a SELECT on the database. Its key is the column called as in \
            the ratings, or id. (default: none)
            """)
    var items: String?
    @Option(help: "Attributes of the users: a file, or a SELECT on the database. (default: none)") var users: String?
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
        [userColumn, itemColumn, ratingColumn, timestampColumn, titleColumn, items, users].contains { $0 != nil }
            || minimum != nil || meaning.isGiven
    }

    var columns: RatingColumns {
        var columns = RatingColumns(user: userColumn, item: itemColumn, rating: ratingColumn)
        columns.timestamp = timestampColumn
        columns.title = titleColumn
        return columns
    }

    func settings(_ options: ImportOptions, table: TableImportOptions) -> ImportOptions {
        var settings = options
        settings.table = table
        settings.rules = meaning.rules
        settings.takesUnmatched = meaning.allowUnmatched
        settings.items = items.map { SideSource($0) }
        settings.users = users.map { SideSource($0) }
        if let minimum, let maximum { settings.scale = minimum...maximum }
        return settings
    }
}
