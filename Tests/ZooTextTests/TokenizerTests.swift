import Foundation
import Testing
import ZooText

private let stories = [
    "The king's men said: \"No, no!\" They DIDN'T go... It cost $3.50, or 1,000 crowns -- so what?\n\nThe king laughed.\n",
    "Soooo well-known; (it) was 50% of the king, the queen and the king's men!!!!! no no no no no McDonald & co.",
]

private let odd = [
    "", " ", "\n", "\n\n\n", "a", "\"", "'", "'tis the dogs' day", "don\u{2019}t \u{201C}stop\u{201D}", "a.b,c 3.14.15",
    "x  y\t z",
    "- -- --- ---- ----- -", "naïve Straße İstanbul \u{212B}\u{C5}", "日本語のテキスト and words", "👩‍👩‍👧 🇩🇪 👍🏽 ok",
    "e\u{301}le\u{300}ve",
    "xxunk xxmaj xxbos", "AAAA aaaa AaAaAa", "no no no no NO NO NO NO", "0000 11111", "tab\there\u{A0}there",
    "\u{0}\u{1}\u{7F}", "….,;:!?",
    "a/b/c @me #tag", "'''' \"\"\"\" (((( ))))", "it'''s", "l'l'l'l'l",
]

private func tokenizers(_ documents: [String]) throws -> [any Tokenizer] {
    try TokenizerKind.learned.map { kind in
        var settings = TokenizerSettings()
        settings.kind = kind
        settings.minimumFrequency = 1
        settings.size = kind == .bytePair ? 300 : nil
        return try settings.tokenizer(from: documents)
    }
}

@Suite struct TokenizerTests {
    @Test(arguments: stories + odd) func charactersAndBytePairsGiveTheTextBack(_ text: String) throws {
        for tokenizer in try tokenizers([text]) where tokenizer.kind != .word {
            let encoded = tokenizer.encode(text)
            #expect(Array(tokenizer.decode(encoded.tokens).utf8) == Array(text.utf8), "\(tokenizer.kind)")
            #expect(encoded.unknown.count == 0)
        }
    }

    @Test(arguments: stories + odd) func wordsThatWereWrittenAreReadAsTheSameWords(_ text: String) throws {
        let tokenizer = try WordTokenizer(documents: [text], size: 1000, minimumFrequency: 1, lowercases: false)
        let tokens = tokenizer.encode(text).tokens
        let written = tokenizer.decode(tokens)
        #expect(tokenizer.encode(written).tokens == tokens, "\(written)")
    }

    @Test func wordsAreSetAsATypistWould() throws {
        let tokenizer = try WordTokenizer(documents: stories, size: 1000, minimumFrequency: 1, lowercases: false)
        let text =
            "The king's men said: \"No, no!\" They didn't go (so what?); it cost $3.50 -- 50% DIDN'T.\n\nMcDonald laughed."
        let known = try WordTokenizer(documents: [text], size: 1000, minimumFrequency: 1, lowercases: false)
        #expect(known.decode(known.encode(text).tokens) == text)
        #expect(
            tokenizer.decode(tokenizer.encode(stories[1]).tokens).hasSuffix("men!!!!! no no no no no McDonald & co."))
    }

    @Test func wordsHaveFastAIsSpecials() throws {
        let tokenizer = try WordTokenizer(documents: stories, size: 1000, minimumFrequency: 1, lowercases: false)
        func tokens(_ text: String) -> [String] { tokenizer.encode(text).tokens.map { tokenizer.vocabulary[Int($0)] } }
        #expect(tokens("The KING laughed") == ["xxmaj", "the", "xxup", "king", "laughed"])
        let genome = String(repeating: "acgttttacg", count: 20_000)  // a word of 20,000 runs
        #expect(tokens(genome).count == 20_000 * 4 + 1)
        #expect(tokens("men!!!!!") == ["men", "xxrep", "5", "!"])
        #expect(tokens("men!!!!!!") == ["men", "xxrep", "xxunk", "!"])  // there is no word 6
        #expect(tokens("no no no no no") == ["xxwrep", "5", "no"])
        #expect(tokens("a zebra") == ["xxunk", "xxunk"])
        let documents = tokenizer.encode(documents: ["king", "men"]).tokens.map { tokenizer.vocabulary[Int($0)] }
        #expect(documents == ["xxbos", "king", "xxbos", "men"])
    }

    @Test func rareWordsAndThoseBeyondTheSizeAreLeftOut() throws {
        let text = "a b a c a b d a b c b a."
        let twice = try WordTokenizer(documents: [text], size: 1000, minimumFrequency: 2, lowercases: false)
        #expect(twice.vocabulary.suffix(3) == ["a", "b", "c"])
        let small = try WordTokenizer(documents: [text], size: 8, minimumFrequency: 1, lowercases: false)
        #expect(small.vocabulary.count == 8 && small.vocabulary.last == "a")
        #expect(throws: TokenizerError.vocabularyTooSmall(size: 7, minimum: 8)) {
            try WordTokenizer(documents: [text], size: 7, minimumFrequency: 1, lowercases: false)
        }
    }

    @Test func unknownCharactersAreReadAsTheirLikesOrLeftOut() {
        let tokenizer = CharacterTokenizer(documents: ["abcdefghijklmnopqrstuvwxyz '-"], lowercases: true)
        let encoded = tokenizer.encode("Caf\u{E9}\u{2019}s \u{2014} \u{6F22}!")
        #expect(tokenizer.decode(encoded.tokens) == "cafe's -- ")
        #expect(encoded.unknown.count == 5)
        let examples = encoded.unknown.examples.map { "\($0.piece)>\($0.readAs ?? "")" }
        #expect(examples == ["\u{E9}>e", "\u{2019}>'", "\u{2014}>--", "\u{6F22}>", "!>"])
        let capitals = CharacterTokenizer(documents: ["ABC"], lowercases: false)
        #expect(capitals.decode(capitals.encode("abc").tokens) == "ABC")
    }

    @Test func bytePairsReadWhatTheyNeverSaw() throws {
        let tokenizer = try BytePairTokenizer(documents: stories, size: 400, minimumFrequency: 2, lowercases: false)
        for text in odd {
            let encoded = tokenizer.encode(text)
            #expect(Array(tokenizer.decode(encoded.tokens).utf8) == Array(text.utf8))
            #expect(encoded.unknown.count == 0)
        }
        let king = tokenizer.encode(" king").tokens
        #expect(king.count == 1 && tokenizer.vocabulary[Int(king[0])] == "\u{120}king")
        #expect(tokenizer.label(of: king[0]) == "\u{2423}king" && tokenizer.label(of: 0xE2) == "<E2>")
    }

    @Test func bytePairsGiveOutWholeCharactersOnly() throws {
        let tokenizer = try BytePairTokenizer(documents: [""], size: 256, minimumFrequency: 2, lowercases: false)
        let text = "é€😀z"
        var decoder = tokenizer.makeDecoder()
        let pieces = tokenizer.encode(text).tokens.map { decoder.append($0) }
        #expect(pieces == ["", "é", "", "", "€", "", "", "", "😀", "z"])
        #expect(decoder.append(0xE2) == "" && decoder.finish() == "\u{FFFD}" && decoder.append(0xFF) == "\u{FFFD}")
    }

    @Test func mergesFollowTheTextbook() throws {
        // Sennrich et al. 2016, figure 1, with the words' counts.
        let words = [("low", 5), ("lowest", 2), ("newer", 6), ("wider", 3)]
        let text = words.map { String(repeating: $0.0 + "\n", count: $0.1) }.joined()
        let tokenizer = try BytePairTokenizer(documents: [text], size: 258, minimumFrequency: 1, lowercases: false)
        #expect(tokenizer.parts.merges == ["e r", "l o"])  // 9 times, 7 times
    }

    @Test func mergesDoNotDependOnTheOrderOfTheText() throws {
        let words = (0..<400).map { "w\($0 * $0 % 97)x\($0 % 31)\n" }
        func merges(_ words: [String]) throws -> BytePairTokenizer {
            try BytePairTokenizer(documents: [words.joined()], size: 500, minimumFrequency: 1, lowercases: false)
        }
        let (one, other) = (try merges(words), try merges(words.reversed()))
        #expect(one.parts == other.parts && one.vocabulary.count > 300)
        #expect(Set(one.vocabulary).count == one.vocabulary.count)
    }

    @Test(arguments: TokenizerKind.learned, [false, true])
    func whatIsStoredMakesTheSameTokenizer(_ kind: TokenizerKind, _ lowercases: Bool) throws {
        var settings = TokenizerSettings()
        (settings.kind, settings.lowercases, settings.minimumFrequency) = (kind, lowercases, 1)
        let tokenizer = try settings.tokenizer(from: stories)
        let again = try tokenizer.parts.tokenizer()
        #expect(again.parts == tokenizer.parts && again.kind == kind && again.lowercases == lowercases)
        for text in stories { #expect(again.encode(text) == tokenizer.encode(text)) }
        #expect(tokenizer.encode("KING").tokens == again.encode("KING").tokens)
        if lowercases { #expect(again.encode("KING").tokens == again.encode("king").tokens) }
    }

    @Test func damagedPartsAreRefused() throws {
        let wrong = [
            TokenizerParts(kind: .character, lowercases: false, tokens: []),
            TokenizerParts(kind: .character, lowercases: false, tokens: ["a", "a"]),
            TokenizerParts(kind: .character, lowercases: false, tokens: ["ab"]),
            TokenizerParts(kind: .word, lowercases: false, tokens: ["the"]),
            TokenizerParts(kind: .bytePair, lowercases: false, tokens: ["a"], merges: []),
            TokenizerParts(kind: .bytePair, lowercases: false, tokens: ["a"], merges: ["ab c"]),
            TokenizerParts(kind: .bytePair, lowercases: false, tokens: ["a"], merges: ["a b", "a b"]),
            TokenizerParts(kind: .bytePair, lowercases: false, tokens: ["a"], merges: ["a b c"]),
            TokenizerParts(kind: .bytePair, lowercases: false, tokens: ["a"], merges: ["a \u{4E00}"]),
        ]
        for parts in wrong { #expect(throws: TokenizerError.self, "\(parts)") { try parts.tokenizer() } }
    }

    @Test(arguments: TokenizerKind.learned) func mergingKeepsTheOldNumbers(_ kind: TokenizerKind) throws {
        var settings = TokenizerSettings()
        (settings.kind, settings.minimumFrequency) = (kind, 1)
        let old = try settings.tokenizer(from: stories)
        let new = "Zebras zigzag; zebras \u{E9}t\u{E9} \u{E9}t\u{E9}."
        let merged = old.merged(with: [new])
        #expect(merged.vocabulary.starts(with: old.vocabulary))
        #expect(merged.encode(stories[0]) == old.encode(stories[0]))
        if kind == .word {
            #expect(merged.vocabulary.suffix(2) == ["zebras", "\u{E9}t\u{E9}"])  // once is not enough
        } else {
            #expect(merged.encode(new).unknown.count == 0)
        }
        #expect(try merged.parts.tokenizer().parts == merged.parts)
    }

    @Test func documentsAreKeptApart() throws {
        let tokenizer = CharacterTokenizer(documents: ["a", "b\n", "c"], lowercases: false)
        #expect(tokenizer.decode(tokenizer.encode(documents: ["a", "b\n", "c"]).tokens) == "a\n\nb\n\nc")
    }
}
