import Foundation
import Testing
import ZooEmbeddings

@Suite struct VectorFileTests {
    private func read(
        _ bytes: [UInt8], name: String = "vectors.txt", _ change: (inout VectorFileOptions) -> Void = { _ in }
    ) throws -> VectorFile {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        var options = VectorFileOptions()
        change(&options)
        return try VectorFile(path: file.path, options: options)
    }

    private func read(_ text: String, _ change: (inout VectorFileOptions) -> Void = { _ in }) throws -> VectorFile {
        try read(Array(text.utf8), change)
    }

    /// The whole line of an error.
    private func refusal(_ text: String, _ change: (inout VectorFileOptions) -> Void = { _ in }) -> String {
        do {
            _ = try read(text, change)
            return "read"
        } catch { return "\(error)" }
    }

    @Test func numbersAreRoundedAsNumPyDoes() throws {
        // By numpy 2.4.6, float32 of the text's float64, as bits.
        let known: [(String, UInt32)] = [
            ("0.1", 0x3DCC_CCCD), ("-1e-7", 0xB3D6_BF95), ("16777217", 0x4B80_0000), ("3.4028235e38", 0x7F7F_FFFF),
            ("1e-45", 1), ("+.5", 0x3F00_0000), ("5.", 0x40A0_0000), ("-0", 0x8000_0000),
            ("0.30000001192092896", 0x3E99_999A),
            ("123456789012345678901234567890", 0x6FC7_7488), ("1E2", 0x42C8_0000), ("00012.50", 0x4148_0000),
        ]
        let file = try read("a " + known.map(\.0).joined(separator: " ") + "\n")
        #expect(file.vectors.vectors.map(\.bitPattern) == known.map(\.1))
    }

    @Test func keysMayHoldBlanksAndLinesMayEndInSome() throws {
        let file = try read(". . . 1 2\r\nword 3 4 \n\n5 6 7\n")
        #expect(file.form == .glove && file.vectors.keys == [". . .", "word", "5"])
        #expect(file.vectors.vectors == [1, 2, 3, 4, 6, 7] && file.vectors.width == 2)
    }

    @Test func theFirstVectorsAreReadWhereSoManyAreAskedFor() throws {
        #expect(try read("3 2\na 1 2\nb 3 4\nc 5 6\n") { $0.limit = 2 }.vectors.keys == ["a", "b"])
    }

    @Test func aByteOrderMarkIsPassedOver() throws {
        for text in ["2 2\na 1 2\nb 3 4\n", "a 1 2\nb 3 4\n"] {
            #expect(try read("\u{FEFF}" + text).vectors.keys == ["a", "b"])
        }
        #expect(refusal("\u{FEFF}2 2\n\na 1 2\nb 1 x\n").contains("line 4: its number 2 is 'x'"))
    }

    @Test func headersThatLieAreRefused() {
        #expect(refusal("3 2\na 1 2\nb 3 4\n").contains("promises 3 vectors of 2 numbers, and there are 2"))
        #expect(refusal("1 2\na 1 2\nb 3 4\n").contains("promises 1 vectors of 2 numbers, and there are 2"))
        #expect(refusal("2 3\na 1 2\nb 3 4\n").contains("line 2: it has 3 fields where 4 are needed"))
        #expect(refusal("9000000000000000 2\na 1 2\n").contains("and there are 1"))
    }

    @Test func aHeaderOfAnotherWidthIsRefusedAndPassedOverWhereTheWidthIsGiven() throws {
        let text = "2 3\na 0.1 2 3 4\nb 0.5 6 7 8\n"
        #expect(refusal(text).contains("line 1 says that a vector has 3 numbers"))
        #expect(refusal(text).contains("the first key would be 'a 0.1'; --width says"))
        let given = try read(text) { $0.width = 4 }
        #expect(given.vectors.keys == ["a", "b"] && given.vectors.vectors == [0.1, 2, 3, 4, 0.5, 6, 7, 8])
        #expect(try read(text) { $0.width = 3 }.vectors.keys == ["a 0.1", "b 0.5"])
        // Names that end in a whole number are names, and counted.
        let named = try read("2 3\nitem 1 2 3 4\nitem 5 6 7 8\n")
        #expect(named.vectors.keys == ["item 1", "item 5"] && named.doubtfulKeys == 2)
    }

    @Test func badEntriesAreNamedByTheirPlace() {
        #expect(refusal("a 1 2\nb 1 nan\n").contains("line 2: its number 2 is 'nan'; --skip-bad-rows leaves it out"))
        #expect(refusal("a 1 2\nb 1 1e39\n").contains("its number 2 is '1e39'"))
        #expect(refusal("a 1 2\nb 1 x\n").contains("its number 2 is 'x'"))
        #expect(refusal("a 1 2\n 1 2\n").contains("line 2: its key is empty"))
        #expect(refusal("a 1 2\na 3 4\n").contains("'a' is there already, as entry 1; --repeats first takes the first"))
        #expect(
            refusal("a 1 2\n" + String(repeating: "k", count: 100_000) + " 1 2\n").contains("its key has 100000 bytes"))
        #expect(refusal("").contains("there are no vectors in it"))
        #expect(refusal("\n\n").contains("there are no vectors in it"))
    }

    @Test func aShortLineDoesNotMakeAllVectorsShorter() throws {
        let lines = (0..<50).map { "w\($0) 1 2 3\n" }.joined()
        #expect(refusal(lines + "cut 1 2\n").contains("line 51: it has 3 fields where 4 are needed"))
        #expect(refusal("cut 1\n" + lines).contains("line 1: it has 2 fields where 4 are needed"))
        let long = try read(lines + "long 9 1 2 3\n")
        #expect(long.vectors.keys.last == "long 9" && long.doubtfulKeys == 1)
        #expect(refusal("99999999999999999999 2\na 1 2\n").contains("and there are 1"))
    }

    @Test func aFileOfWhichNothingCanBeReadIsRefused() {
        #expect(refusal("a 1 nan\nb nan 2\n") { $0.skipsBadEntries = true }.contains("none of its entries can be read"))
    }

    @Test func whatIsLeftOutIsCounted() throws {
        let file = try read("a 1 2\nb 1 nan\na 3 4\nc 5\nd 6 7\n") {
            ($0.skipsBadEntries, $0.keepsFirstOfKey, $0.width) = (true, true, 2)
        }
        #expect(file.vectors.keys == ["a", "d"] && file.vectors.vectors == [1, 2, 6, 7])
        #expect(file.skipped.count == 2 && file.skipped[1].hasPrefix("line 4: ") && file.repeated == 1)
    }

    @Test func binaryFilesThatAreCutShortAreRefused() throws {
        func number(_ value: Float) -> [UInt8] { withUnsafeBytes(of: value.bitPattern.littleEndian) { Array($0) } }
        let whole = Array("2 2\na ".utf8) + number(1) + number(2) + Array("\nb ".utf8) + number(3) + number(4)
        #expect(try read(whole).vectors.vectors == [1, 2, 3, 4])
        #expect(try read(whole).form == .word2vecBinary)
        for length in 8..<whole.count {
            #expect(throws: VectorFileError.self, "\(length) bytes") { try read(Array(whole[..<length])) }
        }
        #expect(throws: VectorFileError.self, "more than promised") { try read(whole + [65]) }
        let infinite = Array("1 1\na ".utf8) + number(.infinity)
        #expect { try read(infinite) } throws: { "\($0)".contains("entry 1: its number 1 is inf") }
    }

    @Test func numbersAloneNeedTheirWidth() throws {
        #expect(throws: VectorFileError.self) { try read([0, 0, 128, 63], name: "tensors.bytes") }
        let file = try read([0, 0, 128, 63, 0, 0, 0, 64], name: "tensors.bytes") { $0.width = 1 }
        #expect(file.vectors.vectors == [1, 2] && file.vectors.keys == ["0", "1"] && !file.hasKeys)
        #expect(throws: VectorFileError.self) { try read([0, 0, 128, 63, 0], name: "tensors.bytes") { $0.width = 1 } }
    }
}
