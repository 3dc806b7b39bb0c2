import Foundation
import ZooTensor

/// What a trained model consists of, whatever file holds it.
package struct ModelContents: Sendable {
    /// The application: `collab`.
    package var kind: String
    /// The algorithm or network: `dot-bias`.
    package var architecture: String
    /// Everything that is no array, as JSON text.
    package var configuration: String
    /// The parameters; weights of linear layers lie as `linearLayout` says.
    package var weights: [NamedTensor]
    /// How the weights of linear layers lie: as in files of today, unless they were read from an older one.
    package var linearLayout = LinearLayout.outputsFirst
    /// What the rows of embeddings stand for, by field.
    package var vocabularies: [(field: String, entries: [String])]
    /// What is known of the training data beside the parameters.
    package var statistics: [ModelStatistic]

    /// Contents of given parts.
    package init(
        kind: String, architecture: String, configuration: String, weights: [NamedTensor],
        vocabularies: [(field: String, entries: [String])] = [], statistics: [ModelStatistic] = []
    ) {
        self.kind = kind
        self.architecture = architecture
        self.configuration = configuration
        self.weights = weights
        self.vocabularies = vocabularies
        self.statistics = statistics
    }
}

/// One number for every entry of a vocabulary.
package struct ModelStatistic: Sendable {
    /// Its name: `item_count`.
    package let path: String
    /// The numbers, [entries].
    package let values: Values

    /// The numbers with their type, which a file keeps.
    package enum Values: Sendable, Equatable {
        case counts([Int64])
        case means([Float])
    }

    /// Names a statistic.
    package init(path: String, values: Values) {
        self.path = path
        self.values = values
    }
}

/// A part that a model needs and does not find in its contents.
package struct ModelContentsError: Error, Hashable {
    /// Which part: `/weights/user.weight`.
    package let location: String
    /// What is wrong with it.
    package let reason: String

    /// Names a part and what is wrong with it.
    package init(location: String, reason: String) {
        self.location = location
        self.reason = reason
    }
}

/// The order of the axes of linear layers' weights in a file.
package enum LinearLayout: Sendable {
    /// [in, out], as in memory: files of format version 1.
    case inputsFirst
    /// [out, in], as in PyTorch: files of format version 2.
    case outputsFirst
}

extension ModelContents {
    /// A configuration as JSON with sorted keys: equal values give equal bytes.
    package static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The configuration as a value.
    ///
    /// - Throws: `ModelContentsError` when the JSON is not that of `Value`
    package func configuration<Value: Decodable>(as type: Value.Type) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(configuration.utf8)) } catch {
            throw ModelContentsError(
                location: "/config", reason: "it is not the configuration of this architecture")
        }
    }

    /// The Float32 weights at a path.
    ///
    /// - Throws: `ModelContentsError` if they are not there, not Float32, or have another shape
    package func floats(_ path: String, shape: [Int]) throws -> [Float] {
        guard let tensor = weights.first(where: { $0.path == path })?.tensor, tensor.dtype == .float32 else {
            throw ModelContentsError(location: "/weights/" + path, reason: "there are no Float32 weights")
        }
        guard tensor.shape.dimensions == shape else {
            throw ModelContentsError(
                location: "/weights/" + path, reason: "its shape is \(tensor.shape.dimensions), and \(shape) is needed")
        }
        return tensor.floats
    }

    /// The Float32 weight of a linear layer as it lies in memory, [inputs, outputs].
    ///
    /// - Throws: `ModelContentsError` if it is not there, not Float32, or has another shape
    package func linear(_ path: String, inputs: Int, outputs: Int) throws -> [Float] {
        guard linearLayout == .outputsFirst else { return try floats(path, shape: [inputs, outputs]) }
        return NamedTensor(path, try floats(path, shape: [outputs, inputs]), [outputs, inputs]).transposed.tensor.floats
    }

    /// Loads the weights into a network.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package func load(into module: Module) throws {
        let state = linearLayout == .outputsFirst ? module.transposingLinearWeights(weights) : weights
        do { try module.load(state: state) } catch let error as ModuleStateError {
            throw ModelContentsError(location: "/weights", reason: error.description)
        }
    }

    /// Checks a setting of the configuration.
    ///
    /// - Parameter range: what it must be, as the error says: `above 0`
    /// - Throws: `ModelContentsError` unless `isInRange`
    package func check(_ field: String, _ isInRange: Bool, _ range: String) throws {
        if !isInRange { throw ModelContentsError(location: "/config", reason: "\(field) must be \(range)") }
    }

    /// The shape of the weight at a path; nil where there is none.
    package func shape(_ path: String) -> [Int]? { weights.first { $0.path == path }?.tensor.shape.dimensions }

    /// The entries of a vocabulary.
    ///
    /// - Throws: `ModelContentsError` if there is none of that field
    package func entries(_ field: String) throws -> [String] {
        guard let entries = vocabularies.first(where: { $0.field == field })?.entries else {
            throw ModelContentsError(location: "/vocab/" + field, reason: "it is missing")
        }
        return entries
    }

    /// The numbers of a statistic; nil where there is none of that path.
    package func statistic(_ path: String) -> ModelStatistic.Values? { statistics.first { $0.path == path }?.values }

    /// The counts at a path.
    ///
    /// - Throws: `ModelContentsError` unless there are `count` of them
    package func counts(_ path: String, count: Int) throws -> [Int] {
        guard case .counts(let values)? = statistic(path), values.count == count
        else { throw ModelContentsError(location: "/statistics/" + path, reason: "\(count) counts are needed") }
        return values.map { Int(clamping: $0) }
    }

    /// The means at a path.
    ///
    /// - Throws: `ModelContentsError` unless there are `count` of them
    package func means(_ path: String, count: Int) throws -> [Float] {
        guard case .means(let values)? = statistic(path), values.count == count
        else { throw ModelContentsError(location: "/statistics/" + path, reason: "\(count) means are needed") }
        return values
    }

    /// Whether all weights are finite: those of a training that diverged are not.
    package var isFinite: Bool {
        weights.allSatisfy { named in
            switch named.tensor.dtype {
            case .float32: named.tensor.withUnsafeFloats { $0.allSatisfy(\.isFinite) }
            case .float64: named.tensor.doubles.allSatisfy(\.isFinite)
            case .int32: true
            }
        }
    }
}
