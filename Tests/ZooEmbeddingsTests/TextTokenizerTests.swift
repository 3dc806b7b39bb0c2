import Foundation
import Testing
import ZooEmbeddings

@Test(arguments: ["wordpiece", "wordpiece-cased", "unigram", "unigram-bytes", "words", "mixed"])
func tokensAreThoseOfTokenizers(name: String) throws {
    let golden = try StaticTextGolden.read()
    let expected = try #require(golden.models.first { $0.name == name })
    let model = try expected.withoutVectors()
    let scratch = TextTokenizer.Scratch()
    #expect(expected.tokensOfTexts.count == golden.texts.count)
    for (text, tokens) in zip(golden.texts, expected.tokensOfTexts) {
        #expect(model.tokens(of: text, scratch) == tokens, "\(text.debugDescription)")
    }
}

/// A tokenizer of two words with other parts.
private func tokenizer(
    model: String = #"{"type":"WordPiece","unk_token":"[UNK]","vocab":{"[UNK]":0,"a":1,"b":2}}"#,
    normalizer: String = "null", cutting: String = #"{"type":"WhitespaceSplit"}"#, added: String = "[]"
) throws -> TextTokenizer {
    let text =
        #"{"version":"1.0","added_tokens":\#(added),"normalizer":\#(normalizer),"pre_tokenizer":\#(cutting),"model":\#(model)}"#
    return try TextTokenizer(Array(text.utf8))
}

@Test func partsThatZooDoesNotHaveAreRefusedByName() throws {
    func refused(_ part: String, _ make: () throws -> TextTokenizer) {
        #expect(throws: TokenizerError.unsupported(part: part)) { try make() }
    }
    _ = try tokenizer()
    refused("the normalizer ByteLevel") { try tokenizer(normalizer: #"{"type":"ByteLevel"}"#) }
    refused("the normalizer ByteLevel") {
        try tokenizer(normalizer: #"{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"ByteLevel"}]}"#)
    }
    refused("the pre_tokenizer UnicodeScripts") { try tokenizer(cutting: #"{"type":"UnicodeScripts"}"#) }
    refused("the model BPE") { try tokenizer(model: #"{"type":"BPE","vocab":{},"merges":[]}"#) }
    refused("normalizer Replace with the regular expression '[0-9]'") {
        try tokenizer(normalizer: #"{"type":"Replace","pattern":{"Regex":"[0-9]"},"content":""}"#)
    }
    refused("pre_tokenizer Metaspace of prepend_scheme first behind another") {
        try tokenizer(
            cutting:
                #"{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"Metaspace","replacement":"_","prepend_scheme":"first"}]}"#
        )
    }
}

@Test func aTokenizerThatContradictsItselfIsRefused() {
    func reason(_ make: () throws -> TextTokenizer) -> String {
        do {
            _ = try make()
            return "taken"
        } catch { return "\(error)" }
    }
    func wordPiece(_ vocabulary: String) -> String {
        reason { try tokenizer(model: #"{"type":"WordPiece","unk_token":"[UNK]","vocab":\#(vocabulary)}"#) }
    }
    #expect(wordPiece(#"{"[UNK]":0,"a":7}"#).contains("'a' has a number that is not from 0 to 1"))
    #expect(wordPiece(#"{"[UNK]":0,"a":-1}"#).contains("'a' has a number"))
    #expect(wordPiece(#"{"[UNK]":0,"a":0}"#).contains("two tokens of vocab have the number 0"))
    #expect(wordPiece(#"{"[UNK]":0,"a":1,"a":2}"#).contains("'a' is twice in vocab"))
    #expect(wordPiece(#"{"a":0}"#).contains("its unk_token '[UNK]' is missing"))
    #expect(wordPiece(#"[]"#).contains("must be an object"))
    func unigram(_ rest: String) -> String { reason { try tokenizer(model: #"{"type":"Unigram",\#(rest)}"#) } }
    #expect(unigram(#""unk_id":2,"vocab":[["a",0],["b",-1]]"#).contains("unk_id is missing or none of its 2 tokens"))
    #expect(unigram(#""unk_id":null,"vocab":[["a",0]]"#).contains("unk_id is missing"))
    #expect(unigram(#""unk_id":0,"vocab":[["a",0],["a",-1]]"#).contains("'a' is twice"))
    #expect(unigram(#""unk_id":0,"vocab":[["a",0],["b","x"]]"#).contains("entry 1 of vocab"))
    #expect(unigram(#""unk_id":0,"vocab":[["a",0]],"byte_fallback":true"#).contains("byte_fallback without a token"))
    func added(_ token: String) -> String {
        reason {
            try tokenizer(
                added: #"[{"id":\#(token),"single_word":false,"lstrip":false,"rstrip":false,"normalized":false}]"#)
        }
    }
    #expect(added(#"9,"content":"<x>""#).contains("'<x>' must have the next number, 3"))
    #expect(added(#"0,"content":"a""#).contains("has another number than in vocab, where it is 1"))
    #expect(added(#"3,"content":"<x>""#) == "taken")
    #expect(
        reason { try tokenizer(normalizer: #"{"type":"Precompiled","precompiled_charsmap":"/////wAA"}"#) }
            .contains("cut short"))
    #expect(reason { try TextTokenizer([]) }.contains("byte 0"))
    #expect(reason { try TextTokenizer(Array("{\"model\":".utf8) + [0xFF]) }.contains("a value is missing"))
    let deep = String(repeating: "[", count: 1_000_000)
    #expect(reason { try TextTokenizer(Array(deep.utf8)) }.contains("too deep"))
}

/// The two forms of é are one `String`, and two tokens.
@Test func tokensAreToldApartByTheirCharacters() throws {
    let forms = try tokenizer(
        model: #"{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"\u00e9":1,"e\u0301":2,"\ud83d\ude00":3}}"#)
    let scratch = TextTokenizer.Scratch()
    forms.encode("e\u{301} \u{e9} 😀 x", scratch)
    #expect(scratch.tokens == [2, 1, 3, 0])
}

/// By Python's unicodedata: the jamo just outside of those that are put together stay apart.
@Test func onlyJamoThatComposeArePutTogether() throws {
    let forms = try tokenizer(
        model:
            #"{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"\u110a\u1176":1,"\u1113\u1161":2,"\uac00\u11a7":3,"\uac00\u11c3":4,"\ud7a3":5}}"#,
        normalizer: #"{"type":"NFC"}"#)
    let scratch = TextTokenizer.Scratch()
    forms.encode(
        "\u{110A}\u{1176} \u{1113}\u{1161} \u{1100}\u{1161}\u{11A7} \u{1100}\u{1161}\u{11C3} \u{1112}\u{1175}\u{11C2}",
        scratch)
    #expect(scratch.tokens == [1, 2, 3, 4, 5])
}

/// By tokenizers: what a first character decomposes into behind a blank is still the start of the text.
@Test func aBlankThatIsStrippedLeavesTheStartOfTheText() throws {
    let marks = try tokenizer(
        model: #"{"type":"WordLevel","unk_token":"?","vocab":{"?":0,"\u2581\u0314":1,"\u2581\u064f\u0651":2}}"#,
        normalizer:
            #"{"type":"Sequence","normalizers":[{"type":"NFKC"},{"type":"Strip","strip_left":true,"strip_right":true}]}"#,
        cutting: #"{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"first"}"#)
    let scratch = TextTokenizer.Scratch()
    marks.encode("\u{1FFE}", scratch)
    #expect(scratch.tokens == [1])
    marks.encode("\u{FC61}", scratch)
    #expect(scratch.tokens == [2])
}

@Test(arguments: ["wordpiece", "unigram", "unigram-bytes"])
func hugeWordsAndTextsOfNULsAreRead(name: String) throws {
    let golden = try StaticTextGolden.read()
    let file = try #require(golden.models.first { $0.name == name }).tokenizer
    let tokenizer = try TextTokenizer(Array(file.utf8))
    let scratch = TextTokenizer.Scratch()
    tokenizer.encode(String(repeating: "ab", count: 500_000), scratch)
    #expect(scratch.tokens.count == 1 || scratch.tokens.count > 100_000)
    tokenizer.encode(String(repeating: "ab ", count: 100_000), characters: 3000, most: 100, scratch)
    #expect(scratch.tokens.count <= 100)
    tokenizer.encode(String(repeating: "\0", count: 100_000), scratch)
    tokenizer.encode("", scratch)
    #expect(scratch.tokens.isEmpty)
}

@Test func vectorsThatDoNotFitTheTokensAreRefused() throws {
    let file = try #require(try StaticTextGolden.read().models.first).tokenizer
    let count = try TextTokenizer(Array(file.utf8)).tokens.count
    func reason(_ vectors: [Float], _ width: Int, most: Int? = nil) -> String {
        do {
            _ = try StaticTextModel(
                tokenizerFile: file, vectors: vectors, width: width, settings: .init(normalizes: true, mostTokens: most)
            )
            return "taken"
        } catch { return "\(error)" }
    }
    var vectors = [Float](repeating: 1, count: count * 2)
    #expect(reason(vectors, 2) == "taken")
    #expect(reason(vectors, 1).contains("\(count * 2) vectors for the \(count) tokens"))
    #expect(reason(vectors, 2, most: 0).contains("mostTokens"))
    vectors[5] = .nan
    #expect(reason(vectors, 2).contains("the vector of token 2 is not finite"))
}
