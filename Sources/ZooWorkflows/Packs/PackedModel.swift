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
        guard RunStatus(rawValue: row.status) != nil, row.version > 0, case .object = JSONValue(parsing: row.metrics)
        else {
            throw refuse("its \(ModelPack.rowFile) has values that no model has")
        }
        let texts = [
            row.architecture, row.parent, row.dataset, row.datasetFingerprint, row.command, row.licence, row.created,
            row.metrics,
        ]
        guard texts.allSatisfy({ $0.map { Self.isPlain($0) } ?? true }) else {
            throw refuse("its \(ModelPack.rowFile) has control characters, which could change what a terminal shows")
        }
        guard let card = String(validating: pack.bytes(of: ModelPack.cardFile) ?? [], as: UTF8.self),
            Self.isPlain(card)
        else {
            throw refuse("its card is not plain text: it is not UTF-8, or has control characters")
        }
        let runs = try decoded([TrainingRun].self, ModelPack.runFile) ?? []
        guard runs.count <= 1, runs.allSatisfy({ $0.kind.count < 100 && RunStatus(rawValue: $0.status) != nil }),
            Set(runs.flatMap(\.epochs).map(\.epoch)).count == runs.reduce(0, { $0 + $1.epochs.count })
        else { throw refuse("its \(ModelPack.runFile) is not the run of a model") }
        let vectors = try decoded(PackedVectors.self, ModelPack.vectorFile) ?? PackedVectors()
        let columns = vectors.columns
        guard columns.allSatisfy({ $0.keys.count == $0.values.count }), (try? vectors.rows()) != nil else {
            throw refuse("its \(ModelPack.vectorFile) is damaged: names and values are not as many")
        }
        (self.row, self.card, run) = (row, pack.bytes(of: ModelPack.cardFile) == nil ? nil : card, runs.first)
        (self.vectors, self.source, self.model) = (vectors, source, model)
    }

    /// The first line of the card without its mark; nil without a card.
    var title: String? {
        let line = card?.split(whereSeparator: \.isNewline).first { !$0.allSatisfy { $0.isWhitespace || $0 == "#" } }
        return line.map { String($0.drop { $0 == "#" || $0.isWhitespace }.prefix(200)) }
    }

    /// Whether a text has none of the characters that move a terminal's cursor, change its colours or the order of its letters.
    static func isPlain(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            case 9, 10, 13: true
            case 0..<32, 127..<160, 0x202A...0x202E, 0x2066...0x2069: false
            default: true
            }
        }
    }
}
