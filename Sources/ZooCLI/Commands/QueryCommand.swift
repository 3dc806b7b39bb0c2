import ArgumentParser
import Foundation
import ZooData
import ZooEmbeddings
import ZooPlots
import ZooWorkflows

/// `zoo query`
struct QueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query", abstract: "Query the database, or a model's embeddings. A query can never write.",
        subcommands: [RunQueryCommand.self, QueryEmbeddingsCommand.self], defaultSubcommand: RunQueryCommand.self)
}

/// `zoo query NAME|FILE.sql|"SELECT …"|-`
struct RunQueryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql", abstract: "Run a named query, or one SELECT of your own.",
        discussion: """
            Your own is a file that ends in .sql, "SELECT …" between quotes, or - for standard input. Without a name, the \
            named queries are listed with the defaults of their parameters. Beside SQLite's own functions there are \
            dot(a, b), cosine(a, b), l2(a, b) and component(v, i) for the vectors of zoo_embeddings.

            'zoo query NAME' is short for 'zoo query sql NAME'.
            """)
    @Argument(help: "Name of a query, a file that ends in .sql, \"SELECT …\", or - for standard input.") var name:
        String?
    @Option(
        help: "Parameter of the query, such as model=films; may be repeated. (default: the query's own values)",
        completion: .none) var param: [String] = []
    @Flag(help: "List the named queries, or the parameters of the one that is named.") var list = false
    @Flag(help: "Print the rows as CSV.") var csv = false
    @Option(
        help: """
            SVG or PNG file for a plot of the rows. Lines: the first column is x and each further one a line; or a column \
            named line says to which line a row belongs, the first other column is x and the second y, and lines with 1 \
            in a column named faint are grey, without a name. Intervals: columns named low and high hold that of the \
            column before low, as in item-biases, and the first column names the row. (default: none)
            """, completion: .file())
    var plot: String?
    @Option(help: "Title of the plot. (default: name and parameters of a named query)") var title: String?
    @Flag(help: "Show in the plot where each line ends, by an arrowhead.") var arrows = false
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func run() throws {
        try replacing.check(plot)
        guard plot != nil || title == nil && !arrows else {
            throw ValidationError("--title and --arrows go with --plot FILE")
        }
        guard let name else { return try listQueries() }
        if list { return try listParameters(of: name) }
        let values = try param.map { text in
            guard let separator = text.firstIndex(of: "="), separator > text.startIndex else {
                throw ValidationError("--param takes name=value, not '\(text)'")
            }
            return (String(text[..<separator]), String(text[text.index(after: separator)...]))
        }
        let parameters = Dictionary(values) { $1 }
        let workspace = try options.workspace()
        let query =
            name == "-"
            ? try workspace.query(file: try PipedInput.file(name), named: "standard input", parameters: parameters)
            : try workspace.query(name, parameters: parameters)
        let isNamed = Workspace.namedQueries.contains { $0.name == name }
        let drawing = try plot.map { _ in
            try query.plot(
                titled: title ?? (isNamed ? ([name] + param).joined(separator: " ") : ""), hasArrowheads: arrows)
        }
        try QueryPrinter(json: options.json, csv: csv).print(query) {
            let named = Workspace.namedQueries.first { $0.name == name }
            let hasMinimum = named?.parameters.contains("[minimum_count]") ?? false
            let model =
                hasMinimum ? parameters["model"].flatMap { (try? workspace.hasBiases($0)) == false ? $0 : nil } : nil
            let reason = model.map {
                "; model '\($0)' has no biases: 'zoo train collab' and --model dot-bias learn them"
            }
            let version = try? workspace.versionAdvice(query)
            options.progress.say(
                "note: no rows"
                    + (version.map { "; \($0)" } ?? reason
                        ?? (hasMinimum ? "; --param minimum_count=1 leaves nothing out" : "")))
        }
        guard let drawing else { return }
        try replacing.write(drawing.plot, to: plot, saying: options.progress)
        if let note = drawing.note { options.progress.say("note: \(note)") }
    }

    private func listQueries() throws {
        let queries = Workspace.namedQueries
        if options.json { return try outputJSON(queries) }
        var table = TextTable(["query", "parameters", "purpose"])
        for query in queries {
            let parameters = query.parameterDetails.map { parameter in
                parameter.defaultValue.map { "[\(parameter.name)=\($0)]" } ?? parameter.name
            }
            table.add([query.name, parameters.joined(separator: ","), query.purpose])
        }
        outputText(table.text)
    }

    private func listParameters(of name: String) throws {
        guard let query = Workspace.namedQueries.first(where: { $0.name == name }) else {
            throw ValidationError("--list is for the named queries, and '\(name)' is none: 'zoo query' lists them")
        }
        if options.json { return try outputJSON(query) }
        var table = TextTable(["parameter", "default", "meaning"])
        for parameter in query.parameterDetails {
            table.add([parameter.name, parameter.defaultValue ?? "", parameter.meaning])
        }
        outputText(query.purpose + "\n" + table.text)
    }
}

/// `zoo query embeddings`
struct QueryEmbeddingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embeddings", abstract: "Neighbours, analogies and entries of a model's embeddings.")
    @Argument(help: "Name of the model.") var model: String
    @Argument(
        help: "Field of the embeddings: user, item, token, class, image, or a column; 'zoo models show' lists them.")
    var field: String
    @Option(help: "Find the neighbours of this entry: its key, its label or part of it. (default: none)") var near:
        String?
    @Option(
        parsing: .upToNextOption, help: "Find what is to C as B is to A, by three entries A B C. (default: none)")
    var analogy: [String] = []
    @Flag(help: "List the entries.") var list = false
    @Option(help: "Similarity of two vectors.") var metric: SimilarityMetric = .cosine
    @Flag(help: "Search all vectors although there is an index of them. (default: --near uses the index)")
    var exact = false
    @Option(
        name: [.customShort("n"), .customLong("count")],
        help: "Number of entries, 1 or more. (default: 10; with --list all)")
    var count: Int?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        let asked = [near != nil, !analogy.isEmpty, list].count { $0 }
        guard asked == 1 else { throw ValidationError("give one of --near, --analogy and --list") }
        guard near?.allSatisfy(\.isWhitespace) != true else {
            throw ValidationError("--near is empty: it takes the key of an entry, its label or part of it")
        }
        guard analogy.isEmpty || analogy.count == 3 else {
            throw ValidationError("--analogy takes three entries, not \(analogy.count)")
        }
        try checkAbove0(count, "-n")
    }

    func run() throws {
        let workspace = try options.workspace()
        let most = count ?? 10
        if let near {
            let report = try workspace.neighbours(
                model: model, field: field, near: near, count: most, metric: metric, exact: exact)
            try output(report, as: options)
        } else if list {
            try output(try workspace.entries(model: model, field: field, limit: count), as: options)
        } else {
            let report = try workspace.analogy(
                model: model, field: field, analogy[0], isTo: analogy[1], as: analogy[2], count: most, metric: metric)
            try output(report, as: options)
        }
    }
}

extension SimilarityMetric: ExpressibleByArgument {}

extension NeighboursReport: Printable {
    var text: String {
        var table = TextTable([metric, question], rightAligned: [0])
        for entry in entries { table.add([entry.value.fixed(4), entry.shown]) }
        return table.text
    }
}

extension EntriesReport: Printable {
    var text: String {
        var table = TextTable(["key", "bias", "count", "label"], rightAligned: [1, 2])
        for entry in entries {
            // The key of a line break would break the line.
            let key = entry.key.contains(where: \.isNewline) ? entry.label : entry.key
            table.add([key, entry.bias?.fixed(4) ?? "", entry.count.map(String.init) ?? "", entry.label])
        }
        return table.text
    }
}
