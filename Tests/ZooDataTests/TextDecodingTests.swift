import Foundation
import Testing
import ZooData

@Suite struct TextDecodingTests {
    private func decode(_ bytes: [UInt8], _ encoding: DocumentEncoding = .automatic, lossy: Bool = false) throws
        -> DecodedText
    {
        try TextDecoding(file: "f.txt", encoding: encoding, isLossy: lossy).text(bytes)
    }

    private func message(_ bytes: [UInt8], _ encoding: DocumentEncoding = .automatic) -> String {
        let error = #expect(throws: DataError.self) { try decode(bytes, encoding) }
        return error?.description ?? ""
    }

    private func utf16(_ text: String, isBigEndian: Bool, mark: Bool = true) -> [UInt8] {
        ((mark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            return isBigEndian ? bytes : bytes.reversed()
        }
    }

    @Test func marksDecideTheEncoding() throws {
        let text = "Zoé €😀\n"
        let forms = [
            Array(text.utf8), [0xEF, 0xBB, 0xBF] + Array(text.utf8), utf16(text, isBigEndian: false),
            utf16(text, isBigEndian: true),
        ]
        for bytes in forms { #expect(try decode(bytes).text == text) }
        #expect(try decode(utf16(text, isBigEndian: true, mark: false), .utf16be).text == text)
        #expect(try decode(utf16(text, isBigEndian: false, mark: false), .utf16le).text == text)
        #expect(try decode([0x5A, 0x6F, 0xE9], .latin1).text == "Zo\u{E9}")
    }

    @Test func lineEndsBecomeLineFeeds() throws {
        let text = "a\r\nb\rc\n\r\n\r\rd\r"
        let wanted = Array("a\nb\nc\n\n\n\nd\n".utf8)
        #expect(Array(try decode(Array(text.utf8)).text.utf8) == wanted)
        #expect(Array(try decode(utf16(text, isBigEndian: true)).text.utf8) == wanted)
        #expect(Array(try decode(Array(text.utf8), .latin1).text.utf8) == wanted)
    }

    @Test(
        arguments: [
            ([0x61, 0x0A, 0x62, 0xFF], 3, 2, "0xFF"), ([0xC3, 0x28], 0, 1, "0xC3"),
            ([0x61, 0xE2, 0x82], 1, 1, "cut off"),
            ([0x0A, 0x0A, 0xED, 0xA0, 0x80], 2, 3, "lone surrogate"), ([0xC0, 0x80], 0, 1, "0xC0"),
            ([0xF5, 0x80, 0x80, 0x80], 0, 1, "0xF5"), ([0xF4, 0x90, 0x80, 0x80], 0, 1, "0xF4"), ([0x80], 0, 1, "0x80"),
            ([0xE0, 0x80, 0x80], 0, 1, "0xE0"), ([0xF0, 0x80, 0x80, 0x80], 0, 1, "0xF0"),
        ] as [([UInt8], Int, Int, String)])
    func malformedBytesAreNamedByPositionAndLine(_ bytes: [UInt8], _ byte: Int, _ line: Int, _ what: String) {
        let text = message(bytes)
        #expect(text.hasPrefix("f.txt, line \(line): byte \(byte): ") && text.contains(what), "\(text)")
        #expect(text.contains("--lossy"))
    }

    @Test func flawsAreWhereSwiftSeesThem() {
        // Every two-byte and many three-byte sequences: valid here exactly where Swift's own validation says so.
        for first in 0x00...0xFF {
            for second in 0x00...0xFF {
                let bytes = [UInt8(first), UInt8(second)]
                for tail in [[], [0x80], [0x80, 0x80], [0x41]] as [[UInt8]] {
                    let isValid = String(validating: bytes + tail, as: UTF8.self) != nil
                    #expect((UTF8Flaw.first(in: bytes + tail, from: 0) == nil) == isValid, "\(bytes + tail)")
                }
            }
        }
    }

    @Test func lossyDecodingGoesOnAndCounts() throws {
        let utf8 = try decode([0x61, 0xFF, 0x62, 0xE2, 0x82, 0x63, 0xED, 0xA0, 0x80], lossy: true)
        #expect(utf8.text == "a\u{FFFD}b\u{FFFD}c\u{FFFD}\u{FFFD}\u{FFFD}" && utf8.replaced == 5)
        let utf16 = try decode([0xFF, 0xFE, 0x00, 0xD8, 0x61, 0x00, 0x62], lossy: true)
        #expect(utf16.text == "\u{FFFD}a\u{FFFD}" && utf16.replaced == 2)
    }

    @Test func loneSurrogatesOfUTF16AreNamed() {
        #expect(message([0xFF, 0xFE, 0x61, 0x00, 0x00, 0xDC]).contains("line 1: byte 4: a lone surrogate U+DC00"))
        #expect(message([0xFF, 0xFE, 0x0A, 0x00, 0x61]).contains("line 2: byte 4: half a character"))
    }

    @Test func binaryFilesAreRefused() {
        #expect(message([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00]).contains("byte 8 is 0"))
        #expect(message([0x41, 0x00, 0x42, 0x00]).contains("--encoding utf16le"))
        #expect(message(Array("abc".utf8) + [1, 2, 3, 4]).contains("control characters"))
        #expect(message([0x41, 0x00], .latin1).contains("binary"))
        #expect(message([0xFE, 0xFF, 0x00, 0x41, 0x00, 0x00]).contains("a NUL at byte 4"))
    }
}
