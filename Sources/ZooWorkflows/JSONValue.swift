import Foundation
import ZooNN
import ZooWeights

/// Any JSON value, such as the metrics that a model's row keeps as text.
package enum JSONValue: Sendable, Hashable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case integer(Int64)
    /// A whole number above the greatest `Int64`, such as a seed.
    case unsigned(UInt64)
    /// A number.
    case number(Double)
    /// Text.
    case text(String)
    /// Values in their order.
    case array([JSONValue])
    /// Values by name.
    case object([String: JSONValue])

    /// Reads a document; text that is no JSON stays as it is.
    package init(parsing text: String) {
        self = (try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))) ?? .text(text)
    }

    /// The value with the members that are JSON as text, as files keep settings of parts, being what that text says, and without
    /// the `_0` that Swift writes around the only value of a case.
    var unnested: JSONValue {
        switch self {
        case .object(let members) where members.count == 1 && members["_0"] != nil: members["_0"]?.unnested ?? .null
        case .object(let members):
            .object(
                members.mapValues { member in
                    guard case .text(let text) = member, text.hasPrefix("{") || text.hasPrefix("[") else {
                        return member.unnested
                    }
                    let value = JSONValue(parsing: text)
                    return value == member ? value : value.unnested
                })
        case .array(let values): .array(values.map(\.unnested))
        default: self
        }
    }

    /// The value without the members of these names, where it is an object.
    package func without(_ names: Set<String>) -> JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !names.contains($0.key) })
    }
}

extension JSONValue: Codable {
    /// Reads any value.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(UInt64.self) {
            self = .unsigned(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Writes the value; names stay as they are.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .unsigned(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}

/// JSON as text with sorted keys: equal values give equal bytes.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String { try ModelContents.json(value) }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, in path: String) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
            throw WeightError.malformed(location: path, reason: "it is not the configuration of this architecture")
        }
    }
}
