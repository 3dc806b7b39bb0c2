import Foundation
import ZooData
import ZooEmbeddings
import ZooWeights

/// The forms in which embeddings are written for other programs.
package enum EmbeddingsFormat: String, Sendable, CaseIterable {
    /// `tensors.tsv` and `metadata.tsv`, as TensorBoard's projector loads them.
    case projector
    /// A matrix of 32-bit floating point for `numpy.load`, and the names beside it as `.tsv`.
    case npy
    /// word2vec's text, as gensim's `KeyedVectors.load_word2vec_format` reads it.
    case word2vec
    /// One row a vector: key, label, then the numbers in a column each.
    case csv
    /// An Apache Parquet file: key, label, what is known of each, and the vector as a list of 32-bit numbers.
    case parquet
    /// SQL that makes a table of sqlite-vec's `vec0`, for `sqlite3` with that extension.
    case vec0
    /// SQL that makes a table with a column of pgvector's type, for `psql`.
    case pgvector

    /// The files that are written.
    fileprivate func files(_ path: String) -> [String] {
        let url = URL(fileURLWithPath: path)
        return switch self {
        case .projector: ["tensors.tsv", "metadata.tsv"].map { url.appendingPathComponent($0).path }
        case .npy: [path, (url.pathExtension.lowercased() == "npy" ? url.deletingPathExtension().path : path) + ".tsv"]
        case .word2vec, .csv, .parquet, .vec0, .pgvector: [path]
        }
    }
}

/// Embeddings that were written.
package struct ExportEmbeddingsReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The field.
    package let field: String
    /// How they were written.
    package let format: String
    /// The files.
    package let files: [String]
    /// How many vectors.
    package let vectors: Int
    /// How many numbers each has.
    package let width: Int
    /// What is not in the files as it is in the model.
    package let notes: [String]
}

extension Workspace {
    /// Writes the vectors of a model's field for other programs. Numbers are written so that they are read back to the same bits.
    ///
    /// - Parameter path: a file; for the projector a folder
    /// - Throws: as `embeddingTable`; `DataError.notWritten`
    package func exportEmbeddings(
        model: String, field: String, as format: EmbeddingsFormat, to path: String, isReplacing: Bool = false
    ) throws -> ExportEmbeddingsReport {
        let table = try embeddingTable(model: model, field: field)
        let metadata = try metadata(of: table, model: model, field: field)
        var notes: [String] = []
        let files = format.files(path)
        if format == .projector {
            do { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) } catch {
                throw DataError.notWritten(
                    path: path, reason: "it is not a folder and cannot be made one: \(error.localizedDescription)")
            }
        }
        for file in files {
            let content: FileContent = format == .parquet ? .parquet : format == .npy && file == path ? .npy : .csv
            try content.checkOutput(file, isReplacing: isReplacing)
        }
        switch format {
        case .csv:
            let columns = ["key", "label"] + metadata.map(\.name) + (0..<table.width).map { "d\($0)" }
            try DelimitedWriter.file(TableOutput(path, isReplacing: isReplacing), columns: columns) { file in
                for row in 0..<table.count {
                    try file.add(
                        [.text(table.keys[row]), .text(table.labels[row])] + metadata.map { $0.values[row] }
                            + table.vector(row).map { .text("\($0)") })
                }
            }
        case .parquet:
            let columns = ParquetColumn.columns(of: table, metadata)
            try Data(ParquetFile.bytes(columns, rows: table.count)).writeOutput(to: path)
        case .word2vec:
            if !metadata.isEmpty {
                let names = metadata.map { "'\($0.name)'" }.joined(separator: ", ")
                notes.append("word2vec's text has no place for \(names): --as csv writes them")
            }
            let keys = table.keys.map { key in String(key.map { $0.isWhitespace ? "_" : $0 }) }
            let spaced = zip(keys, table.keys).count { $0 != $1 }
            if spaced > 0 {
                notes.append("in \(spaced) of the keys blanks are written as '_': gensim ends a key at the first")
            }
            var known: Set<ExactText> = []
            if let twice = keys.first(where: { !known.insert(ExactText($0)).inserted }) {
                throw DataError.notWritten(
                    path: path, reason: "two keys would be written '\(twice)': --as csv keeps blanks")
            }
            try write(text: path) { add in
                try add("\(table.count) \(table.width)\n")
                for row in 0..<table.count {
                    try add(keys[row] + " " + table.vector(row).map { "\($0)" }.joined(separator: " ") + "\n")
                }
            }
        case .projector:
            try write(text: files[0]) { add in
                for row in 0..<table.count {
                    try add(table.vector(row).map { "\($0)" }.joined(separator: "\t") + "\n")
                }
            }
            try names(of: table, metadata, to: files[1])
        case .vec0:
            let most = VectorSQL.mostOfVec0
            if metadata.count > most {
                let names = metadata.dropFirst(most).map { "'\($0.name)'" }.joined(separator: ", ")
                notes.append(
                    "vec0 takes \(most) columns beside the label, and \(names) are left out: --as csv writes all")
            }
            let sql = VectorSQL(table, Array(metadata.prefix(most)), named: "\(model)_\(field)")
            try write(text: path) { try sql.writeVec0($0) }
        case .pgvector:
            let sql = VectorSQL(table, metadata, named: "\(model)_\(field)")
            try write(text: path) { try sql.writePgvector($0) }
        case .npy:
            let bytes = table.vectors.withUnsafeBytes {
                NumPyArray.bytes(type: "<f4", shape: [table.count, table.width], $0)
            }
            try Data(bytes).writeOutput(to: path)
            try names(of: table, metadata, to: files[1])
        }
        return ExportEmbeddingsReport(
            model: model, field: field, format: format.rawValue, files: files, vectors: table.count, width: table.width,
            notes: notes)
    }

    /// Keys and labels with what is known of the entries, a header above them, as the projector reads it.
    private func names(of table: EmbeddingTable, _ metadata: [VectorMetadata], to path: String) throws {
        func field(_ text: String) -> String { String(text.map { $0 == "\t" || $0.isNewline ? " " : $0 }) }
        let numbers: [(name: String, value: (Int) -> String)] =
            [
                table.biases.map { biases in ("bias", { "\(biases[$0])" }) },
                table.counts.map { counts in ("count", { "\(counts[$0])" }) },
                table.means.map { means in ("mean", { "\(means[$0])" }) },
            ].compactMap { $0 } + metadata.map { column in (column.name, { field(column.values[$0].plainText) }) }
        try write(text: path) { add in
            try add((["label", "key"] + numbers.map { field($0.name) }).joined(separator: "\t") + "\n")
            for row in 0..<table.count {
                let cells = [field(table.labels[row]), field(table.keys[row])] + numbers.map { $0.value(row) }
                try add(cells.joined(separator: "\t") + "\n")
            }
        }
    }

    /// Writes text that `body` adds piece by piece.
    private func write(text path: String, _ body: ((String) throws -> Void) throws -> Void) throws {
        var bytes: [UInt8] = []
        try body { bytes.append(contentsOf: $0.utf8) }
        try Data(bytes).writeOutput(to: path)
    }
}

extension ParquetColumn {
    /// Keys, labels, what is known of the entries, and the vectors.
    fileprivate static func columns(of table: EmbeddingTable, _ metadata: [VectorMetadata]) -> [ParquetColumn] {
        var taken: Set = ["key", "label", "vector"]
        func column(_ name: String, _ values: Values) -> ParquetColumn {
            var free = name
            while !taken.insert(free).inserted { free += "_" }
            return ParquetColumn(free, values)
        }
        let known: [(String, Values?)] = [
            ("bias", table.biases.map { .reals($0.map { Double($0) }) }),
            ("count", table.counts.map { .integers($0.map { Int64($0) }) }),
            ("mean", table.means.map { .reals($0.map { Double($0) }) }),
        ]
        return [
            ParquetColumn("key", .texts(table.keys)), ParquetColumn("label", .texts(table.labels)),
        ] + known.compactMap { name, values in values.map { column(name, $0) } }
            + metadata.map { column($0.name, $0.parquetValues) }
            + [ParquetColumn("vector", .vectors(table.vectors, width: table.width))]
    }
}

extension VectorMetadata {
    /// Whole numbers where all are, numbers where all are, else texts.
    fileprivate var parquetValues: ParquetColumn.Values {
        var taken: Set<String> = []
        switch VectorSQLColumn(self, besides: &taken).kind {
        case .integer: return .integers(values.map { if case .integer(let value) = $0 { value } else { nil } })
        case .real:
            return .reals(
                values.map { value in
                    switch value {
                    case .real(let number): number
                    case .integer(let number): Double(number)
                    case .null, .text, .blob: nil
                    }
                })
        case .text: return .texts(values.map { $0 == .null ? nil : $0.plainText })
        }
    }
}
