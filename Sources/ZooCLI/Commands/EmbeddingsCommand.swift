import ArgumentParser
import ZooEmbeddings
import ZooWorkflows

/// `zoo embeddings`
struct EmbeddingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embeddings",
        abstract: "Import vectors of other programs, export vectors for them, and index them.",
        subcommands: [ImportCommand.self, ExportCommand.self, IndexCommand.self])

    /// `zoo embeddings index`
    struct IndexCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "index", abstract: "Build an index of the vectors of a model's field.",
            discussion: """
                With an index, 'zoo query embeddings M FIELD --near KEY' and zoo_neighbours of the SQLite extension read the \
                vectors of the nearest lists in place of all. They then find most of the nearest by the cosine, not always all: \
                how many is measured and printed. It pays above about 250000 vectors. The same vectors and seed make the same index.

                With --codes int8 a number has 8 bits in the index, with binary 1: the index is then about a seventh of that, and a search \
                measures more candidates by the vectors themselves, as many as --recall takes.
                """)
        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "Field of the embeddings; 'zoo models show' lists them.") var field: String
        @Option(help: "Share of the ten nearest to find, above 0 to 1; the higher, the slower a search.") var recall =
            0.97
        @Option(help: "What the vectors are rounded to in the index: int8 or binary, a bit a number.")
        var codes: Codes = .int8
        @OptionGroup var options: GlobalOptions

        /// What the vectors are rounded to.
        enum Codes: String, ExpressibleByArgument, CaseIterable { case int8, binary }

        func validate() throws {
            guard recall > 0, recall <= 1 else { throw ValidationError("--recall is above 0 and at most 1") }
        }

        func run() throws {
            var recipe = VectorIndex.Recipe()
            (recipe.recall, recipe.seed, recipe.isBinary) = (recall, options.seed, codes == .binary)
            var workspace = try options.workspace()
            workspace.onSaving = { Interruption.finishSaving() }
            let report = try workspace.indexEmbeddings(model: model, field: field, recipe: recipe)
            for note in report.notes { options.progress.say("note: \(note)") }
            try output(report, as: options)
        }
    }

    /// `zoo embeddings import`
    struct ImportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Import a file of vectors, or a static text model, as a model.",
            discussion: """
                Reads word2vec's text and binary form, fastText's .vec, GloVe's text (keys may hold blanks), the tensors.tsv or \
                tensors.bytes of TensorBoard's projector, numpy.savetxt's lines, .npy, .npz, .safetensors, CSV and TSV with a header, and SQLite databases (sqlite-vec, llm). \
                The format is detected from the content of the file. With --sql, vectors come from any SELECT. 16-bit and 64-bit floating point become 32-bit.

                A folder is that of a static embedding model as model2vec and sentence-transformers write it (model.safetensors, \
                tokenizer.json, config.json): 'zoo embed M --text …' turns texts into vectors by it, and the field is token.

                The model has one field. Everything that works on a field works on it: 'zoo query embeddings M FIELD --near \
                NAME', 'zoo pca M FIELD', 'zoo query "SELECT … FROM zoo_embeddings"'.
                """)
        @Argument(
            help: "File of vectors, - is standard input, or folder of a static embedding model; else give --sql.",
            completion: .file())
        var file: String?
        @Option(
            help: """
                Table of a file that is an SQLite database: one of sqlite-vec's vec0, a collection of llm's embeddings.db, or any \
                with a key and a vector. (default: the only one of the first two)
                """)
        var table: String?
        @Option(
            help: """
                SELECT of the database, which --db names, in place of a file: a key, perhaps a label, and a vector as BLOB or as JSON array, such as "SELECT id AS key, title AS label, embedding AS vector FROM post". (default: none)
                """)
        var sql: String?
        @Option(
            help: """
                Type of the numbers in the BLOBs of --sql, or of an ordinary --table: float32, as sqlite-vec writes them, float16, float64, int8 or bit.
                """)
        var vectorType: VectorValueType = .float32
        @Option(help: "Name to save the model under.") var name: String
        @Option(help: "Field that the entries belong to. (default: token for word vectors, else item)") var field:
            String?
        @Option(
            help: """
                File of names, in the order of the vectors: one a line, or a table whose first row names the columns, such as \
                the projector's metadata.tsv. (default: the names in the file of vectors, else the numbers of the rows)
                """, completion: .file())
        var labels: String?
        @Option(
            help: """
                Column of --labels that holds the names. (default: the first called label, word, token, name, title, key or \
                id, else the first)
                """)
        var labelColumn: String?
        @Option(
            help:
                "Array of an .npz or .safetensors file to read, a matrix, or column of vectors of a table, a CSV or a TSV file. (default: the only one)"
        ) var array: String?
        @Option(
            help: """
                Columns of a CSV or TSV file that make up the vector, such as x,y,z, or 'dim_*' for all that begin so; other \
                columns of numbers are metadata. (default: those that are numbered behind one stem, such as d0 and d1)
                """)
        var vectorColumns: CommaList?
        @Option(
            help: """
                Length of the vectors, 1 to 1048576. (default: as the first line says, else one less than the fewest \
                fields of a line; .bytes files need it)
                """)
        var width: Int?
        @Option(
            name: .customLong("first"),
            help: "Maximum number of vectors to read, from 1, the first of the file. (default: all)")
        var limit: Int?
        @Option(help: "What to do with a key that was there already: error or first, which keeps the first.")
        var repeats: Repeats = .error
        @Flag(help: "Leave out entries that cannot be read, and report them. (default: the first ends the import)")
        var skipBadRows = false
        @OptionGroup var replacing: ReplaceOption
        @OptionGroup var options: GlobalOptions

        /// What to do with repeated keys.
        enum Repeats: String, ExpressibleByArgument, CaseIterable { case error, first }

        func validate() throws {
            try checkModelName(name)
            guard (file == nil) != (sql == nil) else { throw ValidationError("give a file or --sql, one of the two") }
            if sql != nil,
                let option = [
                    labels.map { _ in "--labels" }, table.map { _ in "--table" }, array.map { _ in "--array" },
                    vectorColumns.map { _ in "--vector-columns" },
                    skipBadRows ? "--skip-bad-rows" : nil, repeats == .first ? "--repeats" : nil,
                ]
                .compactMap({ $0 }).first
            {
                throw ValidationError("\(option) goes with a file, not with --sql")
            }
            guard (1...1 << 20).contains(width ?? 1) else { throw ValidationError("--width must be from 1 to 1048576") }
            guard limit ?? 1 >= 1 else { throw ValidationError("--first must be 1 or more") }
            guard vectorColumns == nil || array == nil else {
                throw ValidationError("give either --vector-columns or --array, a column of arrays")
            }
            guard labelColumn == nil || labels != nil else {
                throw ValidationError("--label-column goes with --labels")
            }
            if let field, field.isEmpty || field.contains(where: { $0 == "/" || $0.isWhitespace }) {
                throw ValidationError("--field is a word without blanks and slashes, not '\(field)'")
            }
        }

        func run() throws {
            var workspace = try options.workspace(makesDatabase: true)
            workspace.onSaving = { Interruption.finishSaving() }
            var request = ImportEmbeddingsRequest(
                file: try file.map { try PipedInput.file($0) } ?? "", name: name, command: commandLine())
            request.isReplacing = try replacing.isAgreed(for: name, in: workspace)
            (request.sql, request.vectorType, request.table) = (sql, vectorType, table)
            (request.field, request.labels, request.labelColumn, request.array) = (field, labels, labelColumn, array)
            (request.options.width, request.options.limit) = (width, limit)
            request.vectorColumns = vectorColumns?.names ?? []
            (request.options.skipsBadEntries, request.options.keepsFirstOfKey) = (skipBadRows, repeats == .first)
            let report = try workspace.importEmbeddings(request)
            for note in report.notes { options.progress.say("note: \(note)") }
            for entry in report.skipped.prefix(5) { options.progress.say("left out: \(entry)") }
            if report.skipped.count > 5 { options.progress.say("left out: … and \(report.skipped.count - 5) more") }
            try output(report, as: options)
        }
    }

    /// `zoo embeddings export`
    struct ExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Write the vectors of a model's field for another program.",
            discussion: """
                projector writes tensors.tsv and metadata.tsv into a folder, for https://projector.tensorflow.org; npy a \
                matrix for numpy.load, with the names beside it as .tsv; word2vec the text that gensim's \
                KeyedVectors.load_word2vec_format reads; csv one row a vector; parquet the same with the vector as a list; \
                vec0 and pgvector SQL for sqlite3 with sqlite-vec and for psql. Numbers are read back to the same bits.
                """)
        @Argument(help: "Name of the model.") var model: String
        @Argument(help: "Field of the embeddings; 'zoo models show' lists them.") var field: String
        @Option(
            name: .customLong("as"), help: "Form to write: projector, npy, word2vec, csv, parquet, vec0 or pgvector.")
        var format: EmbeddingsFormat
        @Option(
            name: [.customShort("o"), .long], help: "File to write; a folder for projector.", completion: .file())
        var output: String
        @OptionGroup var replacing: ReplaceFileOption
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let report = try options.workspace().exportEmbeddings(
                model: model, field: field, as: format, to: output, isReplacing: replacing.replace)
            for note in report.notes { options.progress.say("note: \(note)") }
            try ZooCLI.output(report, as: options)
        }
    }
}

extension EmbeddingsFormat: ExpressibleByArgument {}
extension VectorValueType: ExpressibleByArgument {}

extension ImportEmbeddingsReport: Printable {
    var text: String {
        "Imported \(vectors.counting("vector")) of \(width.counting("number")) (\(format)) as '\(saved)': "
            + "try 'zoo query embeddings \(saved) \(field) --near …'" + (replaced.map { "\nreplaced \($0.text)" } ?? "")
    }
}

extension IndexReport: Printable {
    var text: String {
        "Indexed \(vectors.counting("vector")) of \(width.counting("number")) in \(seconds.fixed(1)) s: \(bytes < 1_000_000 ? "\(bytes / 1000) KB" : "\(bytes / 1_000_000) MB"), \(lists) lists of which a "
            + "search reads \(probes), and measures \(factor) times as many entries as are asked for\nrecall@10 \(recall.fixed(4)) on \(queries) of the entries: --recall says how much is wanted"
    }
}

extension ExportEmbeddingsReport: Printable {
    var text: String {
        "Wrote \(vectors.counting("vector")) of \(width.counting("number")) to \(files.joined(separator: " and "))"
    }
}
