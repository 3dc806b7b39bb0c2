/// One token a word or mark, with fast.ai's specials.
///
/// `xxbos` begins a document; `xxmaj` says that the next word is capitalised, `xxup` that it is in capitals; `xxrep 5 !` is
/// `!!!!!`, `xxwrep 4 no` is `no no no no`; `xxunk` stands for a word that is not in the vocabulary. Words of mixed case stay
/// as they are. Blanks are not kept: decoding sets them as a typist would.
/// - Source: Howard & Gugger 2020, "Fastai: A Layered API for Deep Learning", text preprocessing rules
package struct WordTokenizer: Tokenizer {
    /// The specials, then words by falling frequency, then those that merging added; of fastai's models in fastai's order.
    package let vocabulary: [String]
    /// Whether text is turned into lower case first; `xxmaj` and `xxup` are then never used.
    package let lowercases: Bool
    private let numbers: [String: Int32]
    /// The length of a run that becomes `xxrep` or `xxwrep`: 3 in fastai's own vocabularies, which have more specials.
    private let shortest: Int

    /// The special tokens, in the order in which they open the vocabulary.
    package enum Special: String, Sendable, CaseIterable {
        /// A word that is not known.
        case unknown = "xxunk"
        /// Fills up a batch; never in a text.
        case padding = "xxpad"
        /// A document begins.
        case documentStart = "xxbos"
        /// A character is repeated: its count and itself follow.
        case repeated = "xxrep"
        /// A word is repeated: the count and the word follow.
        case repeatedWord = "xxwrep"
        /// The next word is in capitals.
        case capitals = "xxup"
        /// The next word begins with a capital.
        case capitalised = "xxmaj"
    }

    /// What fastai fills a vocabulary up with, so that its size divides by 8.
    package static let filling = "xxfake"

    /// The words of `documents` that occur at least `minimumFrequency` times, the most frequent first.
    ///
    /// - Parameter size: the most tokens, specials included
    /// - Throws: `TokenizerError.vocabularyTooSmall`
    package init(documents: [String], size: Int, minimumFrequency: Int, lowercases: Bool) throws {
        let specials = Special.allCases.map(\.rawValue)
        guard size > specials.count else {
            throw TokenizerError.vocabularyTooSmall(size: size, minimum: specials.count + 1)
        }
        let words = Self.counted(documents, lowercases: lowercases).filter { $0.count >= minimumFrequency }
        try self.init(tokens: specials + words.prefix(size - specials.count).map(\.word), lowercases: lowercases)
    }

    /// A stored vocabulary.
    init(tokens: [String], lowercases: Bool) throws {
        vocabulary = tokens
        self.lowercases = lowercases
        numbers = Dictionary(zip(tokens, (0...).lazy.map { Int32($0) })) { first, _ in first }
        shortest = Self.shortest(tokens)
        if let missing = Special.allCases.first(where: { numbers[$0.rawValue] == nil }) {
            throw TokenizerError.malformed("the special token \(missing.rawValue) is missing")
        }
    }

    /// Words with their counts: by falling count, those of equal counts by their bytes.
    private static func counted(_ documents: [String], lowercases: Bool) -> [(word: String, count: Int)] {
        let specials = Set(Special.allCases.map(\.rawValue))
        var counts: [String: Int] = [:]
        for document in documents {
            WordRules.tokens(of: lowercases ? document.lowercased() : document, keepsCase: !lowercases) {
                counts[$0, default: 0] += 1
            }
        }
        return counts.filter { !specials.contains($0.key) }.map { (word: $0.key, count: $0.value) }.sorted {
            $0.count != $1.count ? $0.count > $1.count : $0.word.utf8.lexicographicallyPrecedes($1.word.utf8)
        }
    }

    /// Words.
    package var kind: TokenizerKind { .word }
    /// `xxbos`.
    package var documentStart: Int32? { number(.documentStart) }
    /// `xxunk`, `xxpad` and `xxbos`, and what fills the vocabulary up.
    package var unwritable: [Int32] {
        [Special.unknown, .padding, .documentStart].map(number)
            + vocabulary.indices.filter { vocabulary[$0].hasPrefix(Self.filling) }.map { Int32($0) }
    }
    private static func shortest(_ tokens: [String]) -> Int {
        tokens.starts(with: Special.allCases.map(\.rawValue)) ? WordRules.shortestRepetition : 3
    }

    private func number(_ special: Special) -> Int32 { numbers[special.rawValue] ?? 0 }
    /// The vocabulary.
    package var parts: TokenizerParts { TokenizerParts(kind: kind, lowercases: lowercases, tokens: vocabulary) }

    /// The words of a text; one that is not known becomes `xxunk`.
    package func encode(_ text: String) -> TokenizedText {
        var result = TokenizedText()
        WordRules.tokens(of: prepared(text), keepsCase: !lowercases, shortest: shortest) { word in
            if let token = numbers[word] {
                result.tokens.append(token)
            } else {
                result.tokens.append(number(.unknown))
                result.unknown.add(word, readAs: Special.unknown.rawValue)
            }
        }
        return result
    }

    /// A decoder that sets blanks and capitals.
    package func makeDecoder() -> any TokenDecoder { WordDecoder(vocabulary: vocabulary) }

    /// The word; breaks made visible.
    package func label(of token: Int32) -> String { VisibleText.of(vocabulary[Int(token)]) }

    /// The words that `documents` have at least twice and the vocabulary lacks, behind it by falling frequency.
    package func merged(with documents: [String]) -> WordTokenizer {
        let new = Self.counted(documents, lowercases: lowercases).filter { $0.count > 1 && numbers[$0.word] == nil }
        return WordTokenizer(known: self, adding: new.map(\.word))
    }

    private init(known: WordTokenizer, adding words: [String]) {
        vocabulary = known.vocabulary + words
        (lowercases, shortest) = (known.lowercases, known.shortest)
        numbers = Dictionary(zip(vocabulary, (0...).lazy.map { Int32($0) })) { first, _ in first }
    }
}
