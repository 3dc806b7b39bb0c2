import Foundation
import ZooData
import ZooEmbeddings

/// Texts that are to become vectors.
package struct EmbedTextsRequest: Sendable {
    /// The model.
    package var model: String
    /// The texts.
    package var input: TextInput
    /// The column of their keys; nil for the one called `key` or `id`, a document's name, else numbers from 1.
    package var keyColumn: String?
    /// What the model of their vectors is to be called; nil where they are given back.
    package var name: String?
    /// A CSV file to write them to.
    package var output: TableOutput?
    /// A table of the database to write them to.
    package var table: String?
    /// Whether another model of the name, or the table, is replaced.
    package var isReplacing = false
    /// The command, for the catalogue.
    package var command: String

    /// Asks a model for the vectors of texts.
    package init(model: String, input: TextInput, command: String) {
        (self.model, self.input, self.command) = (model, input, command)
    }
}

/// Texts that became vectors.
package struct EmbedTextsReport: Sendable, Encodable {
    /// The model that made them.
    package let model: String
    /// Numbers a vector has.
    package let width: Int
    /// How many texts there are.
    package let rows: Int
    /// What was decided, and which option says otherwise.
    package let notes: [String]
    /// The vectors, in the order of the texts; empty where they were stored or written.
    package let texts: [Text]
    /// The model that they are in, where they were stored.
    @StableKey package var saved: String?
    /// Its field.
    @StableKey package var field: String?
    /// What became of the texts that were there before.
    @StableKey package var changes: Changes?
    /// The file or table that they were written to.
    @StableKey package var written: String?
    /// How long it took to make the vectors, without reading the model and the texts.
    package var seconds = 0.0
    /// The finished model of that name that was replaced.
    @StableKey package var replaced: ReplacedModel?

    /// A text with its vector.
    package struct Text: Sendable, Encodable {
        /// Its key.
        package let key: String
        /// What people see of it.
        package let label: String
        /// The vector.
        package let vector: [Float]
    }

    /// How many texts were new, changed, removed or the same.
    package struct Changes: Sendable, Encodable {
        /// Texts whose key was not there.
        package var new = 0
        /// Texts that are others under their key.
        package var changed = 0
        /// Keys that are gone.
        package var removed = 0
        /// Texts whose vectors were kept.
        package var kept = 0
    }
}

extension Workspace {
    /// The field of vectors of texts.
    package static let textField = "text"

    /// Turns texts into vectors, which are given back, written to a file or a table, or stored as a model of the kind `embeddings`. Of
    /// a model or table that is there already, made by the same model, vectors of texts that are the same are kept.
    ///
    /// - Parameter progress: called with the number of texts that were processed, and of all
    /// - Throws: as `textEmbedder`; `DataError`, `WorkflowError.invalid` for texts that cannot be read and for keys that are empty
    ///   or there twice; `TakenName` for a model that is none of texts; `WorkflowError.invalid` for the model's own name
    package func embedTexts(
        _ request: EmbedTextsRequest, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> EmbedTextsReport {
        let began = Date()
        guard request.name != request.model else {
            throw WorkflowError.invalid(
                what: "--name \(request.model)",
                reason: "the model that makes the vectors would be replaced by them: choose another name")
        }
        let (embedder, maker) = try textEmbedder(named: request.model)
        let older = try request.name.flatMap { name in
            try data.models().first { $0.name == name }.flatMap(storedTexts)
        }
        try checkSave(as: request.name, isReplacing: request.isReplacing || older != nil)
        if let table = request.table {
            try data.checkTable(
                named: table, isReplacing: request.isReplacing, maker: "\(DataStore.textEmbedder) \(request.model)")
        }
        let found = try KeyedTexts(request.input, keyColumn: request.keyColumn, in: data)
        var notes = found.notes
        let labels = found.texts.map(Self.line)
        var report = EmbedTextsReport(
            model: request.model, width: embedder.width, rows: found.texts.count, notes: [], texts: [])
        if let table = request.table {
            // A hash tells the text and the model.
            let sources = found.texts.map { TextHash.of(maker.sha256 + $0) }
            let texts = try data.embeddedTexts(inTable: table).filter { $0.vector.count == embedder.width }
            let older = KnownVectors(
                keys: texts.map(\.key), hashes: texts.map(\.source), vectors: texts.flatMap(\.vector))
            let start = ContinuousClock.now
            let (vectors, changes) = merge(found, sources, older, embedder, progress)
            report.seconds = (ContinuousClock.now - start) / .seconds(1)
            try data.writeEmbeddedTexts(
                labels.indices.lazy.map { (found.keys[$0], labels[$0], sources[$0]) }, vectors: vectors,
                width: embedder.width, table: table, isReplacing: request.isReplacing, model: request.model)
            (report.written, report.changes) = (table, changes)
            return report.with(notes)
        }
        guard let name = request.name else {
            let start = ContinuousClock.now
            let vectors = embedder.vectors(of: found.texts) { progress($0, found.texts.count) }
            report.seconds = (ContinuousClock.now - start) / .seconds(1)
            let width = embedder.width
            func vector(_ row: Int) -> ArraySlice<Float> { vectors[row * width..<(row + 1) * width] }
            if let output = request.output {
                let columns = ["key", "label"] + (0..<width).map { "d\($0)" }
                try DelimitedWriter.file(output, columns: columns, inputs: [request.input.path]) { file in
                    for row in labels.indices {
                        try file.add(
                            [.text(found.keys[row]), .text(labels[row])] + vector(row).map { .text("\($0)") })
                    }
                }
                report.written = output.path
                return report.with(notes)
            }
            return report.with(
                notes,
                labels.indices.map {
                    EmbedTextsReport.Text(key: found.keys[$0], label: labels[$0], vector: Array(vector($0)))
                })
        }
        let hashes = found.texts.map(TextHash.of)
        let isSame = older?.texts?.sha256 == maker.sha256 && older?.vectors.width == embedder.width
        if older != nil, !isSame {
            notes.append("'\(name)' was made by another model: all texts become vectors again")
        }
        let start = ContinuousClock.now
        let known = older.map {
            KnownVectors(
                keys: $0.vectors.keys, hashes: isSame ? $0.texts?.hashes : nil, vectors: $0.vectors.vectors)
        }
        let (vectors, changes) = merge(found, hashes, known, embedder, progress)
        report.seconds = (ContinuousClock.now - start) / .seconds(1)
        let model = StoredEmbeddings(
            field: Self.textField,
            vectors: NamedVectors(keys: found.keys, labels: labels, vectors: vectors, width: embedder.width),
            source: StoredEmbeddings.TextOrigin.source,
            texts: .init(model: request.model, sha256: maker.sha256, hashes: hashes))
        (report.saved, report.field, report.changes) = (name, Self.textField, changes)
        if !isSame || changes.kept < found.keys.count || changes.removed > 0 {
            var provenance = ModelProvenance(request.command, started: began, parent: request.model)
            provenance.isTrainedHere = false
            let outcome = try save(try model.contents(), as: name, provenance: provenance)
            if older == nil { report.replaced = outcome.replaced }
        }
        return report.with(notes)
    }

    /// The vectors of texts, those of `older` where a text is the same.
    private func merge(
        _ found: KeyedTexts, _ hashes: [String], _ older: KnownVectors?, _ embedder: TextEmbedder,
        _ progress: (Int, Int) -> Void
    ) -> ([Float], EmbedTextsReport.Changes) {
        let width = embedder.width
        let places = Dictionary(
            (older?.keys ?? []).enumerated().map { (ExactText($1), $0) },
            uniquingKeysWith: { first, _ in first })
        var changes = EmbedTextsReport.Changes()
        var kept: [Int: Int] = [:]
        for row in found.keys.indices {
            guard let place = places[ExactText(found.keys[row])] else {
                changes.new += 1
                continue
            }
            if older?.hashes?[place] == hashes[row] { kept[row] = place } else { changes.changed += 1 }
        }
        changes.kept = kept.count
        changes.removed = places.count - changes.kept - changes.changed
        let others = found.keys.indices.filter { kept[$0] == nil }
        let made = embedder.vectors(of: others.map { found.texts[$0] }) { progress($0, others.count) }
        var vectors = [Float](repeating: 0, count: found.keys.count * width)
        for (place, row) in others.enumerated() {
            vectors.replaceSubrange(row * width..<(row + 1) * width, with: made[place * width..<(place + 1) * width])
        }
        if let older {
            for (row, place) in kept {
                vectors.replaceSubrange(
                    row * width..<(row + 1) * width, with: older.vectors[place * width..<(place + 1) * width])
            }
        }
        return (vectors, changes)
    }

    /// A model's vectors of texts with where they come from; nil where it holds none.
    func storedTexts(_ entry: CatalogueModel) throws -> StoredEmbeddings? {
        guard entry.architecture == StoredEmbeddings.TextOrigin.source,
            let stored = try weights.load(sha256: entry.sha256).model() as? StoredEmbeddings
        else { return nil }
        return stored.texts == nil ? nil : stored
    }

    /// Where a model's vectors of texts come from, without the hashes of the texts; nil where it holds none.
    func textOrigin(_ entry: CatalogueModel) throws -> StoredEmbeddings.TextOrigin? {
        func find() throws -> StoredEmbeddings.TextOrigin? {
            guard let origin = try storedTexts(entry)?.texts else { return nil }
            return StoredEmbeddings.TextOrigin(model: origin.model, sha256: origin.sha256, hashes: [])
        }
        guard let kept else { return try find() }
        let state = weights.url(sha256: entry.sha256).fileState
        return try kept.value(["origin", entry.sha256], state: state, bytes: { _ in 0 }, make: find)
    }

    /// What people see of a text: its beginning, on one line.
    private static func line(_ text: String) -> String {
        let words = text.prefix(400).split { $0.isWhitespace || $0 == "\0" }.joined(separator: " ")
        return words.count > 100 ? words.prefix(99) + "…" : words
    }
}

/// Vectors of texts that were made before; without hashes where none of them can be kept.
private struct KnownVectors {
    let keys: [String]
    let hashes: [String]?
    let vectors: [Float]
}

extension EmbedTextsReport {
    fileprivate func with(_ notes: [String], _ texts: [Text] = []) -> EmbedTextsReport {
        var report = EmbedTextsReport(model: model, width: width, rows: rows, notes: notes, texts: texts)
        (report.saved, report.field, report.changes) = (saved, field, changes)
        (report.written, report.replaced, report.seconds) = (written, replaced, seconds)
        return report
    }
}
