/// One token between two blanks, as in many models of other programs.
///
/// A token for what is not known and one for the end of a line are used where the vocabulary has them by their usual names;
/// without the former, words that are not known are left out.
/// - Source: Keras 3, `TextVectorization`, `lower_and_strip_punctuation`, for `.bareWords`
package struct SplitTokenizer: Tokenizer {
    /// The tokens by their numbers.
    package let vocabulary: [String]
    /// Whether text is turned into lower case first.
    package let lowercases: Bool
    /// `.split`, or `.bareWords` without the marks of ASCII.
    package let kind: TokenizerKind
    private let numbers: [String: Int32]
    private let unknown: Int32?
    private let lineEnd: Int32?

    /// Names of the token for what is not known.
    package static let unknownNames = ["<unk>", "[UNK]", "<UNK>", "UNK", "unk", "xxunk", "<oov>", "<OOV>"]
    /// Names of the token that fills texts up, which no text has.
    package static let paddings = ["", "<pad>", "[PAD]", "<PAD>", "xxpad", "\0"]
    private static let others = paddings + ["<s>", "<bos>", "xxbos"]

    /// A stored vocabulary.
    init(tokens: [String], lowercases: Bool, kind: TokenizerKind) {
        (vocabulary, self.lowercases, self.kind) = (tokens, lowercases, kind)
        let numbers = Dictionary(zip(tokens, (0...).lazy.map { Int32($0) })) { first, _ in first }
        self.numbers = numbers
        unknown = Self.unknownNames.lazy.compactMap { numbers[$0] }.first
        lineEnd = ["<eos>", "</s>"].lazy.compactMap { numbers[$0] }.first
    }

    /// None.
    package var documentStart: Int32? { nil }
    /// What stands for nothing that could be written.
    package var unwritable: [Int32] { [unknown].compactMap { $0 } + Self.others.compactMap { numbers[$0] } }
    /// The vocabulary.
    package var parts: TokenizerParts { TokenizerParts(kind: kind, lowercases: lowercases, tokens: vocabulary) }

    /// The words of a text.
    package func encode(_ text: String) -> TokenizedText {
        var result = TokenizedText()
        let lines = prepared(text).split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            for word in words(line) {
                if let token = numbers[word] {
                    result.tokens.append(token)
                } else {
                    if let unknown { result.tokens.append(unknown) }
                    result.unknown.add(word, readAs: unknown.map { vocabulary[Int($0)] })
                }
            }
            if let lineEnd, index < lines.count - 1 { result.tokens.append(lineEnd) }
        }
        return result
    }

    private func words(_ line: Substring) -> [String] {
        guard kind == .bareWords else { return line.split(whereSeparator: \.isWhitespace).map(String.init) }
        let bare = line.unicodeScalars.filter { !Self.isMark($0) }
        return String(String.UnicodeScalarView(bare)).split(whereSeparator: \.isWhitespace).map(String.init)
    }

    /// Marks of ASCII: all that is neither letter, digit, blank nor a control character.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
        default: false
        }
    }

    /// A decoder that sets a blank between two words.
    package func makeDecoder() -> any TokenDecoder { SplitDecoder(vocabulary: vocabulary, lineEnd: lineEnd) }

    /// The word; breaks made visible.
    package func label(of token: Int32) -> String { VisibleText.of(vocabulary[Int(token)]) }

    /// The words that `documents` have and the vocabulary lacks, behind it, in the order in which they come.
    package func merged(with documents: [String]) -> SplitTokenizer {
        var (known, added) = (Set(vocabulary), [String]())
        for document in documents {
            for line in prepared(document).split(separator: "\n") {
                for word in words(line) where known.insert(word).inserted { added.append(word) }
            }
        }
        return SplitTokenizer(tokens: vocabulary + added, lowercases: lowercases, kind: kind)
    }
}

/// Gives words with a blank between two, and a line break for a line's end.
private struct SplitDecoder: TokenDecoder {
    let vocabulary: [String]
    let lineEnd: Int32?
    private var isAtStart = true

    init(vocabulary: [String], lineEnd: Int32?) { (self.vocabulary, self.lineEnd) = (vocabulary, lineEnd) }

    mutating func append(_ token: Int32) -> String {
        guard vocabulary.indices.contains(Int(token)) else { return "" }
        if token == lineEnd {
            isAtStart = true
            return "\n"
        }
        defer { isAtStart = false }
        return (isAtStart ? "" : " ") + vocabulary[Int(token)]
    }

    mutating func finish() -> String { "" }
}
