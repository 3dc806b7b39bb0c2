import Foundation
import ZooData
import ZooWeights

/// What `zoo models pack` wrote.
package struct PackReport: Sendable, Encodable {
    /// Name of the model, without its version.
    package let model: String
    /// The version that was packed.
    package let version: Int
    /// The file.
    package let output: String
    /// Its size.
    package let bytes: Int
    /// Of the file.
    package let sha256: String
    /// Of the model's file in it.
    package let modelSha256: String
    /// What its data's licence allows; nil where that is not known.
    @StableKey package var licence: String?
    /// Whether it has a card.
    package let hasCard: Bool
    /// What the file holds, in its order.
    package let files: [String]
}

extension Workspace {
    /// Writes a model with all that is known of it into one file.
    ///
    /// - Parameters:
    ///   - cardFile: a file of Markdown that is the card; nil for the one that the model has
    ///   - licence: what may be done with the model; nil for what is known
    ///   - isReplacing: whether a pack of that name may be replaced
    /// - Throws: `WorkflowError.invalid` for a card that is no text; as `FileContent.checkOutput` and `modelFile`
    package func packModel(
        named name: String, to path: String, cardFile: String? = nil, licence: String? = nil, isReplacing: Bool = false
    ) throws -> PackReport {
        try FileContent.pack.checkOutput(path, inputs: [cardFile], isReplacing: isReplacing)
        var row = try installedModel(named: name)
        let bytes = try weights.bytes(sha256: row.sha256)
        let card = try cardFile.map(Self.cardText) ?? card(of: row)
        let fields = try ModelFile(decoding: bytes).model().embeddings.map(\.field)
        let vectors = try packedVectors(of: row.name, besides: fields)
        let runs = try [data.run(of: row)].compactMap(\.self)
        row.name = CatalogueModel.parts(of: row.name).base
        (row.card, row.origin) = (nil, nil)
        if let licence { row.licence = licence }
        var members: [(name: String, bytes: [UInt8])] = [
            (ModelPack.rowFile, try PackJSON.encoded(row)),
            (
                ModelPack.runFile,
                try PackJSON.encoded(
                    runs.map { run in
                        var run = run
                        run.model = row.name
                        return run
                    })
            ),
        ]
        if let card { members.append((ModelPack.cardFile, Array(card.utf8))) }
        if !vectors.isEmpty { members.append((ModelPack.vectorFile, try PackJSON.encoded(vectors))) }
        members.append((ModelPack.modelFile, bytes))
        let pack = ModelPack(name: row.name, members: members)
        // What could not be read again is not written.
        _ = try PackedModel(pack, in: path)
        let encoded = try pack.encoded()
        try Data(encoded).writeOutput(to: path)
        return PackReport(
            model: row.name, version: row.version, output: path, bytes: encoded.count,
            sha256: WeightStore.sha256(encoded), modelSha256: row.sha256, licence: row.licence, hasCard: card != nil,
            files: members.map(\.name))
    }

    private static func cardText(ofFile path: String) throws -> String {
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw WorkflowError.invalid(what: path, reason: "the card cannot be read")
        }
        guard bytes.count <= 1 << 20, let text = String(data: bytes, encoding: .utf8) else {
            throw WorkflowError.invalid(what: path, reason: "a card is text: UTF-8 of at most 1 MiB")
        }
        return text
    }
}
