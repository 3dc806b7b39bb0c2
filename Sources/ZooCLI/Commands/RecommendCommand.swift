import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// `zoo recommend`
struct RecommendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recommend", abstract: "Recommend items to a user, to somebody new, or to everybody.",
        discussion: """
            Give --user for a user whose ratings the model was trained on, or --ratings for somebody new: a CSV file with \
            the columns item (a key, a title or part of it), rating and perhaps year, or the export of IMDb, Letterboxd \
            or Trakt, which is recognised by its header. It is read as imports read ratings: any delimiter, decimal commas, \
            typed headers, or no header (item and rating; or user, item, rating and time, of one person). A list of items without \
            ratings, such as Letterboxd's watched.csv or a title in each line, is a list of likes, except for models that rank by \
            expected ratings. Nothing is trained again for that. --all writes the lists of all \
            users into a table or a CSV file with the columns user, item, title, rank, score and rating.

            A title is found whatever its case and accents, with its article in front or behind, one year off or without a \
            year; among several the most rated is taken. Unknown or ambiguous titles are left out and listed. Ratings on \
            another scale than the model's are mapped linearly, the lowest to its lowest and the highest to its highest.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Key of a user of the data set; else give --ratings or --all. (default: none)") var user: String?
    @Option(
        help: """
            File of ratings of somebody new: CSV or JSON, a form that imports read, or an export of IMDb, Letterboxd or Trakt. \
            (default: none)
            """,
        completion: .file())
    var ratings: String?
    @Flag(help: "Make the lists of all users, for --table or --output.") var all = false
    @Option(
        help:
            "Column of --ratings with the items. (default: item, title, movie, name, itemId, movieId, isbn or the like)"
    )
    var itemColumn: String?
    @Option(
        help: """
            Column of --ratings with the ratings or counts. (default: rating or stars; plays, count or the like of counts)
            """)
    var ratingColumn: String?
    @Option(
        help:
            "Scale of --ratings: 10 for 1 to 10, or 0,100 for 0 to 100. (default: that of the export, else the model's)"
    )
    var scale: RatingScale?
    @Option(help: "Encoding of --ratings.") var encoding: TextEncoding = .utf8
    @Flag(help: "Stop at the first item of --ratings that is unknown, ambiguous or rated twice.") var strict = false
    @Option(name: [.customShort("n"), .customLong("count")], help: "Number of items of a list, 1 or more.") var count =
        10
    @OptionGroup var rules: ListOptions
    @Flag(help: "Explain each score by terms that add up to it.") var why = false
    @Option(help: "CSV file to write the lists of --all into. (default: none)", completion: .file()) var output: String?
    @Option(
        help:
            "Table of the database to write the lists of --all into: a new one, or with --replace that of an earlier run. (default: none)"
    )
    var table: String?
    @Flag(
        help: """
            Replace the table in --table if it was written by recommendations or predictions, or the file in --output if \
            it is text. (default: the command fails)
            """)
    var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard [user != nil, ratings != nil, all].count(where: { $0 }) == 1 else {
            throw ValidationError("give one of --user, --ratings and --all")
        }
        let isRead = itemColumn != nil || ratingColumn != nil || scale != nil || strict || encoding != .utf8
        guard ratings != nil || !isRead else {
            throw ValidationError("--item-column, --rating-column, --scale, --encoding and --strict need --ratings")
        }
        guard count > 0 else { throw ValidationError("-n must be above 0, not \(count)") }
        guard all == (output != nil || table != nil), output == nil || table == nil else {
            throw ValidationError(
                all
                    ? "--all writes many lists: give either --table NAME or --output FILE.csv"
                    : "--table and --output are for --all")
        }
        guard !replace || all else { throw ValidationError("--replace is for --table and --output") }
        guard !all || !why else { throw ValidationError("--why explains one list: give --user or --ratings") }
        guard ratings == nil || rules.rules.seen != .train else {
            throw ValidationError("--seen train is for users of the data set: give --user or --all")
        }
    }

    func run() throws {
        if all { return try runForAll() }
        let person: RecommendRequest.Person =
            try user.map { .user($0) } ?? .ratings(path: PipedInput.file(ratings ?? ""))
        var request = RecommendRequest(model: model, person: person)
        request.count = count
        request.rules = rules.rules
        request.explains = why
        request.ratings.itemColumn = itemColumn
        request.ratings.ratingColumn = ratingColumn
        request.ratings.scale = scale?.range
        request.ratings.encoding = encoding
        request.isStrict = strict
        let report = try options.workspace().recommend(request)
        for note in report.notes { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }

    private func runForAll() throws {
        let place: PredictionOutput =
            output.map { .file(TableOutput($0, isReplacing: replace)) }
            ?? .table(table ?? "", replace ? .replace : .create)
        var request = RecommendAllRequest(model: model, output: place)
        (request.count, request.rules) = (count, rules.rules)
        let bar = TrainingBar(progress: options.progress)
        let report = try options.workspace().recommendToAll(request) { done, total in
            bar.show("lists", done, of: total, unit: "people")
        }
        bar.clear()
        for note in report.notes { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }
}

/// The least and the highest rating: `10` for 1 to 10, or both, `0,100`.
struct RatingScale: ExpressibleByArgument {
    let range: ClosedRange<Double>

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count <= 2, let last = parts.last, let high = last, high.isFinite else { return nil }
        guard let low = parts.count == 2 ? parts[0] : 1, low.isFinite, low < high else { return nil }
        range = low...high
    }
}

extension RecommendAllReport: Printable {
    var text: String {
        "\(rows.counting("row")) written to '\(output)': lists of '\(model)' for \(people) \(people == 1 ? "person" : "people")"
    }
}

extension RecommendReport: Printable {
    var text: String {
        guard items.contains(where: { $0.why != nil }) else {
            // A score that is the expected rating is shown once.
            let hasRatings = !ranksByRatings && items.contains { $0.rating != nil }
            let columns = ["score"] + (hasRatings ? ["rating"] : []) + ["title"]
            let ratings = digits
            var table = TextTable(columns, rightAligned: hasRatings ? [0, 1] : [0])
            for item in items {
                let rating = hasRatings ? [item.rating?.fixed(ratings) ?? ""] : []
                let score = ranksByRatings ? item.rating.map(Double.init) ?? item.score : item.score
                table.add([score.fixed(hasRatings ? 3 : ratings)] + rating + [item.label])
            }
            return table.text
        }
        return items.map(explained).joined(separator: "\n\n")
    }

    /// Digits after the point of ratings: 2, or three digits of the scale's width where that is below a half.
    private var digits: Int {
        let hasRatings = scaleWidth > 0 && scaleWidth < 0.5 && items.contains { $0.rating != nil }
        return hasRatings ? 2 - Int(log10(scaleWidth).rounded(.down)) : 2
    }

    /// The terms of one score, rounded so that what is shown adds up to what is shown.
    private func explained(_ item: Item) -> String {
        let terms = item.why ?? []
        let shown = 12
        var lines = terms.prefix(shown).map { (label(of: $0), $0.amount) }
        let rest = terms.dropFirst(shown)
        if !rest.isEmpty { lines.append(("\(rest.count.counting("more item"))", rest.reduce(0) { $0 + $1.amount })) }
        let digits = self.digits + 1
        var table = TextTable([item.score.fixed(digits), item.label], rightAligned: [0])
        for (label, amount) in zip(lines.map(\.0), Rounding.toDigits(digits, lines.map(\.1))) {
            table.add([(amount < 0 ? "" : "+") + amount.fixed(digits), label])
        }
        return table.text
    }

    private func label(of term: Term) -> String {
        guard let rating = term.rating else { return term.source }
        // Of choices, which are all alike, the number says nothing.
        if scaleWidth == 0 { return "\(term.source), chosen" }
        let text =
            abs(rating) >= 0.1 || rating == 0
            ? rating.fixed(rating == rating.rounded() ? 0 : digits - 1)
            : String(format: "%.3g", Double(rating))
        return "\(term.source), rated \(text)"
    }
}

/// Rounding that keeps sums.
enum Rounding {
    /// The numbers to so many digits after the point, such that their sum is the rounded sum (largest remainders).
    static func toDigits(_ digits: Int, _ values: [Double]) -> [Double] {
        let unit = pow(10, Double(digits))
        let scaled = values.map { $0 * unit }
        var rounded = scaled.map { $0.rounded(.down) }
        let missing = Int(scaled.reduce(0, +).rounded() - rounded.reduce(0, +))
        let order = scaled.indices.sorted { scaled[$0] - rounded[$0] > scaled[$1] - rounded[$1] }
        for index in order.prefix(max(0, missing)) { rounded[index] += 1 }
        return rounded.map { $0 / unit }
    }
}
