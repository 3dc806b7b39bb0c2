import Foundation

extension ModelFile {
    /// The bytes of a safetensors file.
    func safetensors() throws -> [UInt8] {
        var bytes: [UInt8] = []
        try writeSafetensors { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// Writes a safetensors file, one array after the other; texts and vocabularies (as JSON lists, `vocab.<field>`) are in `__metadata__`.
    ///
    /// - Source: the format's README, https://github.com/huggingface/safetensors
    func writeSafetensors(_ write: (UnsafeRawBufferPointer) throws -> Void) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var metadata = Dictionary(uniqueKeysWithValues: exportedTexts.map { ($0.name, $0.text) })
        for vocabulary in vocabularies {
            metadata["vocab." + vocabulary.field] = String(
                decoding: try encoder.encode(vocabulary.entries), as: UTF8.self)
        }
        var header: [String: SafetensorsValue] = ["__metadata__": .texts(metadata)]
        var end = 0
        let entries = try exportedEntries()
        for (name, entry) in entries {
            guard name != "__metadata__" else {
                throw WeightError.invalidEntry(path: name, reason: "safetensors keeps this name for itself")
            }
            let start = end
            end += entry.byteCount
            header[name] = .array(
                .init(dtype: entry.type.safetensorsName, shape: entry.shape, dataOffsets: [start, end]))
        }
        var text = [UInt8](try encoder.encode(header))
        text += [UInt8](repeating: UInt8(ascii: " "), count: (8 - text.count % 8) % 8)
        let length = (0..<8).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
        try (length + text).withUnsafeBytes(write)
        for (_, entry) in entries { try entry.values.withUnsafeBytes(write) }
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

extension WeightType {
    fileprivate var safetensorsName: String {
        switch self {
        case .float16: "F16"
        case .float32: "F32"
        case .float64: "F64"
        case .int32: "I32"
        case .int64: "I64"
        }
    }
}
