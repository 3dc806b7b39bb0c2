import Foundation

/// The first member of a pack: what the others are.
struct PackManifest: Codable {
    /// A member: its name, its size and its SHA-256.
    struct Member: Codable, Equatable {
        var name: String
        var bytes: Int
        var sha256: String
    }

    /// What every version of the format begins with.
    struct Head: Codable {
        var format: String
        var version: Int
    }

    static let format = "zoo-pack"
    static let fileName = "manifest.json"

    var format = Self.format
    var version = ModelPack.newestVersion
    /// The name of the model.
    var name: String
    var files: [Member]
}

/// JSON as packs hold it: sorted keys in snake case, so that equal values make equal bytes.
package enum PackJSON {
    /// A document.
    package static func encoded(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return [UInt8](try encoder.encode(value)) + [10]
    }

    /// Reads a document.
    package static func decoded<Value: Decodable>(_ type: Value.Type, _ bytes: some Sequence<UInt8>) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return try decoder.decode(type, from: Data(bytes))
    }
}
