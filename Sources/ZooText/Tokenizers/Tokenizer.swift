/// Cuts text into numbered tokens and puts it together again.
///
/// Tokens are numbered from 0 in the order of `vocabulary`; what is stored of one is in `parts`.
public protocol Tokenizer: Sendable {
    /// Which of the tokenizers it is.
    var kind: TokenizerKind { get }
    /// The tokens by their numbers, each once.
    var vocabulary: [String] { get }
    /// Whether text is turned into lower case first.
    var lowercases: Bool { get }
    /// The token that begins a document; nil where documents are told apart by blank lines.
    var documentStart: Int32? { get }
    /// Tokens that stand for what is not known, and are never to be written.
    var unwritable: [Int32] { get }
    /// What a model file keeps of it.
    var parts: TokenizerParts { get }

    /// The tokens of a text, without a document's start.
    func encode(_ text: String) -> TokenizedText
    /// Something that turns tokens into text as they come.
    func makeDecoder() -> any TokenDecoder
    /// A token as people read it in a list: blanks and breaks are visible.
    func label(of token: Int32) -> String
    /// The same tokenizer with what else `documents` need behind its own tokens.
    func merged(with documents: [String]) -> Self
}

/// The ways of cutting text into tokens.
public enum TokenizerKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// One token a character (a Unicode scalar).
    case character = "char"
    /// One token a word.
    case word
    /// Frequent runs of bytes, learned from the text.
    case bytePair = "bpe"
    /// What stands between two blanks: of models of other programs.
    case split
    /// The same in lower case without the marks of ASCII, as Keras's TextVectorization cuts texts.
    case bareWords = "bare-words"

    /// Those that are learned from a text.
    package static let learned: [TokenizerKind] = [.character, .word, .bytePair]
}

/// Turns tokens into text, one by one; what it gives, put together, is the text.
public protocol TokenDecoder {
    /// The text that is certain once this token has come; it may be empty.
    mutating func append(_ token: Int32) -> String
    /// What was held back.
    mutating func finish() -> String
}

extension Tokenizer {
    /// The text of tokens. Numbers that are no tokens count for nothing.
    public func decode(_ tokens: some Sequence<Int32>) -> String {
        var decoder = makeDecoder()
        var text = ""
        for token in tokens { text += decoder.append(token) }
        return text + decoder.finish()
    }

    /// The tokens of several documents as one stream.
    ///
    /// Each begins with `documentStart`; where there is none, a blank line stands between two.
    public func encode(documents: [String]) -> TokenizedText {
        guard let documentStart else { return encode(Self.joined(documents)) }
        var result = TokenizedText()
        for document in documents {
            result.tokens.append(documentStart)
            result.append(encode(document))
        }
        return result
    }

    /// Documents with a blank line between two.
    static func joined(_ documents: [String]) -> String {
        guard documents.count > 1 else { return documents.first ?? "" }
        var text = ""
        text.reserveCapacity(documents.reduce(0) { $0 + $1.utf8.count + 2 })
        for (index, document) in documents.enumerated() {
            if index > 0 { text += text.utf8.last == 10 ? "\n" : "\n\n" }
            text += document
        }
        return text
    }

    /// The text as the tokenizer reads it.
    func prepared(_ text: String) -> String { lowercases ? text.lowercased() : text }
}

/// The result of tokenizing a text.
public struct TokenizedText: Sendable, Equatable {
    /// The tokens.
    public var tokens: [Int32] = []
    /// What the vocabulary lacks.
    package var unknown = UnknownText()

    /// No tokens.
    package init() {}

    /// Adds another text's tokens.
    mutating func append(_ other: TokenizedText) {
        tokens += other.tokens
        unknown.merge(other.unknown)
    }
}

/// Pieces of a text that a vocabulary lacks, and what was read in their place.
package struct UnknownText: Sendable, Equatable {
    /// How many there were.
    package private(set) var count = 0
    /// The first few, each once, with what each was read as; nil for what was left out.
    package private(set) var examples: [(piece: String, readAs: String?)] = []
    private static let mostExamples = 20

    /// Nothing unknown.
    package init() {}

    mutating func add(_ piece: String, readAs replacement: String?) {
        count += 1
        note(piece, replacement)
    }

    /// Adds what was unknown in another text.
    package mutating func merge(_ other: UnknownText) {
        count += other.count
        for example in other.examples { note(example.piece, example.readAs) }
    }

    private mutating func note(_ piece: String, _ replacement: String?) {
        guard examples.count < Self.mostExamples, !examples.contains(where: { $0.piece == piece }) else { return }
        examples.append((piece, replacement))
    }

    /// Whether both hold the same.
    package static func == (a: UnknownText, b: UnknownText) -> Bool {
        a.count == b.count && a.examples.elementsEqual(b.examples) { $0 == $1 }
    }
}
