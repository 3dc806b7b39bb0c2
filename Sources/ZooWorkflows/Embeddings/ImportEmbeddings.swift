import Foundation
import ZooData
import ZooEmbeddings
import ZooNN
import ZooWeights

/// Vectors of another program that are to become a model.
package struct ImportEmbeddingsRequest: Sendable {
    /// The file, unless `sql` says otherwise.
    package var file: String
    /// The table of a file that is a database, or the collection of `llm`; nil for the only one.
    package var table: String?
    /// A SELECT of the database in place of a file: key, label and vector.
    package var sql: String?
    /// The type of the numbers in the BLOBs that it gives.
    package var vectorType = VectorValueType.float32
    /// What the model is to be called.
    package var name: String
    /// The field; nil for `token` where the file is of word vectors, else `item`.
    package var field: String?
    /// A file with the names of the vectors.
    package var labels: String?
    /// The column of that file which holds them.
    package var labelColumn: String?
    /// The array of an `.npz` or `.safetensors`, or the column of vectors of a table, where there are several.
    package var array: String?
    /// The columns that make up the vector in a delimited file; empty to find out.
    package var vectorColumns: [String] = []
    /// How the file is read.
    package var options = VectorFileOptions()
    /// Whether an older model of the name is replaced.
    package var isReplacing = false
    /// The command, for the catalogue.
    package var command: String

    /// Names a file and a model.
    package init(file: String, name: String, command: String) {
        (self.file, self.name, self.command) = (file, name, command)
    }
}

/// Vectors that were imported.
package struct ImportEmbeddingsReport: Sendable, Encodable {
    /// Name of the model.
    package let saved: String
    /// The field.
    package let field: String
    /// How the vectors lay in the file.
    package let format: String
    /// How many there are.
    package let vectors: Int
    /// How many numbers each has.
    package let width: Int
    /// What was decided, and which option says otherwise.
    package let notes: [String]
    /// The entries that were left out, with their reasons.
    package let skipped: [String]
    /// The finished model of that name that was replaced.
    @StableKey package var replaced: ReplacedModel?
}

extension Workspace {
    /// Takes in vectors of another program as a model of one field.
    ///
    /// - Throws: `VectorFileError`, `ForeignFileError`, `DataError` for what cannot be read; `WorkflowError.invalid` where names
    ///   and vectors do not go together; `TakenName`
    package func importEmbeddings(_ request: ImportEmbeddingsRequest) throws -> ImportEmbeddingsReport {
        let began = Date()
        try checkSave(as: request.name, isReplacing: request.isReplacing)
        if request.sql == nil, StaticTextFolder.isOne(request.file) { return try importStaticText(request) }
        var found =
            try request.sql.map {
                FoundVectors(
                    try QueriedVectors(
                        data.query($0), type: request.vectorType, width: request.options.width,
                        limit: request.options.limit))
            } ?? FoundVectors(request)
        let names = try request.labels.map { try EntryNames(path: $0, column: request.labelColumn) }
        if let names, let path = request.labels { try found.name(names, path) }
        if let width = request.options.width, width != found.vectors.width {
            throw WorkflowError.invalid(
                what: request.sql == nil ? request.file : "--sql",
                reason: "its vectors have \(found.vectors.width) numbers, and --width is \(width)")
        }
        let most = VectorFileOptions.mostKeyBytes
        if let row = found.vectors.keys.firstIndex(where: { $0.utf8.count > most }) {
            throw WorkflowError.invalid(
                what: request.sql == nil ? request.file : "--sql",
                reason:
                    "the key of row \(row + 1) has \(found.vectors.keys[row].utf8.count) bytes, and at most \(most) are taken"
            )
        }
        if !found.hasKeys {
            found.notes.append(
                "the file holds no names: keys are the numbers of the rows, from 0; --labels FILE names them")
        }
        let field = request.field ?? (found.isOfWords ? "token" : "item")
        if request.field == nil {
            found.notes.append("the field is '\(field)'; --field says otherwise")
        }
        let model = StoredEmbeddings(field: field, vectors: found.vectors, source: found.format)
        var provenance = ModelProvenance(request.command, started: began)
        (provenance.isTrainedHere, provenance.origin) = (false, request.sql == nil ? request.file : "a SELECT")
        let metadata =
            found.metadata.isEmpty
            ? [] : [FieldMetadata(field: field, keys: found.vectors.keys, columns: found.metadata)]
        let outcome = try save(
            try model.contents(), as: request.name, provenance: provenance, metadata: metadata)
        if !found.metadata.isEmpty {
            let names = found.metadata.map { "'\($0.name)'" }.joined(separator: ", ")
            found.notes.append(
                "beside the vectors: \(names), in zoo_embedding_metadata (model, field, name, key, value)")
        }
        return ImportEmbeddingsReport(
            saved: request.name, field: field, format: found.format, vectors: found.vectors.keys.count,
            width: found.vectors.width, notes: found.notes, skipped: found.skipped, replaced: outcome.replaced)
    }
}

/// What was found in a file, whatever its format.
private struct FoundVectors {
    var vectors: NamedVectors
    var hasKeys: Bool
    var isOfWords = false
    let format: String
    var notes: [String] = []
    var skipped: [String] = []
    var metadata: [VectorMetadata] = []
    /// Whether the file may hold more vectors than were asked for.
    var isCut = false

    init(_ queried: QueriedVectors) {
        (vectors, hasKeys, notes, metadata) = (queried.vectors, true, queried.notes, queried.metadata)
        format = "sql"
    }

    init(_ request: ImportEmbeddingsRequest) throws {
        let url = URL(fileURLWithPath: request.file)
        let head = try LineReader.head(of: request.file)
        isCut = request.options.limit != nil
        if DatabaseVectors.isDatabase(head) {
            let database = try DatabaseVectors(
                path: request.file, table: request.table, column: request.array, type: request.vectorType,
                width: request.options.width, limit: request.options.limit)
            (vectors, hasKeys, notes) = (database.found.vectors, true, database.found.notes)
            (format, metadata) = (database.format, database.found.metadata)
            return
        }
        guard request.vectorColumns.isEmpty || VectorColumns.isTable(head) else {
            throw WorkflowError.invalid(
                what: request.file, reason: "--vector-columns goes with delimited text that has a header")
        }
        guard request.table == nil else {
            throw WorkflowError.invalid(
                what: request.file, reason: "--table goes with an SQLite database, and it is none")
        }
        if head.starts(with: [0x93] + Array("NUMPY".utf8)) || head.starts(with: [0x50, 0x4B, 3, 4]) {
            format = head[0] == 0x50 ? "npz" : "npy"
            (vectors, hasKeys) = try Self.arrays(NumPyReader.entries(contentsOf: url), request)
        } else if url.pathExtension.lowercased() == "safetensors" {
            format = "safetensors"
            let entries = try ForeignWeights(contentsOf: url).entries
            (vectors, hasKeys) = try Self.arrays(
                entries.map { NumPyReader.Entry(name: $0.path, shape: $0.shape, content: .numbers(try $0.values)) },
                request)
        } else if VectorColumns.isTable(head) {
            let table = try VectorColumns(
                path: request.file, column: request.array, columns: request.vectorColumns,
                width: request.options.width, limit: request.options.limit)
            (format, hasKeys, notes) = ("csv", true, table.notes)
            try Self.unique(table.keys, request.file)
            vectors = NamedVectors(keys: table.keys, labels: table.labels, vectors: table.numbers, width: table.width)
            metadata = table.others
        } else {
            if let reason = ForeignTable.reason(ofFile: request.file) {
                throw DataError.unreadable(path: request.file, reason: reason)
            }
            guard request.array == nil else {
                throw WorkflowError.invalid(
                    what: request.file,
                    reason:
                        "--array goes with .npz, .safetensors, tables and CSV with a header; these are vectors as lines"
                )
            }
            let file = try VectorFile(path: request.file, options: request.options)
            (vectors, hasKeys, skipped, format) = (file.vectors, file.hasKeys, file.skipped, file.form.rawValue)
            isOfWords = [.word2vec, .word2vecBinary, .glove].contains(file.form)
            if file.doubtfulKeys > 0 {
                notes.append(
                    "\(file.doubtfulKeys) of the keys are several words of which the last is a number: if it is one of the "
                        + "vector's \(file.vectors.width), --width says how many there are")
            }
            if !skipped.isEmpty {
                notes.append("left out, since they could not be read: \(skipped.count) of the entries")
            }
            if file.repeated > 0 {
                notes.append("left out, since their key was there already: \(file.repeated) of the entries")
            }
        }
    }

    /// The one matrix of some arrays, and the texts of its length where there are any.
    private static func arrays(
        _ entries: [NumPyReader.Entry], _ request: ImportEmbeddingsRequest
    ) throws -> (NamedVectors, hasKeys: Bool) {
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: request.file, reason: reason) }
        guard !request.options.skipsBadEntries, !request.options.keepsFirstOfKey else {
            throw refuse("--skip-bad-rows and --repeats go with vectors as text")
        }
        let matrices = entries.filter { entry in
            guard case .numbers = entry.content else { return false }
            return request.array.map { $0 == entry.name } ?? (entry.shape.count == 2)
        }
        guard matrices.count == 1, case .numbers(let values) = matrices[0].content, matrices[0].shape.count == 2 else {
            let list = entries.prefix(20).map { "'\($0.name)' \($0.shape)" }.joined(separator: ", ")
            throw refuse(
                matrices.count > 1
                    ? "there are several matrices: --array names one of \(list)"
                    : "there is no matrix\(request.array.map { " '\($0)'" } ?? ""), a row a vector; there are \(list)")
        }
        let (rows, width) = (matrices[0].shape[0], matrices[0].shape[1])
        guard rows > 0, width > 0 else { throw refuse("the matrix is empty: \(rows) x \(width)") }
        let floats = values.converted
        if let flaw = floats.firstIndex(where: { !$0.isFinite }) {
            throw VectorFileError.badEntry(
                path: request.file, place: "row \(flaw / width + 1)",
                reason: "its number \(flaw % width + 1) is \(floats[flaw])")
        }
        let kept = min(rows, request.options.limit ?? rows)
        let texts = entries.lazy.compactMap { entry in
            if case .texts(let texts) = entry.content, texts.count == rows { texts } else { nil }
        }.first
        var vectors = NamedVectors(
            keys: (0..<kept).map(String.init), vectors: kept == rows ? floats : Array(floats[..<(kept * width)]),
            width: width)
        guard let texts else { return (vectors, false) }
        vectors.keys = Array(texts.prefix(kept))
        try unique(vectors.keys, request.file)
        return (vectors, true)
    }

    private static func unique(_ keys: [String], _ path: String) throws {
        var rows: [ExactText: Int] = [:]
        for (row, key) in keys.enumerated() {
            guard let first = rows.updateValue(row, forKey: ExactText(key)) else { continue }
            throw WorkflowError.invalid(
                what: path, reason: "rows \(first + 1) and \(row + 1) are both called '\(key.prefix(100))'")
        }
    }

    /// Takes names from another file.
    mutating func name(_ names: EntryNames, _ path: String) throws {
        var found = names.names
        let count = vectors.keys.count
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: path, reason: reason) }
        guard skipped.isEmpty else { throw refuse("names cannot be told where entries of the vectors are left out") }
        guard isCut ? found.count >= count : found.count == count else {
            let isHeader = found.count == count + 1 && names.column == nil
            throw refuse(
                "\(found.count) names for \(count) vectors"
                    + (isHeader
                        ? "; if its first line is a header, name it: --label-column \(found[0].shellQuoted)" : ""))
        }
        found.removeLast(found.count - count)
        if let column = names.column {
            notes.append(
                "labels are the column '\(column)' of \(names.columns.joined(separator: ", ")); --label-column says otherwise"
            )
        }
        metadata = names.others.map { VectorMetadata(name: $0.name, values: Array($0.values.prefix(count))) }
        vectors.labels = found
        if !hasKeys, let keys = names.keys?.prefix(count), Set(keys.map { ExactText($0) }).count == count,
            !keys.contains("")
        {
            (vectors.keys, hasKeys) = (Array(keys), true)
            return
        }
        if let keys = names.keys {
            metadata.append(VectorMetadata(name: "key", values: keys.prefix(count).map { .text($0) }))
        }
        if !hasKeys, Set(found).count == found.count, !found.contains("") {
            (vectors.keys, vectors.labels, hasKeys) = (found, nil, true)
        } else if !hasKeys {
            notes.append("several vectors have the same label: keys are the numbers of the rows, from 0")
            hasKeys = true
        }
    }
}

extension WeightValues {
    /// The numbers as `Float`, whatever their type.
    var converted: [Float] {
        switch self {
        case .float16, .float32: floats ?? []
        case .float64(let values): values.map { Float($0) }
        case .int32(let values): values.map { Float($0) }
        case .int64(let values): values.map { Float($0) }
        }
    }
}
