import Foundation
import ZooData
import ZooWeights

/// What a pack says of its model, checked.
package struct PackedModel: Sendable {
    /// The row of the catalogue as it was where the model was packed.
    package let row: CatalogueModel
    /// The card, as Markdown.
    package let card: String?
    /// The run that made it.
    let run: TrainingRun?
    let vectors: PackedVectors
    /// What the pack is called in messages.
    package let source: String
    /// The model's HDF5 file.
    package let model: ArraySlice<UInt8>

    /// Reads what is beside the model's file.
    ///
    /// - Parameter source: what the pack is called in messages
    /// - Throws: `PackError.refused`
    package init(_ pack: ModelPack, in source: String) throws {
        func refuse(_ reason: String) -> PackError { .refused(pack: source, reason: reason) }
        func decoded<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value? {
            guard let bytes = pack.bytes(of: name) else { return nil }
            do { return try PackJSON.decoded(type, bytes) } catch {
                throw refuse("its \(name) is not what a pack of version \(ModelPack.newestVersion) has there")
            }
        }
        guard let row = try decoded(CatalogueModel.self, ModelPack.rowFile),
            let model = pack.bytes(of: ModelPack.modelFile)
        else { throw refuse("it is not complete") }
        guard row.sha256 == WeightStore.sha256(model), row.bytes == model.count, row.name == pack.name else {
            throw refuse("its \(ModelPack.rowFile) is of another model")
        }
        do { try Workspace.check(name: row.name) } catch { throw refuse("\(error)") }
        guard ModelKind.named(row.kind) != nil else {
            throw refuse("its model is of kind '\(row.kind.prefix(60))', which this zoo does not know: update zoo")
        }
        guard RunStatus(rawValue: row.status) != nil, row.version > 0,
            row.epochs.map({ (0...Self.mostEpochs).contains($0) }) ?? true,
            let measured = Self.texts(ofObject: row.metrics)
        else {
            throw refuse("its \(ModelPack.rowFile) has values that no model has")
        }
        let lines = [row.architecture, row.parent, row.dataset, row.datasetFingerprint, row.licence, row.created]
        guard lines.allSatisfy({ $0.map { Self.isLine($0) } ?? true }), (measured + [row.command ?? ""]).allPlain else {
            throw refuse(
                "its \(ModelPack.rowFile) has control characters or line breaks, which could change what a terminal shows"
            )
        }
        guard let card = String(validating: pack.bytes(of: ModelPack.cardFile) ?? [], as: UTF8.self),
            Self.isPlain(card)
        else {
            throw refuse("its card is not plain text: it is not UTF-8, or has control characters")
        }
        let runs = try decoded([TrainingRun].self, ModelPack.runFile) ?? []
        if let flaw = runs.count > 1 ? "more than one run" : runs.first.flatMap({ Self.flaw(of: $0, kind: row.kind) }) {
            throw refuse("its \(ModelPack.runFile) is not the run of the model: it has \(flaw)")
        }
        let vectors = try decoded(PackedVectors.self, ModelPack.vectorFile) ?? PackedVectors()
        guard (try? vectors.rows()) != nil, vectors.columns.allSatisfy(\.isSound) else {
            throw refuse("its \(ModelPack.vectorFile) is damaged: names and values do not fit together")
        }
        (self.row, self.card, run) = (row, pack.bytes(of: ModelPack.cardFile) == nil ? nil : card, runs.first)
        (self.vectors, self.source, self.model) = (vectors, source, model)
    }

    /// The first line of the card without its mark; nil without a card.
    var title: String? {
        let line = card?.split(whereSeparator: \.isNewline).first { !$0.allSatisfy { $0.isWhitespace || $0 == "#" } }
        return line.map { String($0.drop { $0 == "#" || $0.isWhitespace }.prefix(200)) }
    }

    private static let mostEpochs = 1_000_000

    /// What the run of a pack has that no run has; nil for nothing.
    private static func flaw(of run: TrainingRun, kind: String) -> String? {
        let epochs = run.epochs
        guard run.kind == kind, RunStatus(rawValue: run.status) != nil else { return "another kind or state" }
        guard [run.dataset, run.started, run.finished].allSatisfy({ $0.map(isLine) ?? true }) else {
            return "control characters or line breaks"
        }
        guard epochs.count <= mostEpochs, Set(epochs.map(\.epoch)).count == epochs.count,
            epochs.allSatisfy({ (0...mostEpochs).contains($0.epoch) })
        else { return "epochs that cannot be counted" }
        let numbers = epochs.flatMap { [$0.trainLoss, $0.validationLoss, $0.learningRate, $0.seconds] }
        guard numbers.allSatisfy({ $0?.isFinite ?? true }) else { return "a number that is not finite" }
        var all = [run.command ?? ""]
        for object in [run.configuration, run.metrics] + epochs.map(\.metrics) {
            guard let texts = texts(ofObject: object) else { return "settings or measures that are no JSON object" }
            all += texts
        }
        return all.allPlain ? nil : "control characters"
    }

    /// The names and texts within a JSON object; nil for what is none.
    private static func texts(ofObject json: String) -> [String]? {
        guard case .object = JSONValue(parsing: json) else { return nil }
        return JSONValue(parsing: json).allTexts
    }

    /// Whether a text is one line of moderate length without control characters.
    static func isLine(_ text: String) -> Bool {
        text.utf8.count <= 10_000 && isPlain(text) && !text.contains { $0.isNewline || $0 == "\t" }
    }

    /// Whether a text has none of the characters that move a terminal's cursor, change its colours or the order of its letters.
    static func isPlain(_ text: String) -> Bool {
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            // A return alone writes over its own line.
            if isAfterReturn, scalar != "\n" { return false }
            isAfterReturn = scalar == "\r"
            switch scalar.value {
            case 9, 10, 13: continue
            case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: return false
            default: continue
            }
        }
        return !isAfterReturn
    }
}

extension [String] {
    fileprivate var allPlain: Bool { allSatisfy { PackedModel.isPlain($0) } }
}

extension JSONValue {
    /// The names and texts within.
    fileprivate var allTexts: [String] {
        switch self {
        case .text(let text): [text]
        case .array(let values): values.flatMap(\.allTexts)
        case .object(let members): members.flatMap { [$0.key] + $0.value.allTexts }
        default: []
        }
    }
}

extension PackedVectors.Column {
    /// Whether it is a column of values that SQL has.
    fileprivate var isSound: Bool {
        keys.count == values.count && [field, name].allSatisfy { PackedModel.isLine($0) && !$0.isEmpty }
            && values.allSatisfy { $0 == .null || $0.queryValue != nil }
    }
}
