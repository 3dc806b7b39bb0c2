import Foundation
import Testing
import ZooEmbeddings
import ZooWorkflows

/// Files that gensim, numpy and safetensors wrote (Scripts/goldens/vector_files.py), and what those read back.
@Suite struct VectorFilesTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Goldens/Vectors")
    static let words = ["the", "king", "queen", "Żółw", "new york", "3.14", "café"]

    private struct Expected: Decodable {
        let bits, text, half, savetxt: [[UInt32]]
    }

    /// What a file is expected to be: its form, which of the expected numbers, and which names.
    struct Case: Sendable {
        let file, form, field: String
        var bits = "bits"
        var keys = VectorFilesTests.words
        var labels: String?
        var width: Int?
    }

    static let cases: [Case] = {
        let underscored = words.map { $0.replacing(" ", with: "_") }
        let rows = words.indices.map(String.init)
        return [
            Case(file: "words.txt", form: "word2vec", field: "token", bits: "text", keys: underscored),
            Case(file: "words.bin", form: "word2vec-binary", field: "token", keys: underscored),
            Case(file: "glove.txt", form: "glove", field: "token"),
            Case(file: "matrix.txt", form: "numbers", field: "item", bits: "savetxt", keys: rows),
            Case(file: "tensors.tsv", form: "numbers", field: "item", keys: rows),
            Case(file: "tensors.tsv", form: "numbers", field: "item", labels: "metadata.tsv"),
            Case(file: "tensors.bytes", form: "bytes", field: "item", labels: "names.txt", width: 5),
            Case(file: "plain.npy", form: "npy", field: "item", labels: "names.txt"),
            Case(file: "double.npy", form: "npy", field: "item", keys: rows),
            Case(file: "half.npy", form: "npy", field: "item", bits: "half", keys: rows),
            Case(file: "named.npz", form: "npz", field: "item"),
            Case(file: "compressed.npz", form: "npz", field: "item"),
            Case(file: "one.safetensors", form: "safetensors", field: "item", keys: rows),
        ]
    }()

    @Test(arguments: cases)
    func vectorsAreThoseOfTheProgramsToTheBit(_ test: Case) throws {
        let json = try Data(contentsOf: Self.folder.appendingPathComponent("expected.json"))
        let expected = try JSONDecoder().decode(Expected.self, from: json)
        let bits = ["bits": expected.bits, "text": expected.text, "half": expected.half, "savetxt": expected.savetxt]
        try withWorkspace { workspace in
            var request = request(test.file)
            request.labels = test.labels.map { Self.folder.appendingPathComponent($0).path }
            request.options.width = test.width
            let report = try workspace.importEmbeddings(request)
            #expect(report.format == test.form && report.field == test.field)
            #expect(report.vectors == 7 && report.width == 5 && report.skipped.isEmpty)
            let table = try workspace.embeddingTable(model: "m", field: test.field)
            #expect(table.keys == test.keys && table.labels == test.keys)
            let found = (0..<7).map { table.vector($0).map(\.bitPattern) }
            #expect(found == bits[test.bits])
        }
    }

    @Test(arguments: [EmbeddingsFormat.projector, .npy, .word2vec, .csv])
    func exportsAreReadBackToTheSameBits(_ format: EmbeddingsFormat) throws {
        try withWorkspace { workspace in
            let folder = workspace.home
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            _ = try workspace.importEmbeddings(request("glove.txt"))
            let before = try workspace.embeddingTable(model: "m", field: "token")
            let path = folder.appendingPathComponent(format == .npy ? "out.npy" : "out").path
            let report = try workspace.exportEmbeddings(model: "m", field: "token", as: format, to: path)
            #expect(throws: (any Error).self, "a file that is there stays") {
                try workspace.exportEmbeddings(model: "m", field: "token", as: format, to: path)
            }
            if format == .csv {
                var again = ImportEmbeddingsRequest(file: path, name: "again", command: "test")
                again.field = "token"
                let report = try workspace.importEmbeddings(again)
                #expect(report.format == "csv" && report.notes[0].contains("keys are the column 'key', labels 'label'"))
                let after = try workspace.embeddingTable(model: "again", field: "token")
                #expect(
                    after.keys == before.keys && after.vectors.map(\.bitPattern) == before.vectors.map(\.bitPattern))
            }
            guard format != .csv else {
                let rows = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").dropFirst()
                #expect(
                    rows.map { $0.split(separator: ",").suffix(5).compactMap { Float($0) } }.flatMap { $0 }
                        == before.vectors)
                return
            }
            var again = ImportEmbeddingsRequest(file: report.files[0], name: "again", command: "test")
            if report.files.count > 1 { again.labels = report.files[1] }
            again.field = "token"
            _ = try workspace.importEmbeddings(again)
            let after = try workspace.embeddingTable(model: "again", field: "token")
            #expect(after.vectors.map(\.bitPattern) == before.vectors.map(\.bitPattern))
            let names = format == .word2vec ? before.keys.map { $0.replacing(" ", with: "_") } : before.keys
            #expect(after.keys == names)
            #expect(report.notes.count == (format == .word2vec ? 1 : 0))
        }
    }

    @Test func severalMatricesAndNamesOfAnotherNumberAreRefused() throws {
        try withWorkspace { workspace in
            let folder = workspace.home
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            #expect { try workspace.importEmbeddings(request("two.npz")) } throws: {
                "\($0)".contains("--array names one of 'a' [7, 5]")
            }
            var one = request("two.npz")
            one.array = "b"
            #expect(try workspace.importEmbeddings(one).width == 3)
            var named = request("plain.npy")
            named.isReplacing = true
            named.labels = folder.appendingPathComponent("few").path
            try Data("a\nb\n".utf8).write(to: folder.appendingPathComponent("few"))
            #expect { try workspace.importEmbeddings(named) } throws: { "\($0)".contains("2 names for 7 vectors") }
            try Data("label\na\nb\nc\nd\ne\nf\ng\n".utf8).write(to: folder.appendingPathComponent("few"))
            #expect { try workspace.importEmbeddings(named) } throws: {
                "\($0)".contains("8 names for 7 vectors; if its first line is a header, name it: --label-column label")
            }
            #expect(try workspace.embeddingTable(model: "m", field: "item").width == 3, "the older model stays")
        }
    }

    @Test func namesThatAreThereTwiceBecomeLabels() throws {
        try withWorkspace { workspace in
            let folder = workspace.home
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var named = request("plain.npy")
            named.labels = folder.appendingPathComponent("names").path
            try Data("a\nb\nc\na\nd\ne\nf\n".utf8).write(to: folder.appendingPathComponent("names"))
            let report = try workspace.importEmbeddings(named)
            #expect(report.notes.contains { $0.contains("the same label") })
            let table = try workspace.embeddingTable(model: "m", field: "item")
            #expect(table.keys == (0..<7).map(String.init) && table.labels == ["a", "b", "c", "a", "d", "e", "f"])
        }
    }

    @Test(arguments: [
        ("key,note,v1,v2\na,hm,1,2\nb,,3,x\n", "'x' is not a number of a vector"),
        ("key,x\n,1\n", "it is empty"), ("key,x\na,\n", "no column but the key holds a number"),
        ("key,x\na,1\na,2\n", "rows 1 and 2 are both called 'a'"), ("key,x\na,1,2\n", "3 fields"),
        ("key,x\n", "no rows"),
        ("id,v\na,\"[1, 2]\"\nb,\"[1]\"\n", "line 3"),
        ("id,v\na,\"[1, 2]\"\nb,\"[1, nan]\"\n", "not an array of 2 finite"),
        ("id,v\na,[1 2]\nb,[1 ... 2]\n", "left numbers out"), ("id,v\na,\"[1, inf]\"\n", "an array such as"),
        ("id,v\na,[]\n", "an array such as"),
        ("PAR1 key x PAR1", "it is a Parquet file, which is not read; convert it: duckdb -c"),
    ])
    func tablesThatHoldNoVectorsAreRefused(_ text: String, _ message: String) throws {
        try withWorkspace { workspace in
            try FileManager.default.createDirectory(at: workspace.home, withIntermediateDirectories: true)
            let file = workspace.home.appendingPathComponent("v.csv")
            try Data(text.utf8).write(to: file)
            let request = ImportEmbeddingsRequest(file: file.path, name: "m", command: "test")
            do {
                _ = try workspace.importEmbeddings(request)
                Issue.record("read")
            } catch { #expect("\(error)".contains(message) || message == "no rows", "\(error)") }
        }
    }

    /// As pandas writes lists and arrays, and DuckDB a Parquet file's list column.
    @Test func aColumnOfArraysIsTheVector() throws {
        try withWorkspace { workspace in
            try FileManager.default.createDirectory(at: workspace.home, withIntermediateDirectories: true)
            let file = workspace.home.appendingPathComponent("v.csv")
            try Data(
                "id,title,year,old,embedding\n7,A,1999,\"[9]\",\"[0.1, -2, 3e-5]\"\n8,B,2001,[8],\"[1.\n  2.5 3 ]\"\n"
                    .utf8
            ).write(to: file)
            let report = try workspace.importEmbeddings(
                ImportEmbeddingsRequest(file: file.path, name: "m", command: "test"))
            #expect(report.width == 3 && report.notes[0].contains("vectors the arrays in 'embedding'"))
            let table = try workspace.embeddingTable(model: "m", field: "item")
            #expect(
                table.vectors == [0.1, -2, 3e-5, 1, 2.5, 3] && table.keys == ["7", "8"] && table.labels == ["A", "B"])
            #expect(report.notes.contains { $0.contains("'year', 'old'") })
            #expect(report.notes[0].contains("--array"))
            var request = ImportEmbeddingsRequest(file: file.path, name: "n", command: "test")
            request.array = "old"
            _ = try workspace.importEmbeddings(request)
            #expect(try workspace.embeddingTable(model: "n", field: "item").vectors == [9, 8])
        }
    }

    @Test(
        arguments: [
            ("id,v\na,[1]\n", "w", "'w' is none; there are 'v'"),
            ("id,x,y\na,1,2\n", "x", "'x' is none; there are none"),
            ("a 1 2\nb 3 4\n", "x", "--array goes with"), ("id,v\na,\"[1,2]\"\nb,\"[1,,2]\"\n", nil, "line 3"),
            ("id,v\n", nil, "there are no vectors in it"),
            ("id,v\nLONG,[1]\n", nil, "the key of row 1 has 10001 bytes"),
        ] as [(String, String?, String)])
    func whatIsNotReadIsRefused(_ text: String, _ array: String?, _ message: String) throws {
        try withWorkspace { workspace in
            try FileManager.default.createDirectory(at: workspace.home, withIntermediateDirectories: true)
            let file = workspace.home.appendingPathComponent("v.csv")
            let long = String(repeating: "k", count: 10_001)
            try Data(text.replacing("LONG", with: long).utf8).write(to: file)
            var request = ImportEmbeddingsRequest(file: file.path, name: "m", command: "test")
            request.array = array
            let error = #expect(throws: (any Error).self) { try workspace.importEmbeddings(request) }
            let said = error.map { "\($0)" } ?? ""
            #expect(said.contains(message), "\(said)")
        }
    }

    @Test func keysThatWouldBeWrittenAlikeAndFilesOfOneNameAreRefused() throws {
        try withWorkspace { workspace in
            try FileManager.default.createDirectory(at: workspace.home, withIntermediateDirectories: true)
            let file = workspace.home.appendingPathComponent("v.txt")
            try Data("new york 1 2\nnew_york 3 4\nc 5 6\n".utf8).write(to: file)
            _ = try workspace.importEmbeddings(ImportEmbeddingsRequest(file: file.path, name: "m", command: "test"))
            let path = workspace.home.appendingPathComponent("x.tsv").path
            #expect { try workspace.exportEmbeddings(model: "m", field: "token", as: .word2vec, to: path) } throws: {
                "\($0)".contains("two keys would be written 'new_york'")
            }
            let report = try workspace.exportEmbeddings(model: "m", field: "token", as: .npy, to: path)
            #expect(report.files == [path, path + ".tsv"])
        }
    }

    @Test func keysInTwoFormsOfUnicodeAreTwoKeys() throws {
        try withWorkspace { workspace in
            try FileManager.default.createDirectory(at: workspace.home, withIntermediateDirectories: true)
            let (file, back) = (
                workspace.home.appendingPathComponent("v.txt"), workspace.home.appendingPathComponent("w.txt")
            )
            let keys = ["caf\u{E9}", "cafe\u{301}"]
            try Data("2 2\n\(keys[0]) 1 2\n\(keys[1]) 3 4\n".utf8).write(to: file)
            for (name, from) in [("m", file), ("n", back)] {
                _ = try workspace.importEmbeddings(
                    ImportEmbeddingsRequest(file: from.path, name: name, command: "test"))
                let found = try workspace.embeddingTable(model: name, field: "token")
                #expect(found.keys.map { Array($0.utf8) } == keys.map { Array($0.utf8) })
                #expect(found.vectors == [1, 2, 3, 4])
                _ = try workspace.exportEmbeddings(
                    model: name, field: "token", as: .word2vec, to: back.path, isReplacing: name == "n")
            }
        }
    }

    private func request(_ file: String) -> ImportEmbeddingsRequest {
        ImportEmbeddingsRequest(file: Self.folder.appendingPathComponent(file).path, name: "m", command: "test")
    }
}
