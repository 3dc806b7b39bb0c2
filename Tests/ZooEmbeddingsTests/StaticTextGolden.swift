import Foundation
import ZooEmbeddings

/// What `Scripts/goldens/static_text.py` wrote: models as model2vec writes them, and what it makes of texts.
struct StaticTextGolden: Decodable {
    struct Model: Decodable {
        let name, tokenizer, config: String
        /// `model.safetensors`, the tokens of the texts as 16-bit numbers with 0xFFFF behind each, and the vectors.
        let weights, tokens, vectors: Data

        /// The tokens of each text.
        var tokensOfTexts: [[Int32]] {
            let numbers = tokens.withUnsafeBytes { Array($0.bindMemory(to: UInt16.self)) }.map { Int32($0) }
            return numbers.split(separator: 0xFFFF, omittingEmptySubsequences: false).dropLast().map { Array($0) }
        }

        /// How many tokens of a text count; nil for all.
        var mostTokens: Int? {
            let node = (try? JSONNode(Array(config.utf8)))?["max_length"]
            return node == nil ? 512 : node?.index
        }

        /// The model with vectors of nothing but zeros.
        func withoutVectors() throws -> StaticTextModel {
            let count = try TextTokenizer(Array(tokenizer.utf8)).tokens.count
            return try StaticTextModel(
                tokenizerFile: tokenizer, vectors: [Float](repeating: 0, count: count), width: 1,
                settings: .init(normalizes: false, mostTokens: mostTokens))
        }
    }
    let texts: [String]
    let models: [Model]

    static func read() throws -> StaticTextGolden {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/static-text.json")
        return try JSONDecoder().decode(StaticTextGolden.self, from: Data(contentsOf: file))
    }
}
