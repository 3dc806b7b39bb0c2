import Testing
import ZooEmbeddings
import ZooWorkflows

@Suite struct QueriedVectorsTests {
    /// The BLOBs are hex(vec_f32('[1,2,.5]')), hex(vec_int8('[1,-2,3]')) and hex(vec_quantize_binary('[1,-1,-1,1,1,1,-1,1]')) of
    /// sqlite-vec 0.1.9.
    @Test(arguments: [
        ("x'0000803F000000400000003F'", VectorValueType.float32, [1, 2, 0.5]), ("x'01FE03'", .int8, [1, -2, 3]),
        ("x'B9'", .bit, [1, 0, 0, 1, 1, 1, 0, 1]), ("x'003C00C0'", .float16, [1, -2]),
        ("x'000000000000F03F'", .float64, [1]), ("'[1, -2.5e0]'", .float32, [1, -2.5]), ("' 3 4'", .float32, [3, 4]),
    ])
    func valuesAreThoseOfTheirType(_ literal: String, _ type: VectorValueType, _ expected: [Float]) throws {
        try withWorkspace { (workspace) throws in
            let report = try workspace.importEmbeddings(request("SELECT 7 AS id, \(literal) AS embedding", type))
            #expect(report.width == expected.count && report.format == "sql" && report.field == "item")
            #expect(try workspace.embeddingTable(model: "m", field: "item").vectors == expected)
        }
    }

    @Test func columnsAreFoundByNameAndPlace() throws {
        try withWorkspace { (workspace) throws in
            let sql =
                "SELECT '[1]' AS vector, 'L' AS title, 'K' AS key, 5 AS stars UNION ALL SELECT '[2]', NULL, 'B', 6"
            let report = try workspace.importEmbeddings(request(sql))
            #expect(report.notes.contains { $0.contains("keys are 'key', labels 'title', vectors 'vector'") })
            #expect(report.notes.contains { $0.hasPrefix("beside the vectors: 'stars'") })
            let stars = "SELECT value FROM zoo_embedding_metadata WHERE model = 'm' AND name = 'stars' ORDER BY key"
            #expect(try workspace.data.query(stars).rows() == [[.integer(6)], [.integer(5)]])
            let table = try workspace.embeddingTable(model: "m", field: "item")
            #expect(table.keys == ["K", "B"] && table.labels == ["L", "B"])
        }
    }

    @Test(arguments: [
        ("SELECT '[1]' AS vector", "one column"), ("SELECT 1 AS key, NULL AS vector", "row 1, column 'vector'"),
        ("SELECT 1 AS key, x'0000' AS vector", "--vector-type"), ("SELECT 1 AS key, '[1, x]' AS vector", "no vector"),
        ("SELECT 1 AS key, '[1' AS vector", "no vector"), ("SELECT 1 AS key, '[]' AS vector", "no vector"),
        ("SELECT 1 AS key, '[1]' AS vector UNION ALL SELECT 1, '[2]'", "rows 1 and 2 have the same key"),
        ("SELECT 1 AS key, '[1]' AS vector UNION ALL SELECT 2, '[2,3]'", "has 2 numbers, and the first has 1"),
        ("SELECT NULL AS key, '[1]' AS vector", "key is empty"), ("SELECT 1 AS key, '[1e39]' AS vector", "holds inf"),
        ("SELECT 1 AS id, x'0000803F' AS emb_a, x'0000803F' AS thumb", "SELECT one of them AS vector"),
        ("SELECT 1 AS id, x'003C003C' AS embedding, 2 AS dims", "--vector-type float16 gives 2"),
        ("SELECT 1 AS key, '[1]' AS vector WHERE 0", "no rows"), ("DROP TABLE zoo_models", ""),
    ])
    func rowsThatHoldNoVectorAreNamed(_ sql: String, _ message: String) throws {
        try withWorkspace { (workspace) throws in
            _ = #expect { try workspace.importEmbeddings(request(sql)) } throws: {
                message.isEmpty || "\($0)".contains(message)
            }
        }
    }

    @Test func nestedJSONIsNoVector() throws {
        let deep = String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)
        #expect(VectorValueType.numbers(deep) == nil && VectorValueType.numbers("[[1]]") == nil)
    }

    private func request(_ sql: String, _ type: VectorValueType = .float32) -> ImportEmbeddingsRequest {
        var request = ImportEmbeddingsRequest(file: "", name: "m", command: "test")
        (request.sql, request.vectorType) = (sql, type)
        return request
    }
}
