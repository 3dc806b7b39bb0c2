import Foundation
import Testing
import ZooData
import ZooEmbeddings
import ZooWeights
import ZooWorkflows

/// Which columns of a delimited or JSON file are vectors, and what becomes of the others.
@Suite struct VectorColumnsTests {
    private let files = TemporaryFolder()

    private func read(
        _ text: String, _ ending: String = ".csv", _ change: (inout ImportEmbeddingsRequest) -> Void = { _ in }
    ) throws -> (EmbeddingTable, ImportEmbeddingsReport) {
        let path = try files.path(ending)
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try withWorkspace { zoo in
            var request = ImportEmbeddingsRequest(file: path, name: "m", command: "test")
            change(&request)
            let report = try zoo.importEmbeddings(request)
            return (try zoo.embeddingTable(model: "m", field: "item"), report)
        }
    }

    @Test(
        arguments: [
            ("key,label,year,d0,d1\na,A,1999,1,2\nb,B,2001,3,4\n", [], nil, [1, 2, 3, 4], "'year'"),
            ("id,v1,v2,price\na,1,2,9.5\n", [], nil, [1, 2], "'price'"),
            (",0,1,2\na,1,2,3\n", [], nil, [1, 2, 3], nil),
            ("key,dim_0,dim_1,n\na,1,2,3\n", [], nil, [1, 2], "'n'"), ("key,x\na,1\n", [], nil, [1], nil),
            ("key,year,x,y\na,9,1,2\n", ["x", "y"], nil, [1, 2], "'year'"), ("key,x,y\na,1,2\n", [], 2, [1, 2], nil),
            ("key,a0,a1,b0,b1,b2\na,1,2,3,4,5\n", ["b*"], nil, [3, 4, 5], "'a0', 'a1'"),
            ("key,a0,a1,b0,b1,b2\na,1,2,3,4,5\n", [], 3, [3, 4, 5], "'a0', 'a1'"),
        ] as [(String, [String], Int?, [Float], String?)])
    func numberedColumnsAreTheVector(
        _ text: String, _ columns: [String], _ width: Int?, _ expected: [Float], _ beside: String?
    ) throws {
        let (table, report) = try read(text) { ($0.vectorColumns, $0.options.width) = (columns, width) }
        #expect(table.vectors == expected && table.keys[0] == "a", "\(table.keys) \(table.vectors)")
        #expect(report.notes.contains { $0.contains("beside the vectors: \(beside ?? "")") } == (beside != nil))
    }

    @Test(
        arguments: [
            ("key,year,x,y\na,9,1,2\n", [], nil, "--vector-columns names them"),
            ("key,a0,a1,b0,b1\na,1,2,3,4\n", [], nil, "of 'a0', 'a1', 'b0', 'b1'"),
            ("key,d0,d1\na,1,2\n", [], 3, "--width is 3, and 2 columns are numbered"),
            ("key,x,y\na,1,2\n", ["z"], nil, "names 'z', which is no column"),
            ("key,x,y\na,1,2\n", ["x"], 2, "--vector-columns names 1"),
            ("key,v\na,\"[1,2]\"\n", [], 3, "have 2 numbers, and --width is 3"),
        ] as [(String, [String], Int?, String)])
    func whatIsNotClearIsAskedFor(_ text: String, _ columns: [String], _ width: Int?, _ message: String) throws {
        let error = #expect(throws: (any Error).self) {
            try read(text) { ($0.vectorColumns, $0.options.width) = (columns, width) }
        }
        #expect(error.map { "\($0)" }?.contains(message) == true, "\(error as Any)")
    }

    @Test func listsOfNumbersInJSONAreVectors() throws {
        let lines = """
            {"key": "a", "label": "A", "vector": [1.5, 2.5], "year": 1999}
            {"key": "b", "label": "B", "vector": [3, -4e-1], "year": 2001}

            """
        for (text, ending) in [
            (lines, ".jsonl"), ("[" + lines.split(separator: "\n").joined(separator: ",\n") + "]", ".json"),
            ("{\"key\":\"a\",\"vector\":[1,2,3]}\n", ".jsonl"),
        ] {
            let (table, report) = try read(text, ending)
            let isShort = table.count == 1
            #expect(table.vectors == (isShort ? [1, 2, 3] : [1.5, 2.5, 3, -0.4]) && table.keys[0] == "a")
            #expect(report.notes.contains { $0.contains("beside the vectors: 'year'") } == !isShort)
        }
        for text in ["[\"a\", \"b\"]\n", "{\"key\": \"a\", \"vector\": [1, \"x\"]}\n", "[[1, 2], [3, 4]]\n"] {
            let error = #expect(throws: (any Error).self, "\(text)") { try read(text, ".json") }
            #expect(error.map { "\($0)" }?.contains("--delimiter") == false, "\(error as Any)")
        }
    }

    @Test func parquetHoldsTheMetadataBesideTheVectors() throws {
        let path = try files.path(".csv")
        try Data("key,vector,year,d0,d1\na,x,1999,1,2\nb,,2001.5,3,4\n".utf8).write(to: URL(fileURLWithPath: path))
        try withWorkspace { zoo in
            let request = ImportEmbeddingsRequest(file: path, name: "m", command: "test")
            _ = try zoo.importEmbeddings(request)
            let output = try files.path(".parquet")
            let report = try zoo.exportEmbeddings(model: "m", field: "item", as: .parquet, to: output)
            #expect(report.files == [output] && report.notes.isEmpty)
            let columns = [
                ParquetColumn("key", .texts(["a", "b"])), ParquetColumn("label", .texts(["a", "b"])),
                ParquetColumn("vector_", .texts(["x", nil])), ParquetColumn("year", .reals([1999, 2001.5])),
                ParquetColumn("vector", .vectors([1, 2, 3, 4], width: 2)),
            ]
            #expect(
                try [UInt8](Data(contentsOf: URL(fileURLWithPath: output))) == ParquetFile.bytes(columns, rows: 2))
        }
    }

    @Test(arguments: [EmbeddingsFormat.projector, .npy, .csv])
    func namesAndMetadataComeBackFromAnExport(_ format: EmbeddingsFormat) throws {
        let path = try files.path(".csv")
        try Data("key,label,year,group,d0,d1\n7,A b,1999,x,1,2\n8,C,,y,3,4\n".utf8).write(
            to: URL(fileURLWithPath: path))
        try withWorkspace { zoo in
            _ = try zoo.importEmbeddings(ImportEmbeddingsRequest(file: path, name: "m", command: "test"))
            let out = try files.path(format == .npy ? ".npy" : "")
            let written = try zoo.exportEmbeddings(model: "m", field: "item", as: format, to: out)
            #expect(written.notes.isEmpty)
            var request = ImportEmbeddingsRequest(file: written.files[0], name: "n", command: "test")
            if written.files.count > 1 { request.labels = written.files[1] }
            _ = try zoo.importEmbeddings(request)
            let table = try zoo.embeddingTable(model: "n", field: "item")
            #expect(table.keys == ["7", "8"] && table.labels == ["A b", "C"] && table.vectors == [1, 2, 3, 4])
            let rows = "SELECT key, name, value FROM zoo_embedding_metadata WHERE model = :m ORDER BY key, name"
            let before = try zoo.data.query(rows).rows(["m": .text("m")])
            #expect(try zoo.data.query(rows).rows(["m": .text("n")]) == before && before.count == 3)
            let text = try files.path(".txt")
            #expect(
                try zoo.exportEmbeddings(model: "m", field: "item", as: .word2vec, to: text).notes.contains {
                    $0.contains("no place for 'group', 'year'")
                })
            let sql = try files.path(".sql")
            _ = try zoo.exportEmbeddings(model: "m", field: "item", as: .vec0, to: sql)
            let statements = try String(contentsOfFile: sql, encoding: .utf8)
            #expect(statements.contains("+label TEXT, +group TEXT, +year INTEGER)"))
            #expect(statements.contains("'C', 'y', NULL);"))
        }
    }

    @Test func clustersAreNamedAndColouredByMetadata() throws {
        let rows = (0..<12).map { "k\($0),\($0 < 6 ? "sea" : "wood"),\($0 < 6 ? 1 : -1),\(0.1 * Double($0))\n" }
        let path = try files.path(".csv")
        try Data(("key,group,d0,d1\n" + rows.joined()).utf8).write(to: URL(fileURLWithPath: path))
        try withWorkspace { zoo in
            _ = try zoo.importEmbeddings(ImportEmbeddingsRequest(file: path, name: "m", command: "test"))
            var request = MapRequest(model: "m", field: "item")
            (request.method, request.clusters, request.colour) = (.pca, .kMeans(2), "group")
            let report = try zoo.map(request).report
            #expect(Set(report.clusters.map(\.name)) == ["sea", "wood"], "\(report.clusters)")
            #expect(report.notes.contains { $0.contains("the values of group") })
            request.colour = "grope"
            #expect { try zoo.map(request) } throws: { "\($0)".contains("there are group") }
        }
    }
}
