/// A tokenizer of Hugging Face's form, `tokenizer.json`, which turns texts into the same tokens as their library.
package struct TextTokenizer: Sendable {
    /// The tokens by their numbers.
    package var tokens: [String] { vocabulary.tokens }
    /// The token that stands for what is not known.
    package var unknown: Int32 { vocabulary.model.unknown }
    private let normalizer: TextNormalizer?
    private let preTokenizer: PreTokenizer?
    private var vocabulary: TokenVocabulary
    /// Tokens that are found in the text as it is, and in the text that was normalised.
    private var (added, addedNormalized) = (AddedTokens(), AddedTokens())

    /// Reads a `tokenizer.json`.
    ///
    /// - Throws: `TokenizerError` naming what Zoo does not have, or what contradicts itself; `JSONError`
    package init(_ bytes: [UInt8]) throws {
        let node = try JSONNode(bytes)
        guard node["version"]?.text ?? "1.0" == "1.0" else {
            throw TokenizerError.unsupported(part: "another version than 1.0")
        }
        guard let model = node["model"] else {
            throw TokenizerError.malformed(part: "model", reason: "it is missing")
        }
        normalizer = try TextNormalizer(node["normalizer"])
        preTokenizer = try PreTokenizer(node["pre_tokenizer"])
        vocabulary = try TokenVocabulary(model)
        try add(node["added_tokens"]?.items ?? [])
    }

    private mutating func add(_ items: [JSONNode]) throws(TokenizerError) {
        let part = "added_tokens"
        let mappings = ScalarMappings()
        var seen = TokenTrie()
        for item in items {
            let content = try item.string("content", of: part)
            guard !content.isEmpty else { continue }
            var text = content.scalarValues
            guard seen.insert(text, token: 0) else {
                throw .malformed(part: part, reason: "'\(content.prefix(100))' is there twice")
            }
            let known = vocabulary.trie.token(text)
            let place = known >= 0 ? Int(known) : vocabulary.tokens.count
            guard item["id"]?.index == place else {
                throw .malformed(
                    part: part,
                    reason: known >= 0
                        ? "'\(content.prefix(100))' has another number than in vocab, where it is \(place)"
                        : "'\(content.prefix(100))' must have the next number, \(place)")
            }
            if known < 0 { vocabulary.append(content) }
            if try item.flag("normalized", of: part) {
                var lead = 1
                normalizer?.apply(to: &text, lead: &lead, mappings)
                try addedNormalized.insert(text, Int32(place), item, part)
            } else {
                try added.insert(text, Int32(place), item, part)
            }
        }
    }

    /// What a thread needs beside the tokenizer to turn texts into tokens.
    package final class Scratch {
        fileprivate let mappings = ScalarMappings()
        fileprivate var words = Words()
        fileprivate var path = TokenPath()
        fileprivate var text: [UInt32] = []
        fileprivate var part: [UInt32] = []
        /// The tokens of the last text.
        package fileprivate(set) var tokens: [Int32] = []

        /// Nothing yet.
        package init() {}
    }

    /// Turns a text into `scratch.tokens`.
    ///
    /// - Parameter characters: how many characters of the text are read, from its beginning
    /// - Parameter most: how many tokens there are at most; those behind are left out
    package func encode(_ text: String, characters: Int = .max, most: Int = .max, _ scratch: Scratch) {
        // Local for the time, which saves a check at each access.
        var (words, path, tokens) = (Words(), TokenPath(), [Int32]())
        var (characterValues, part) = ([UInt32](), [UInt32]())
        func exchange() {
            swap(&words, &scratch.words)
            swap(&path, &scratch.path)
            swap(&tokens, &scratch.tokens)
            swap(&characterValues, &scratch.text)
            swap(&part, &scratch.part)
        }
        exchange()
        defer { exchange() }
        tokens.removeAll(keepingCapacity: true)
        characterValues.removeAll(keepingCapacity: true)
        for scalar in text.unicodeScalars {
            if characterValues.count == characters { break }
            characterValues.append(scalar.value)
        }
        added.forEach(of: characterValues) { range, token in
            if let token { return tokens.append(token) }
            guard tokens.count < most else { return }
            part.removeAll(keepingCapacity: true)
            part.append(contentsOf: characterValues[range])
            var lead = range.lowerBound == 0 ? 1 : 0
            normalizer?.apply(to: &part, lead: &lead, scratch.mappings)
            addedNormalized.forEach(of: part) { range, token in
                if let token { return tokens.append(token) }
                words.begin(part[range], isAtStart: range.lowerBound < lead)
                preTokenizer?.apply(to: &words)
                for word in words.ranges {
                    guard tokens.count < most else { return }
                    vocabulary.model.append(word, of: words.text, vocabulary.trie, to: &tokens, &path)
                }
            }
        }
        if tokens.count > most { tokens.removeLast(tokens.count - most) }
    }
}
