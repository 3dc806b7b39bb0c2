import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo embed`
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Turn texts into vectors, or images into a model's features.",
        discussion: """
            A static text model ('zoo embeddings import FOLDER') gives the mean over the vectors of a text's tokens; a \
            language model, or the one in a text classifier, the mean over all tokens of what its last recurrent layer puts out. \
            A row without a text, or without a token that the model knows, gets zeros. \
            With --name, the vectors are stored as a model with the field 'text', which 'zoo query embeddings', 'zoo map', \
            'zoo compare' and SQL read; the next time, only texts that are new or changed become vectors again, and texts that \
            are gone are removed. --table writes them into a table of the database, with --replace likewise. Else they are printed as CSV, \
            with --json as JSON, or written to --output.

            A model of images computes the network's last features of every image of --data and stores them in its own \
            field 'image', to find similar images with 'zoo query embeddings M image --near cat.12.jpg', to draw them with \
            'zoo pca M image', or to query them in SQL. Images that were stored before for this model are replaced.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Name of the data set of texts, of a table, or of images. (default: none)") var data: String?
    @Option(help: "Text; may be repeated. (default: none)") var text: [String] = []
    @Option(
        help: """
            File of texts, - is standard input: CSV or JSON Lines with a column of texts, else one text a line. (default: none)
            """, completion: .file())
    var input: String?
    @Option(help: "SELECT whose rows are texts, such as \"SELECT id AS key, body AS text FROM post\". (default: none)")
    var sql: String?
    @Option(
        help: "Column of the texts in --input, --sql or --data. (default: text, or the only column beside the key)")
    var textColumn: String?
    @Option(
        help: """
            Column of the keys in --input, --sql or --data; keys tell which texts are new, changed or gone. (default: key or \
            id, a document's name, else the numbers of the texts, from 1)
            """)
    var key: String?
    @Option(help: "Encoding of --input.") var encoding: TextEncoding = .utf8
    @Option(help: "Name to store the vectors of texts under. (default: they are printed)") var name: String?
    @Option(name: [.customShort("o"), .long], help: "CSV file to write. (default: none)", completion: .file())
    var output: String?
    @Option(
        help: """
            Table of the database to write the vectors of texts into: key, label, vector (a BLOB of 32-bit floating point, which \
            cosine(…) takes) and source, by which texts that are the same are known the next time. (default: none)
            """)
    var table: String?
    @Flag(
        help: """
            Replace the file in --output, the table in --table if 'zoo embed' or predictions made it, or a model of --name that holds no vectors of texts. (default: the command fails)
            """)
    var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkModelName(name)
        guard [name, output, table].count(where: { $0 != nil }) < 2 else {
            throw ValidationError("give one of --name, --output and --table")
        }
        if replace, name == nil, output == nil, table == nil {
            throw ValidationError("--replace is for --name, --output and --table")
        }
        let given = [data != nil, !text.isEmpty, input != nil, sql != nil].count { $0 }
        guard given == 1 else {
            throw ValidationError("give the texts by one of --text, --input, --sql and --data, or images by --data")
        }
        guard text.isEmpty || (textColumn == nil && key == nil) else {
            throw ValidationError("--text-column and --key are for --input, --sql and --data")
        }
    }

    func run() throws {
        let workspace = try options.workspace()
        let bar = ImportBar(progress: options.progress)
        if let data, try workspace.kind(of: model).madeField != nil {
            let others = [
                ("--name", name), ("--output", output), ("--table", table), ("--text-column", textColumn),
                ("--key", key),
            ]
            if let option = others.first(where: { $0.1 != nil })?.0 {
                throw ValidationError("\(option) is for texts, and '\(model)' is a model of images")
            }
            let report = try workspace.embedImages(model: model, dataset: data, progress: bar.show(images:of:))
            options.progress.clear()
            return try ZooCLI.output(report, as: options)
        }
        var request = EmbedTextsRequest(model: model, input: try texts(), command: commandLine())
        (request.keyColumn, request.name, request.isReplacing) = (key, name, replace)
        request.table = table
        request.output = output.map { TableOutput($0, isReplacing: replace) }
        let report = try workspace.embedTexts(
            request, progress: { bar.show(label: "embedding", done: $0, total: $1, unit: "texts") })
        options.progress.clear()
        for note in report.notes { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }

    private func texts() throws -> TextInput {
        if let data { return .stored(.dataset(data), column: textColumn) }
        if let sql { return .stored(.sql(sql), column: textColumn) }
        guard let input else { return .texts(text) }
        let path = try PipedInput.file(input)
        if let column = textColumn ?? TextPredictOptions.column(ofFile: path, options.progress) {
            return .file(path: path, column: column, encoding: encoding)
        }
        return .texts(try Workspace.texts(ofFile: path, column: nil, encoding: encoding))
    }
}

extension EmbedImagesReport: Printable {
    var text: String {
        "\(pictures.counting("image")) of '\(data)' as \(width) numbers each in \(seconds.fixed(1)) s: "
            + "try 'zoo query embeddings \(model) \(field) --near …'"
    }
}

extension EmbedTextsReport: Printable {
    var text: String {
        if let written, let changes {
            return "\(changes.text): \(rows.counting("text")) as \(width) numbers each in the table '\(written)'"
        }
        if let written { return "Wrote the vectors of \(rows.counting("text")), \(width) numbers each, to \(written)" }
        if let saved, let field, let changes {
            return
                "\(changes.text): \(rows.counting("text")) as \(width) numbers each in '\(saved)': "
                + "try 'zoo query embeddings \(saved) \(field) --near …'"
                + (replaced.map { "\nreplaced \($0.text)" } ?? "")
        }
        let rows = texts.map { text in
            ([text.key, text.label].map(Self.cell) + text.vector.map { "\($0)" }).joined(separator: ",")
        }
        return ([(["key", "label"] + (0..<width).map { "d\($0)" }).joined(separator: ",")] + rows)
            .joined(separator: "\n")
    }

    /// A cell of CSV (RFC 4180).
    private static func cell(_ text: String) -> String {
        text.utf8.contains { [10, 13, 34, 44].contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
    }
}

extension EmbedTextsReport.Changes {
    fileprivate var text: String { "\(new) new, \(changed) changed, \(removed) removed, \(kept) kept" }
}
