/// What is stored of a tokenizer: enough to make the same one again.
public struct TokenizerParts: Sendable, Equatable {
    /// Which tokenizer it is.
    public var kind: TokenizerKind
    /// Whether text is turned into lower case first.
    public var lowercases: Bool
    /// The tokens by their numbers.
    public var tokens: [String]
    /// The merges of a byte-pair tokenizer in their order, two tokens with a blank between; else none.
    public var merges: [String]

    /// Parts as they were read from a file.
    public init(kind: TokenizerKind, lowercases: Bool, tokens: [String], merges: [String] = []) {
        self.kind = kind
        self.lowercases = lowercases
        self.tokens = tokens
        self.merges = merges
    }

    /// The tokenizer.
    ///
    /// - Throws: `TokenizerError` for parts that contradict each other
    public func tokenizer() throws -> any Tokenizer {
        guard !tokens.isEmpty else { throw TokenizerError.malformed("there are no tokens") }
        // By bytes: Swift takes composed and decomposed letters for equal.
        guard Set(tokens.map { Array($0.utf8) }).count == tokens.count else {
            throw TokenizerError.malformed("a token is there twice")
        }
        switch kind {
        case .character: return try CharacterTokenizer(tokens: tokens, lowercases: lowercases)
        case .word: return try WordTokenizer(tokens: tokens, lowercases: lowercases)
        case .bytePair:
            let tokenizer = try BytePairTokenizer(merges: merges, lowercases: lowercases)
            guard tokenizer.vocabulary == tokens else {
                throw TokenizerError.malformed("the tokens are not those that the merges make")
            }
            return tokenizer
        case .split, .bareWords: return SplitTokenizer(tokens: tokens, lowercases: lowercases, kind: kind)
        }
    }
}

/// Why there is no tokenizer.
package enum TokenizerError: Error, Equatable, CustomStringConvertible {
    /// Stored parts that contradict each other.
    case malformed(String)
    /// A size that cannot be had.
    case vocabularyTooSmall(size: Int, minimum: Int)

    /// One line.
    package var description: String {
        switch self {
        case .malformed(let reason): "the stored tokenizer is damaged: \(reason)"
        case .vocabularyTooSmall(let size, let minimum):
            "a vocabulary of \(size) is too small: at least \(minimum) tokens are needed"
        }
    }
}

/// How to make a tokenizer from text.
public struct TokenizerSettings: Sendable, Hashable, Codable {
    /// Which tokenizer.
    public var kind: TokenizerKind = .character
    /// Whether text is turned into lower case first.
    public var lowercases = false
    /// The most tokens; nil for the tokenizer's own limit (words 60,000, byte pairs 4,096). Characters are all kept.
    public var size: Int?
    /// How often a word, or a pair of byte runs, must occur to become a token.
    public var minimumFrequency = 2

    /// One token a character.
    public init() {}

    /// Learns a tokenizer from documents.
    ///
    /// - Throws: `TokenizerError.vocabularyTooSmall`
    package func tokenizer(from documents: [String]) throws -> any Tokenizer {
        switch kind {
        case .character: CharacterTokenizer(documents: documents, lowercases: lowercases)
        case .word:
            try WordTokenizer(
                documents: documents, size: size ?? 60_000, minimumFrequency: minimumFrequency, lowercases: lowercases)
        case .bytePair:
            try BytePairTokenizer(
                documents: documents, size: size ?? 4_096, minimumFrequency: minimumFrequency, lowercases: lowercases)
        case .split, .bareWords:
            throw TokenizerError.malformed("\(kind.rawValue) is for vocabularies of other programs, and is not learned")
        }
    }
}
