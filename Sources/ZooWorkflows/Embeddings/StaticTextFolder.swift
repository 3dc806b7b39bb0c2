import Foundation
import ZooEmbeddings
import ZooNN
import ZooWeights

/// The folder of a static embedding model, as model2vec and sentence-transformers write it.
struct StaticTextFolder {
    /// The model.
    let model: StaticTextModel
    /// What was decided on the way.
    let notes: [String]

    /// What model2vec reads of the configuration, and what it takes where that does not say.
    private struct Configuration {
        var normalizes = false
        var mostTokens: Int? = 512

        init(_ node: JSONNode, _ path: String) throws {
            func refuse(_ name: String, _ value: String) -> WorkflowError {
                .invalid(what: path, reason: "\(name) must be \(value)")
            }
            guard case .object = node else {
                throw WorkflowError.invalid(what: path, reason: "it is no JSON object of settings")
            }
            if let value = node["normalize"], !value.isNull {
                guard let flag = value.bool else { throw refuse("normalize", "true or false") }
                normalizes = flag
            }
            if let value = node["max_length"] {
                guard value.isNull || value.index ?? 0 > 0 else {
                    throw refuse("max_length", "a number above 0, or null")
                }
                mostTokens = value.index
            }
        }
    }

    /// Where the three files of a model lie, and what its vectors are called: the first that is complete is read.
    private static let layouts: [(folder: String, configuration: String, array: String)] = [
        ("", "config.json", "embeddings"),
        ("", "config_sentence_transformers.json", "embedding.weight"),
        ("0_StaticEmbedding", "config_sentence_transformers.json", "embedding.weight"),
    ]

    /// Whether a path is a folder.
    static func isOne(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Reads a folder.
    ///
    /// - Throws: `WorkflowError.invalid` where files are missing or do not go together; `ForeignFileError`, `WeightError`
    init(_ path: String) throws {
        let root = URL(fileURLWithPath: path, isDirectory: true)
        func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }
        let found = Self.layouts.lazy.map { layout in
            let folder = layout.folder.isEmpty ? root : root.appendingPathComponent(layout.folder)
            return (
                configuration: root.appendingPathComponent(layout.configuration), array: layout.array,
                weights: folder.appendingPathComponent("model.safetensors"),
                tokenizer: folder.appendingPathComponent("tokenizer.json")
            )
        }.first { exists($0.configuration) && exists($0.weights) && exists($0.tokenizer) }
        guard let found else {
            throw WorkflowError.invalid(
                what: path,
                reason:
                    "it is a folder without the files of a static embedding model: model.safetensors, tokenizer.json, "
                    + "config.json")
        }
        let settings = try Configuration(
            try JSON.node(of: found.configuration), found.configuration.path)
        let file = try JSON.text(of: found.tokenizer)
        let entries = try ForeignWeights(contentsOf: found.weights).entries
        func numbers(_ name: String) throws -> (shape: [Int], values: [Float])? {
            try entries.first { $0.path == name }.map { ($0.shape, try $0.values.converted) }
        }
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: found.weights.path, reason: reason) }
        guard let matrix = try numbers(found.array), matrix.shape.count == 2, matrix.shape[1] > 0 else {
            let others = entries.prefix(20).map { "'\($0.path)' \($0.shape)" }.joined(separator: ", ")
            throw refuse("there is no matrix '\(found.array)'; there are \(others)")
        }
        let (rows, width) = (matrix.shape[0], matrix.shape[1])
        var (vectors, notes) = (matrix.values, [String]())
        if let mapping = try numbers("mapping") {
            guard mapping.shape.count == 1,
                mapping.values.allSatisfy({ $0 >= 0 && $0 < Float(rows) && $0 == $0.rounded() })
            else { throw refuse("'mapping' must hold numbers of the \(rows) rows of '\(found.array)'") }
            vectors = mapping.values.flatMap { matrix.values[Int($0) * width..<(Int($0) + 1) * width] }
            notes.append("\(mapping.values.count) tokens share \(rows) vectors: each is stored with its own")
        }
        if let weights = try numbers("weights") {
            guard weights.shape == [vectors.count / width] else {
                throw refuse("'weights' is \(weights.shape), and there are \(vectors.count / width) tokens")
            }
            for token in weights.values.indices {
                for place in token * width..<(token + 1) * width { vectors[place] *= weights.values[token] }
            }
        }
        do {
            model = try StaticTextModel(
                tokenizerFile: file, vectors: vectors, width: width,
                settings: StaticTextModel.Settings(normalizes: settings.normalizes, mostTokens: settings.mostTokens))
        } catch let error as TokenizerError {
            throw WorkflowError.invalid(what: found.tokenizer.path, reason: "\(error)")
        } catch let error as JSONError {
            throw WorkflowError.invalid(what: found.tokenizer.path, reason: "it is no JSON: \(error)")
        } catch let error as ModelContentsError {
            throw refuse(error.reason)
        }
        let most = settings.mostTokens.map { "the first \($0) tokens" } ?? "all tokens"
        notes.append(
            "a text's vector is the mean over \(most)" + (settings.normalizes ? ", scaled to length 1" : "")
                + ", as \(found.configuration.lastPathComponent) has it")
        self.notes = notes
    }
}

/// JSON files whose names keep their bytes.
private enum JSON {
    static func text(of url: URL) throws -> String {
        guard let text = (try? Data(contentsOf: url)).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            throw WorkflowError.invalid(what: url.path, reason: "it cannot be read, or is no UTF-8")
        }
        return text
    }

    static func node(of url: URL) throws -> JSONNode {
        do { return try JSONNode(Array(text(of: url).utf8)) } catch let error as JSONError {
            throw WorkflowError.invalid(what: url.path, reason: "it is no JSON: \(error)")
        }
    }
}

extension Workspace {
    /// Takes in the folder of a static embedding model.
    ///
    /// - Throws: as `StaticTextFolder`; `WorkflowError.invalid` for options that go with files; `TakenName`
    func importStaticText(_ request: ImportEmbeddingsRequest) throws -> ImportEmbeddingsReport {
        let began = Date()
        let others = [
            request.table.map { _ in "--table" }, request.labels.map { _ in "--labels" },
            request.array.map { _ in "--array" },
            request.field.map { _ in "--field" }, request.options.width.map { _ in "--width" },
            request.options.limit.map { _ in "--first" }, request.options.skipsBadEntries ? "--skip-bad-rows" : nil,
            request.options.keepsFirstOfKey ? "--repeats" : nil,
        ]
        if let option = others.compactMap({ $0 }).first {
            throw WorkflowError.invalid(
                what: request.file,
                reason: "\(option) goes with a file, and this is the folder of a static embedding model")
        }
        let folder = try StaticTextFolder(request.file)
        var provenance = ModelProvenance(request.command, started: began)
        provenance.isTrainedHere = false
        let outcome = try save(try folder.model.contents(), as: request.name, provenance: provenance)
        return ImportEmbeddingsReport(
            saved: request.name, field: "token", format: "static-text", vectors: folder.model.tokenizer.tokens.count,
            width: folder.model.width,
            notes: folder.notes + ["'zoo embed \(request.name) --text …' turns texts into vectors"], skipped: [],
            replaced: outcome.replaced)
    }
}
