import Foundation
import ZooNN
import ZooWeights

/// JSON as text with sorted keys: equal values give equal bytes.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String { try ModelContents.json(value) }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, in path: String) throws -> Value {
        do { return try JSONDecoder().decode(type, from: Data(text.utf8)) } catch {
            throw WeightError.malformed(location: path, reason: "it is not the configuration of this architecture")
        }
    }
}
