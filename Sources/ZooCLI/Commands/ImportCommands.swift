import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// What every import takes.
struct ImportOptionsGroup: ParsableArguments {
    @Flag(help: "Skip bad rows; they are counted and listed.")
    var skipBadRows = false

    @Flag(help: "Replace an older data set of that name.")
    var replace = false

    @Option(help: "Encoding of the files.")
    var encoding: TextEncoding = .utf8

    var value: ImportOptions {
        var result = ImportOptions()
        result.skipsBadRows = skipBadRows
        result.isReplacing = replace
        result.encoding = encoding
        return result
    }
}

extension TextEncoding: ExpressibleByArgument {}

/// `zoo data import demo`
struct ImportDemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Generate ratings with known answers.",
        discussion: """
            2,000 people, 800 films with made-up titles, 120,000 ratings. Three axes of taste and one film far worse than \
            all others are planted, so that the findings of a model can be checked. The same seed gives the same ratings.
            """)
    @Option(help: "Name of the data set.") var name = "demo"
    @Flag(help: "Replace an older data set of that name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let dataset = try options.workspace(makesDatabase: true).importDemo(
            name: name, seed: options.seed, isReplacing: replace)
        if options.json { return try outputJSON(dataset) }
        outputText(dataset.summary)
    }
}

/// `zoo data import movielens`
struct ImportMovieLensCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "movielens",
        abstract: "Import a MovieLens folder of any size, or that of goodbooks-10k, with titles and attributes.",
        discussion: """
            ML-100K is read with its folds as splits; 1M and 10M (ratings.dat, movies.dat, users.dat), 20M, 25M, 32M and \
            the latest (ratings.csv, movies.csv), and goodbooks-10k (ratings.csv, books.csv) as they are unpacked.
            """)
    @Argument(help: "Unpacked folder.", completion: .directory) var path: String
    @Option(help: "Name of the data set.") var name: String
    @OptionGroup var imports: ImportOptionsGroup
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let report = try options.workspace(makesDatabase: true).data.importMovieLens(
            folder: URL(fileURLWithPath: path), name: name, options: imports.value)
        try output(report, as: options)
    }
}

extension Dataset {
    /// One line on what was imported.
    var summary: String {
        "Imported '\(name)': \(contents.headline)"
    }
}

extension ImportReport: Printable {
    var text: String {
        ([dataset.summary] + lines).joined(separator: "\n")
    }

    /// All but how much there is.
    var lines: [String] {
        var lines: [String] = []
        if !dataset.splits.isEmpty {
            lines.append("Splits: " + dataset.splits.map(\.name).joined(separator: ", "))
        }
        for (side, names) in [("items", itemAttributes), ("users", userAttributes)] where !names.isEmpty {
            lines.append("Attributes of \(side): " + names.joined(separator: ", "))
        }
        lines += notes.map { "note: \($0)" } + badRows.lines
        return lines + repeated.lines + columns.map(\.text)
    }
}

extension RepeatedRatings {
    /// What was made of pairs of user and item that occurred more than once, and the first of them; none where none did.
    var lines: [String] {
        let more = count > listed.count ? ["  … \(count - listed.count) more"] : []
        return notes.map { $0 + ":" } + listed.map { "  \($0)" } + more
    }
}

extension BadRows {
    /// How many rows were left out, and the first of them; none where none were.
    var lines: [String] {
        guard count > 0 else { return [] }
        let more = count > listed.count ? ["  … \(count - listed.count) more"] : []
        return ["Left out \(count.counting("bad row")):"] + listed.map { "  \($0)" } + more
    }
}
