/// A model of a tokenizer with its tokens, read and checked.
struct TokenVocabulary: Sendable {
    /// The tokens by their numbers.
    private(set) var tokens: [String] = []
    /// The tokens of the model, without those that were added.
    private(set) var trie = TokenTrie()
    /// How words become tokens.
    let model: TokenModel

    /// Reads the `model` of a tokenizer.
    ///
    /// - Throws: `TokenizerError` for a kind that Zoo does not have, and for numbers or tokens that contradict each other
    init(_ node: JSONNode) throws(TokenizerError) {
        let type = try node.type(of: "model")
        let part = "model " + type.prefix(50)
        var scores: [Double] = []
        switch type {
        case "WordPiece", "WordLevel":
            guard case .object(let members)? = node["vocab"] else {
                throw .malformed(part: part, reason: "vocab must be an object of tokens with their numbers")
            }
            tokens = try Self.ordered(members, part)
        case "Unigram":
            guard let items = node["vocab"]?.items else {
                throw .malformed(part: part, reason: "vocab must be a list of tokens with their scores")
            }
            for item in items {
                guard let pair = item.items, pair.count == 2, let token = pair[0].text, let score = pair[1].number,
                    score.isFinite
                else {
                    throw .malformed(part: part, reason: "entry \(tokens.count) of vocab is no token with its score")
                }
                tokens.append(token)
                scores.append(score)
            }
        default: throw .unsupported(part: "the \(part)")
        }
        guard tokens.count <= Int(Int32.max) / 64 else {
            throw .malformed(part: part, reason: "its vocab is too large")
        }
        for (token, text) in tokens.enumerated() where !trie.insert(text.scalarValues, token: Int32(token)) {
            throw .malformed(part: part, reason: "'\(text.prefix(100))' is twice in vocab")
        }
        switch type {
        case "WordPiece":
            let prefix = node["continuing_subword_prefix"]?.text ?? "##"
            model = .wordPiece(
                continuation: trie.node(prefix.scalarValues),
                mostCharacters: node["max_input_chars_per_word"]?.index ?? 100,
                unknown: try Self.unknown(node, trie, part, default: "[UNK]"))
        case "WordLevel": model = .wordLevel(unknown: try Self.unknown(node, trie, part, default: "<unk>"))
        default:
            guard let unknown = node["unk_id"]?.index, unknown < tokens.count else {
                throw .malformed(part: part, reason: "unk_id is missing or none of its \(tokens.count) tokens")
            }
            var bytes: [Int32]?
            if node["byte_fallback"]?.bool == true {
                let found = (0..<256).map { [trie] byte in
                    let digits = String(byte, radix: 16, uppercase: true)
                    return trie.token("<0x\(digits.count < 2 ? "0" : "")\(digits)>".scalarValues)
                }
                guard !found.contains(-1) else {
                    throw .unsupported(part: "byte_fallback without a token for each of the 256 bytes")
                }
                bytes = found
            }
            model = .unigram(
                scores: scores, leastScore: scores.min() ?? 0, bytes: bytes, unknown: Int32(unknown))
        }
    }

    /// Tokens in the order of their numbers.
    private static func ordered(
        _ members: [(name: String, value: JSONNode)], _ part: String
    ) throws(TokenizerError) -> [String] {
        var tokens = [String?](repeating: nil, count: members.count)
        for (name, value) in members {
            guard let number = value.index, number < tokens.count else {
                throw .malformed(
                    part: part,
                    reason:
                        "'\(name.prefix(100))' has a number that is not from 0 to \(tokens.count - 1), as its vocab needs"
                )
            }
            guard tokens[number] == nil else {
                throw .malformed(part: part, reason: "two tokens of vocab have the number \(number)")
            }
            tokens[number] = name
        }
        return tokens.compactMap { $0 }
    }

    private static func unknown(
        _ node: JSONNode, _ trie: TokenTrie, _ part: String, default text: String
    ) throws(TokenizerError) -> Int32 {
        let text = node["unk_token"]?.text ?? text
        let token = trie.token(text.scalarValues)
        guard token >= 0 else {
            throw .malformed(part: part, reason: "its unk_token '\(text.prefix(100))' is missing in vocab")
        }
        return token
    }

    /// Adds a token that only the list of added tokens has.
    mutating func append(_ token: String) { tokens.append(token) }
}
