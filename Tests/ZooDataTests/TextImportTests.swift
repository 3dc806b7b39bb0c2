import Foundation
import Testing
import ZooData

private struct Injected: Error {}

@Suite struct TextImportTests {
    @Test func linesOfUTF16WithoutAMarkAreReadWhereTheirEncodingIsSaid() throws {
        try withTemporaryFolder { folder in
            let file = folder.appendingPathComponent("lines.txt")
            try #require("grün\n\nbläulich\n".data(using: .utf16BigEndian)).write(to: file)
            let lines = try DataStore.texts(ofFile: file.path, column: nil, encoding: .utf16be)
            #expect(lines == ["grün", "", "bläulich"])
        }
    }

    private func write(_ folder: URL, _ name: String, _ text: String) throws -> String {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        return url.path
    }

    @Test func aFileIsOneDocument() throws {
        try withStore { store, folder in
            let path = try write(folder, "a.txt", "\u{FEFF}Grüße\r\nvon \"A\"\r\n")
            let report = try store.importTexts(path: path, name: "t")
            let texts = try store.texts(dataset: "t")
            #expect(texts.documents == [NewText(name: "a.txt", text: "Grüße\nvon \"A\"\n")])
            guard case .text(let summary) = report.dataset.contents else { throw Injected() }
            #expect((summary.documents, summary.characters, summary.bytes, summary.alphabet) == (1, 14, 16, 12))
            #expect(report.characters == "\n \"AGenorvßü" && report.sample.hasPrefix("Grüße"))
            #expect(report.dataset.source == path && summary.labels.isEmpty)
        }
    }

    @Test func aTextThatReplacesATableTakesItsTableAway() throws {
        try withStore { store, folder in
            let table = URL(fileURLWithPath: try write(folder, "t.csv", "a\n1\n2\n"))
            try store.importTable(file: table, name: "d")
            try store.importTexts([NewText(name: "a", text: "words")], name: "d", source: "s", isReplacing: true)
            let left = "SELECT name FROM sqlite_schema WHERE name GLOB 'zoo_table_*' OR name GLOB 'zoo_data_*'"
            #expect(try store.query(left).rows().isEmpty)
            #expect(try store.texts(dataset: "d").documents.count == 1)
        }
    }

    @Test func aFolderIsReadInTheOrderOfItsPaths() throws {
        try withStore { store, folder in
            for name in ["b.txt", "a/z.txt", "a/b/c.md", ".hidden", "a.txt", "empty.txt"] {
                _ = try write(folder, "texts/" + name, name == "empty.txt" ? " \n" : name)
            }
            let root = folder.appendingPathComponent("texts").path
            let report = try store.importTexts(path: root, name: "t")
            let names = try store.texts(dataset: "t").documents.map(\.name)
            #expect(names == ["a.txt", "a/b/c.md", "a/z.txt", "b.txt"] && report.emptyFiles == 1)
            var options = TextImportOptions()
            options.extensions = ["md"]
            _ = try store.importTexts(path: root + "/", name: "md", options: options)
            #expect(try store.texts(dataset: "md").documents.map(\.text) == ["a/b/c.md"])
        }
    }

    @Test func longTextsAreCutAndPutTogether() throws {
        try withStore { store, _ in
            let long = String(repeating: "€", count: 700_000) + "x" + String(repeating: "😀", count: 300_000)
            let documents = [NewText(name: "1", text: long), NewText(name: "2", label: "l", text: "short")]
            try store.importTexts(documents, name: "t", source: "test")
            #expect(try store.texts(dataset: "t").documents == documents)
            let parts = try store.query("SELECT max(length(CAST(text AS BLOB))), count(*) FROM zoo_texts").rows()
            #expect(parts == [[.integer(1_048_575), .integer(5)]])
        }
    }

    @Test func labelsOfTextsAreNoLists() throws {
        try withStore { store, folder in
            let rows = [#"{"t":"a","l":["foul","cold"]}"#, #"{"t":"b","l":["cold"]}"#, #"{"t":"c","l":"x|y"}"#]
            let path = try write(folder, "r.jsonl", rows.joined(separator: "\n"))
            let error = #expect(throws: DataError.self) {
                try store.importTexts(csv: path, text: "t", label: "l", name: "r")
            }
            #expect(error?.description.contains("one label") == true)
        }
    }

    @Test func jsonInLatin1IsReadWhereThatIsSaid() throws {
        try withStore { store, folder in
            let url = folder.appendingPathComponent("l.jsonl")
            try Data([UInt8](#"{"t":"gr"#.utf8) + [0xFC] + [UInt8](#"n \u00e9"}"#.utf8)).write(to: url)
            let error = #expect(throws: DataError.self) { try DataStore.texts(ofFile: url.path, column: "t") }
            #expect(error?.description.contains("--encoding latin1") == true)
            #expect(try DataStore.texts(ofFile: url.path, column: "t", encoding: .latin1) == ["grün é"])
            var options = ImportOptions()
            options.encoding = .latin1
            _ = try store.importTexts(csv: url.path, text: "t", label: nil, name: "r", options: options)
            #expect(try store.texts(dataset: "r").documents.map(\.text) == ["grün é"])
        }
    }

    @Test func labelledTextsComeFromCSV() throws {
        try withStore { store, folder in
            let csv = "id,review,stars\n1,\"Good, \"\"very\"\" good\r\nindeed\",pos\n2,bad,neg\n3,fine,pos\n"
            let path = try write(folder, "r.csv", csv)
            let report = try store.importTexts(csv: path, text: "review", label: "stars", name: "r")
            let documents = try store.texts(dataset: "r").documents
            #expect(documents.map(\.label) == ["pos", "neg", "pos"])
            #expect(documents[0].text == "Good, \"very\" good\nindeed")
            guard case .text(let summary) = report.dataset.contents else { throw Injected() }
            #expect(summary.labels.map(\.label) == ["pos", "neg"] && summary.labels.map(\.count) == [2, 1])
            let plain = try store.importTexts(csv: path, text: "REVIEW", label: nil, name: "plain")
            #expect(plain.dataset.fingerprint != report.dataset.fingerprint)
            let error = #expect(throws: DataError.self) {
                try store.importTexts(csv: path, text: "text", label: "stars", name: "x")
            }
            #expect(error?.description.contains("no column 'text'; there are 'id', 'review', 'stars'") == true)
        }
    }

    @Test func rowsWithoutTextOrLabelAreBad() throws {
        try withStore { store, folder in
            let path = try write(folder, "r.csv", "text,label\n ,a\nx,\ny,b\nz,b,c\n")
            let error = #expect(throws: DataError.self) {
                try store.importTexts(csv: path, text: "text", label: "label", name: "r")
            }
            #expect(error?.description.contains("line 2, column 'text': it is empty") == true)
            var options = ImportOptions()
            options.skipsBadRows = true
            let report = try store.importTexts(csv: path, text: "text", label: "label", name: "r", options: options)
            #expect(report.badRows.count == 3 && report.badRows.listed.map(\.line) == [2, 3, 5])
        }
    }

    @Test func whatHoldsNoTextIsRefused() throws {
        try withStore { (store, folder) throws in
            let empty = try write(folder, "empty.txt", "")
            let blank = try write(folder, "blank.txt", " \n\t\n")
            let bare = folder.appendingPathComponent("bare")
            try FileManager.default.createDirectory(at: bare, withIntermediateDirectories: true)
            for path in [empty, blank, bare.path, folder.path + "/none", "/dev/null", "/dev/zero"] {
                let error = #expect(throws: DataError.self, "\(path)") { try store.importTexts(path: path, name: "t") }
                #expect(error?.description.contains("cannot read \(path)") == true, "\(String(describing: error))")
            }
            let csv = try write(folder, "t.csv", "text\n")
            #expect(throws: DataError.self) { try store.importTexts(csv: csv, text: "text", label: nil, name: "t") }
            #expect(throws: DataError.self) { try store.importTexts([], name: "t", source: "") }
            let nul = [NewText(name: "1", text: "a\u{0}")]
            #expect(throws: DataError.self) { try store.importTexts(nul, name: "t", source: "") }
            #expect(try store.datasets().isEmpty)
        }
    }

    @Test func aBadFileInAFolderIsNamedAndNothingIsStored() throws {
        try withStore { (store, folder) throws in
            _ = try write(folder, "texts/a.txt", "fine")
            let bad = folder.appendingPathComponent("texts/b.txt")
            try Data([0x61, 0x0A, 0xE9]).write(to: bad)
            let root = folder.appendingPathComponent("texts").path
            let error = #expect(throws: DataError.self) { try store.importTexts(path: root, name: "t") }
            #expect(error?.description.hasPrefix(root + "/b.txt, line 2: byte 2: ") == true)
            #expect(try store.datasets().isEmpty)
            var options = TextImportOptions()
            options.isLossy = true
            #expect(try store.importTexts(path: root, name: "t", options: options).replaced == 1)
        }
    }

    @Test(arguments: ["dataset", "texts", "commit"])
    func anImportThatFailsAnywhereLeavesTheOldTexts(part: String) throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            let old = [NewText(name: "1", text: "old")]
            try DataStore(url: url).importTexts(old, name: "t", source: "old")
            let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
            #expect(throws: Injected.self) {
                try store.importTexts(
                    [NewText(name: "1", text: "new")], name: "t", source: "new", isReplacing: true)
            }
            #expect(try DataStore(url: url).texts(dataset: "t").documents == old)
        }
    }

    @Test func fingerprintsTellTextsAndLabelsApart() throws {
        try withStore { store, _ in
            func print(_ name: String, _ documents: [NewText]) throws -> String {
                try store.importTexts(documents, name: name, source: "").fingerprint
            }
            let plain = try print("a", [NewText(name: "1", text: "ab"), NewText(name: "2", text: "c")])
            #expect(try print("b", [NewText(name: "x", text: "ab"), NewText(name: "y", text: "c")]) == plain)
            #expect(try print("c", [NewText(name: "1", text: "a"), NewText(name: "2", text: "bc")]) != plain)
            #expect(
                try print("d", [NewText(name: "1", label: "", text: "ab"), NewText(name: "2", text: "c")]) != plain)
        }
    }

    @Test func otherKindsOfDataAreToldApart() throws {
        try withStore { store, _ in
            try store.importTexts([NewText(name: "1", text: "a")], name: "t", source: "")
            let error = #expect(throws: DataError.self) { try store.interactions(dataset: "t") }
            #expect(error?.description.contains("holds text, not ratings") == true)
            try store.removeDataset(named: "t")
            #expect(try store.query("SELECT count(*) FROM zoo_texts").rows() == [[.integer(0)]])
        }
    }
}
