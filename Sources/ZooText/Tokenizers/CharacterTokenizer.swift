import Foundation

/// One token a character, that is a Unicode scalar; the vocabulary is the text's alphabet.
///
/// A character that it does not know is read as the same letter in the other case or without its accent where that is
/// known, and else left out; `TokenizedText.unknown` says so.
public struct CharacterTokenizer: Tokenizer {
    /// The characters by their numbers: by code point, then those that merging added.
    public let vocabulary: [String]
    /// Whether text is turned into lower case first.
    public let lowercases: Bool
    private let ascii: [Int32]  // by code, -1 where it is not a token
    private let others: [UInt32: Int32]

    /// The alphabet of `documents`, and the line break that stands between two.
    public init(documents: [String], lowercases: Bool) {
        var found: Set<UInt32> = documents.count > 1 ? [10] : []
        for document in documents {
            for scalar in (lowercases ? document.lowercased() : document).unicodeScalars { found.insert(scalar.value) }
        }
        self.init(scalars: found.sorted().compactMap(Unicode.Scalar.init), lowercases: lowercases)
    }

    /// A stored alphabet.
    init(tokens: [String], lowercases: Bool) throws {
        let scalars = tokens.compactMap { $0.unicodeScalars.count == 1 ? $0.unicodeScalars.first : nil }
        guard scalars.count == tokens.count else { throw TokenizerError.malformed("a token is not one character") }
        self.init(scalars: scalars, lowercases: lowercases)
    }

    private init(scalars: [Unicode.Scalar], lowercases: Bool) {
        var ascii = [Int32](repeating: -1, count: 128)
        var others: [UInt32: Int32] = [:]
        for (token, scalar) in scalars.enumerated() {
            if scalar.isASCII { ascii[Int(scalar.value)] = Int32(token) } else { others[scalar.value] = Int32(token) }
        }
        vocabulary = scalars.map { String($0) }
        self.lowercases = lowercases
        self.ascii = ascii
        self.others = others
    }

    /// Characters.
    public var kind: TokenizerKind { .character }
    /// None: a blank line stands between documents.
    public var documentStart: Int32? { nil }
    /// None.
    public var unwritable: [Int32] { [] }
    /// The alphabet.
    public var parts: TokenizerParts { TokenizerParts(kind: kind, lowercases: lowercases, tokens: vocabulary) }

    private func token(_ scalar: Unicode.Scalar) -> Int32? {
        if scalar.isASCII {
            let token = ascii[Int(scalar.value)]
            return token < 0 ? nil : token
        }
        return others[scalar.value]
    }

    /// The characters of a text.
    public func encode(_ text: String) -> TokenizedText {
        let text = prepared(text)
        var result = TokenizedText()
        result.tokens.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            if let token = token(scalar) {
                result.tokens.append(token)
            } else {
                let nearest = nearest(to: scalar)
                result.tokens += nearest
                let readAs = nearest.isEmpty ? nil : nearest.map { vocabulary[Int($0)] }.joined()
                result.unknown.add(String(scalar), readAs: readAs)
            }
        }
        return result
    }

    /// What an unknown character is read as: its other case, its plain form, its plain form's other case; else nothing.
    private func nearest(to scalar: Unicode.Scalar) -> [Int32] {
        let given = String(scalar)
        let plain = given.folding(options: [.diacriticInsensitive, .widthInsensitive], locale: nil)
        let typed = Self.typed[scalar.value] ?? plain
        for form in [given.lowercased(), given.uppercased(), typed, typed.lowercased(), typed.uppercased()] {
            let tokens = form.unicodeScalars.map(token)
            let known = tokens.compactMap { $0 }
            if !tokens.isEmpty, known.count == tokens.count { return known }
        }
        return []
    }

    /// Typographic characters as a typewriter has them.
    private static let typed: [UInt32: String] = [
        0x2018: "'", 0x2019: "'", 0x201C: "\"", 0x201D: "\"", 0x2013: "-", 0x2014: "--", 0x2026: "...", 0xA0: " ",
        0x09: " ",
    ]

    /// A decoder, which gives every character at once.
    public func makeDecoder() -> any TokenDecoder { PlainDecoder(vocabulary: vocabulary) }

    /// The character; blanks and breaks made visible.
    public func label(of token: Int32) -> String { VisibleText.of(vocabulary[Int(token)]) }

    /// The characters that `documents` have and the alphabet lacks, behind it by code point.
    public func merged(with documents: [String]) -> CharacterTokenizer {
        let new = CharacterTokenizer(documents: documents, lowercases: lowercases)
        let own = vocabulary.compactMap(\.unicodeScalars.first)
        let added = new.vocabulary.compactMap(\.unicodeScalars.first).filter { token($0) == nil }
        return CharacterTokenizer(scalars: own + added, lowercases: lowercases)
    }
}

/// Gives the texts of tokens as they stand in the vocabulary.
private struct PlainDecoder: TokenDecoder {
    let vocabulary: [String]

    mutating func append(_ token: Int32) -> String {
        vocabulary.indices.contains(Int(token)) ? vocabulary[Int(token)] : ""
    }

    mutating func finish() -> String { "" }
}

/// Text for lists, in which blanks, breaks and control characters can be seen.
enum VisibleText {
    static func of(_ text: String) -> String {
        var visible = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x20: visible.append("\u{2423}")
            case 0x0A: visible.append("\u{21B5}")
            case 0..<0x20: visible.append(Unicode.Scalar(0x2400 + scalar.value) ?? scalar)  // the control images
            case 0x7F: visible.append("\u{2421}")
            default: visible.append(scalar)
            }
        }
        return String(visible)
    }
}
