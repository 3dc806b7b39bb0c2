import Foundation

extension ModelFile {
    /// The bytes of a safetensors file; texts and vocabularies (as JSON lists, `vocab.<field>`) are in `__metadata__`.
    ///
    /// - Source: the format's README, https://github.com/huggingface/safetensors
    func safetensors() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var metadata = Dictionary(uniqueKeysWithValues: exportedTexts.map { ($0.name, $0.text) })
        for vocabulary in vocabularies {
            metadata["vocab." + vocabulary.field] = String(
                decoding: try encoder.encode(vocabulary.entries), as: UTF8.self)
        }
        var header: [String: SafetensorsValue] = ["__metadata__": .texts(metadata)]
        var data: [UInt8] = []
        for (name, entry) in try exportedEntries() {
            guard name != "__metadata__" else {
                throw WeightError.invalidEntry(path: name, reason: "safetensors keeps this name for itself")
            }
            let start = data.count
            entry.values.withUnsafeBytes { data.append(contentsOf: $0) }
            header[name] = .array(
                .init(dtype: entry.values.safetensorsType, shape: entry.shape, dataOffsets: [start, data.count]))
        }
        var text = [UInt8](try encoder.encode(header))
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        return length + text + data
    }
}

/// What the header of a safetensors file says under a name.
enum SafetensorsValue: Codable {
    /// Where an array lies, and what it is.
    case array(Description)
    /// Texts, under `__metadata__`.
    case texts([String: String])

    struct Description: Codable {
        let dtype: String
        let shape: [Int]
        let dataOffsets: [Int]

        private enum CodingKeys: String, CodingKey {
            case dtype, shape
            case dataOffsets = "data_offsets"
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let description = try? container.decode(Description.self) {
            self = .array(description)
        } else {
            self = .texts(try container.decode([String: String].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch self {
        case .texts(let texts): try texts.encode(to: encoder)
        case .array(let description): try description.encode(to: encoder)
        }
    }
}

extension WeightValues {
    fileprivate var safetensorsType: String {
        switch self {
        case .float16: "F16"
        case .float32: "F32"
        case .float64: "F64"
        case .int32: "I32"
        case .int64: "I64"
        }
    }
}
