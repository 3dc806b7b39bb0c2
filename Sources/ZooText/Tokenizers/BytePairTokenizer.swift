/// Byte-pair encoding: frequent runs of bytes are tokens, and every single byte is one, so that nothing is ever unknown.
///
/// Tokens 0..<256 are the bytes, the rest the merges in the order in which they were learned. In the vocabulary bytes are
/// written as printable characters, a blank as `Ġ`, as GPT-2's files have them.
/// - Source: Sennrich et al. 2016, "Neural machine translation of rare words with subword units", algorithm 1; Radford et al.
///   2019 for the bytes and for cutting the text into words first, here without regular expressions
package struct BytePairTokenizer: Tokenizer {
    /// The bytes, then what the merges make.
    package let vocabulary: [String]
    /// Whether text is turned into lower case first.
    package let lowercases: Bool
    let bytes: [[UInt8]]  // by token
    private let merges: [Pair]
    private let ranks: [Pair: Int32]  // the merge's number

    /// Two tokens side by side.
    struct Pair: Hashable {
        let left: Int32
        let right: Int32
    }

    /// Learns merges from `documents`, until there are `size` tokens or no pair occurs `minimumFrequency` times.
    ///
    /// The most frequent pair is merged first; of equally frequent ones that with the lower tokens.
    /// - Throws: `TokenizerError.vocabularyTooSmall` below 256
    package init(documents: [String], size: Int, minimumFrequency: Int, lowercases: Bool) throws {
        guard size >= 256 else { throw TokenizerError.vocabularyTooSmall(size: size, minimum: 256) }
        var training = BytePairTraining(minimumFrequency: max(minimumFrequency, 1))
        for document in documents { training.add(lowercases ? document.lowercased() : document) }
        self.init(pairs: training.merges(size - 256), lowercases: lowercases)
    }

    /// Stored merges, each two tokens with a blank between.
    init(merges: [String], lowercases: Bool) throws {
        var numbers: [[UInt8]: Int32] = [:]
        for byte in 0..<256 { numbers[[UInt8(byte)]] = Int32(byte) }
        var pairs: [Pair] = []
        for (rank, merge) in merges.enumerated() {
            let halves = merge.split(separator: " ", omittingEmptySubsequences: false).map { ByteText.bytes(of: $0) }
            guard halves.count == 2, let left = halves[0], let right = halves[1], let first = numbers[left],
                let second = numbers[right], numbers[left + right] == nil
            else { throw TokenizerError.malformed("merge \(rank + 1) does not follow from those before it") }
            pairs.append(Pair(left: first, right: second))
            numbers[left + right] = Int32(256 + rank)
        }
        self.init(pairs: pairs, lowercases: lowercases)
    }

    private init(pairs: [Pair], lowercases: Bool) {
        var bytes = (0..<256).map { [UInt8($0)] }
        for pair in pairs { bytes.append(bytes[Int(pair.left)] + bytes[Int(pair.right)]) }
        self.bytes = bytes
        vocabulary = bytes.map(ByteText.text)
        self.lowercases = lowercases
        merges = pairs
        ranks = Dictionary(zip(pairs, (0...).lazy.map { Int32($0) })) { first, _ in first }
    }

    /// Byte pairs.
    package var kind: TokenizerKind { .bytePair }
    /// None: a blank line stands between documents.
    package var documentStart: Int32? { nil }
    /// None.
    package var unwritable: [Int32] { [] }
    /// The tokens and the merges.
    package var parts: TokenizerParts {
        let lines = merges.map { vocabulary[Int($0.left)] + " " + vocabulary[Int($0.right)] }
        return TokenizerParts(kind: kind, lowercases: lowercases, tokens: vocabulary, merges: lines)
    }

    /// The tokens of a text; nothing is unknown.
    package func encode(_ text: String) -> TokenizedText {
        var result = TokenizedText()
        var known: [ArraySlice<UInt8>: [Int32]] = [:]
        let bytes = Array(prepared(text).utf8)
        result.tokens.reserveCapacity(bytes.count / 3)
        for piece in BytePieces(bytes) {
            if let tokens = known[piece] {
                result.tokens += tokens
            } else {
                let tokens = merged(piece)
                if known.count < 1 << 18 { known[piece] = tokens }
                result.tokens += tokens
            }
        }
        return result
    }

    /// Applies the merges in their order; pieces are short, so that looking for the next one again costs little.
    private func merged(_ piece: ArraySlice<UInt8>) -> [Int32] {
        var tokens = piece.map { Int32($0) }
        while tokens.count > 1 {
            var best: (rank: Int32, pair: Pair)?
            for index in 0..<tokens.count - 1 {
                let pair = Pair(left: tokens[index], right: tokens[index + 1])
                if let rank = ranks[pair], best.map({ rank < $0.rank }) ?? true { best = (rank, pair) }
            }
            guard let best else { break }
            tokens = best.pair.replaced(in: tokens, by: 256 + best.rank)
        }
        return tokens
    }

    /// A decoder that holds back the bytes of a character until it is whole.
    package func makeDecoder() -> any TokenDecoder { BytePairDecoder(bytes: bytes) }

    /// The text of the token where its bytes are text, blanks made visible; else its bytes.
    package func label(of token: Int32) -> String {
        let own = bytes[Int(token)]
        if let text = String(validating: own, as: UTF8.self) { return VisibleText.of(text) }
        return own.map { "<" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }.joined()
    }

    /// The same tokenizer: there is nothing that it cannot read.
    package func merged(with documents: [String]) -> BytePairTokenizer { self }
}

extension BytePairTokenizer.Pair {
    /// `tokens` with every pair, from the left, replaced by its merge.
    func replaced(in tokens: [Int32], by merge: Int32) -> [Int32] {
        var result: [Int32] = []
        result.reserveCapacity(tokens.count)
        var index = 0
        while index < tokens.count {
            if index + 1 < tokens.count, tokens[index] == left, tokens[index + 1] == right {
                result.append(merge)
                index += 2
            } else {
                result.append(tokens[index])
                index += 1
            }
        }
        return result
    }
}

/// Puts bytes together and gives them out as soon as they are whole characters.
struct BytePairDecoder: TokenDecoder {
    let bytes: [[UInt8]]
    private var held: [UInt8] = []

    init(bytes: [[UInt8]]) { self.bytes = bytes }

    mutating func append(_ token: Int32) -> String {
        guard bytes.indices.contains(Int(token)) else { return "" }
        held += bytes[Int(token)]
        let open = Self.openBytes(held)
        defer { held.removeFirst(held.count - open) }
        return String(decoding: held.dropLast(open), as: UTF8.self)
    }

    mutating func finish() -> String {
        defer { held = [] }
        return String(decoding: held, as: UTF8.self)
    }

    /// How many bytes at the end begin a character that is not whole yet.
    private static func openBytes(_ bytes: [UInt8]) -> Int {
        for back in 1...3 where back <= bytes.count {
            let byte = bytes[bytes.count - back]
            if byte & 0xC0 == 0x80 { continue }
            let length = byte >= 0xF0 && byte < 0xF5 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
            return byte < 0xF5 && length > back ? back : 0
        }
        return 0
    }
}
