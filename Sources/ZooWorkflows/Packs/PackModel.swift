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
                        var run = run.finite
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
        onSaving()
        try Data(encoded).writeOutput(to: path)
        return PackReport(
            model: row.name, version: row.version, output: path, bytes: encoded.count,
            sha256: WeightStore.sha256(encoded), modelSha256: row.sha256, licence: row.licence, hasCard: card != nil,
            files: members.map(\.name))
    }

    private static func cardText(ofFile path: String) throws -> String {
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: "card \(path)", reason: reason) }
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw refuse("\(String(cString: strerror(errno))): --card names a file of Markdown")
        }
        guard status.st_size <= 1 << 20 else {
            throw refuse("it has \(status.st_size) bytes, and a card has at most \(1 << 20)")
        }
        guard status.st_mode & S_IFMT == S_IFREG, let bytes = FileManager.default.contents(atPath: path) else {
            throw refuse("it cannot be read: --card names a file of Markdown")
        }
        guard let text = String(data: bytes, encoding: .utf8), PackedModel.isPlain(text) else {
            throw refuse("a card is text in UTF-8 without control characters, and this is not")
        }
        return text
    }
}

extension TrainingRun {
    /// The run without numbers that are not finite, as SQL has NULL for NaN.
    fileprivate var finite: TrainingRun {
        var run = self
        for place in run.epochs.indices {
            for number in [\TrainingRun.Epoch.trainLoss, \.validationLoss, \.learningRate, \.seconds]
            where run.epochs[place][keyPath: number]?.isFinite == false {
                run.epochs[place][keyPath: number] = nil
            }
        }
        return run
    }
}
