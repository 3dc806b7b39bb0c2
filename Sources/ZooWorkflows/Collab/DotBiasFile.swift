import Foundation
import ZooCollab
import ZooWeights

/// The configuration that a dot-bias file carries as JSON.
struct DotBiasFileConfiguration: Codable {
    var factors: Int
    var range: SigmoidRange
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

/// A dot-bias model as it is stored: the model, and the rating scale of its data.
public struct StoredDotBias: Sendable {
    /// The model.
    public let model: DotBiasModel
    /// The scale of the ratings it was trained on, in stars.
    public let scale: ClosedRange<Float>

    static let architecture = "dot-bias"

    /// Joins a model and its scale.
    public init(model: DotBiasModel, scale: ClosedRange<Float>) {
        self.model = model
        self.scale = scale
    }

    /// The file of a model.
    ///
    /// - Parameter created: ISO 8601
    func file(training: String?, created: String) throws -> ModelFile {
        let vocabulary = model.vocabulary
        let (users, items, factors) = (vocabulary.userKeys.count, vocabulary.itemKeys.count, model.factors)
        let configuration = DotBiasFileConfiguration(
            factors: factors, range: model.range, ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound,
            training: training)
        return ModelFile(
            kind: StoredCollab.kind, architecture: Self.architecture, configuration: try JSONText.encode(configuration),
            weights: [
                WeightEntry(path: "user.weight", shape: [users, factors], values: .float32(model.userVectors)),
                WeightEntry(path: "item.weight", shape: [items, factors], values: .float32(model.itemVectors)),
                WeightEntry(path: "user_bias.weight", shape: [users, 1], values: .float32(model.userBiases)),
                WeightEntry(path: "item_bias.weight", shape: [items, 1], values: .float32(model.itemBiases)),
                WeightEntry(path: "global_bias", shape: [1], values: .float32([model.globalBias])),
            ],
            vocabularies: vocabulary.stored, statistics: vocabulary.storedStatistics, created: created,
            zooVersion: ZooVersion.current)
    }

    /// Reads a model out of its file.
    ///
    /// - Throws: `WeightError.malformed` naming what is missing or has another shape.
    init(_ file: ModelFile) throws {
        let configuration = try JSONText.decode(DotBiasFileConfiguration.self, from: file.configuration, in: "/config")
        let vocabulary = try CollabVocabulary(stored: file)
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        guard configuration.factors > 0, configuration.range.lower < configuration.range.upper,
            configuration.ratingMinimum <= configuration.ratingMaximum
        else { throw WeightError.malformed(location: "/config", reason: "its numbers make no sense") }
        let factors = configuration.factors
        model = DotBiasModel(
            vocabulary: vocabulary, factors: factors,
            userVectors: try file.floats("user.weight", shape: [users, factors]),
            itemVectors: try file.floats("item.weight", shape: [items, factors]),
            userBiases: try file.floats("user_bias.weight", shape: [users, 1]),
            itemBiases: try file.floats("item_bias.weight", shape: [items, 1]),
            globalBias: try file.floats("global_bias", shape: [1])[0], range: configuration.range)
        scale = configuration.ratingMinimum...configuration.ratingMaximum
    }
}

extension ModelFile {
    /// The Float32 weights at a path.
    ///
    /// - Throws: `WeightError.malformed` if they are not there, not Float32, or have another shape.
    func floats(_ path: String, shape: [Int]) throws -> [Float] {
        guard let entry = weight(path), let floats = entry.values.floats else {
            throw WeightError.malformed(location: "/weights/" + path, reason: "there are no Float32 weights")
        }
        guard entry.shape == shape else {
            throw WeightError.malformed(
                location: "/weights/" + path, reason: "its shape is \(entry.shape), and \(shape) is needed")
        }
        return floats
    }
}

extension CollabVocabulary {
    var stored: [(field: String, entries: [String])] {
        [("user", userKeys), ("item", itemKeys), ("item_label", itemTitles)]
    }

    var storedStatistics: [WeightEntry] {
        [
            WeightEntry(path: "user_count", shape: [userCounts.count], values: .int64(userCounts.map(Int64.init))),
            WeightEntry(path: "item_count", shape: [itemCounts.count], values: .int64(itemCounts.map(Int64.init))),
            WeightEntry(path: "item_mean", shape: [itemMeans.count], values: .float32(itemMeans)),
        ]
    }

    /// - Throws: `WeightError.malformed` if a part is missing or too short.
    init(stored file: ModelFile) throws {
        func entries(_ field: String) throws -> [String] {
            guard let entries = file.vocabulary(field) else {
                throw WeightError.malformed(location: "/vocab/" + field, reason: "it is missing")
            }
            return entries
        }
        func counts(_ path: String, _ count: Int) throws -> [Int] {
            guard case .int64(let values)? = file.statistic(path)?.values, values.count == count else {
                throw WeightError.malformed(location: "/statistics/" + path, reason: "\(count) counts are needed")
            }
            return values.map { Int(clamping: $0) }
        }
        let (users, items, titles) = try (entries("user"), entries("item"), entries("item_label"))
        guard titles.count == items.count else {
            throw WeightError.malformed(location: "/vocab/item_label", reason: "there is not one title for each item")
        }
        guard let means = file.statistic("item_mean")?.values.floats, means.count == items.count else {
            throw WeightError.malformed(location: "/statistics/item_mean", reason: "\(items.count) means are needed")
        }
        self.init(
            userKeys: users, itemKeys: items, itemTitles: titles,
            userCounts: try counts("user_count", users.count), itemCounts: try counts("item_count", items.count),
            itemMeans: means)
    }
}

/// JSON as text with sorted keys: equal values give equal bytes.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, in path: String) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
            throw WeightError.malformed(location: path, reason: "it is not the configuration of this architecture")
        }
    }
}
