import Foundation
import Testing
import ZooData
import ZooEmbeddings
import ZooWorkflows

/// `vec0.sqlite` was made by sqlite-vec 0.1.9 in sqlite3 3.40.1: `films` has three columns of vectors and metadata of all kinds,
/// `words` a deleted row.
@Suite struct DatabaseVectorsTests {
    private let files = TemporaryFolder()

    private func imported(
        _ workspace: Workspace, _ table: String?, array: String? = nil, file: String? = nil
    ) throws -> (ImportEmbeddingsReport, EmbeddingTable) {
        var request = ImportEmbeddingsRequest(
            file: file ?? VectorFilesTests.folder.appendingPathComponent("vec0.sqlite").path, name: "m", command: "test"
        )
        (request.table, request.array, request.isReplacing) = (table, array, true)
        let report = try workspace.importEmbeddings(request)
        return (report, try workspace.embeddingTable(model: "m", field: "item"))
    }

    @Test func vec0TablesAreReadWithoutTheExtension() throws {
        try withWorkspace { (workspace) throws in
            let (report, words) = try imported(workspace, "words")
            #expect(report.format == "vec0" && words.keys == ["y", "z"] && words.vectors == [4, 5, 7, 8])
            let (_, films) = try imported(workspace, "films", array: "plot")
            #expect(
                Dictionary(uniqueKeysWithValues: films.keys.indices.map { (films.keys[$0], Array(films.vector($0))) })
                    == ["7": [1, 2, -0.5], "3": [4, 5, 6], "9": [7, 8, 9]])
            let posters = try imported(workspace, "films", array: "poster").1
            #expect(try Array(posters.vector(#require(posters.keys.firstIndex(of: "7")))) == [1, -2, 3, 4])
            let marks = try imported(workspace, "films", array: "mark").1
            #expect(
                try Array(marks.vector(#require(marks.keys.firstIndex(of: "7"))))
                    == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
        }
    }

    @Test func metadataComesAlongAndIsAskedForInSQL() throws {
        try withWorkspace { (workspace) throws in
            _ = try imported(workspace, "films", array: "plot")
            let rows = try workspace.data.query(
                "SELECT name, value FROM zoo_embedding_metadata WHERE model = 'm' AND key = :key ORDER BY name")
            #expect(
                try rows.rows(["key": .text("7")]) == [
                    [.text("decade"), .text("90s")], [.text("notes"), .text("hello")], [.text("score"), .real(1.5)],
                    [.text("seen"), .integer(1)], [.text("title"), .text("a title of more than 12 bytes")],
                    [.text("year"), .integer(1999)],
                ])
            #expect(
                try rows.rows(["key": .text("9")]).contains([.text("title"), .text("Größe")]))
            try workspace.data.removeModel(named: "m")
            #expect(try rows.rows(["key": .text("7")]).isEmpty)
        }
    }

    /// The tables are those of llm 0.36's embeddings.db (`llm/embeddings_migrations.py`).
    @Test func collectionsOfLLMAreRead() throws {
        try withWorkspace { (workspace) throws in
            let path = try database(
                """
                CREATE TABLE collections (id INTEGER PRIMARY KEY, name TEXT, model TEXT);
                CREATE TABLE embeddings (collection_id INTEGER REFERENCES collections(id), id TEXT, embedding BLOB,
                    content TEXT, content_blob BLOB, content_hash BLOB, metadata TEXT, updated INTEGER,
                    PRIMARY KEY (collection_id, id));
                INSERT INTO collections VALUES (1, 'notes', 'ada-002'), (2, 'other', 'ada-002');
                INSERT INTO embeddings VALUES (1, 'a', X'0000803F00000040', 'First note', NULL, X'', '{"n": 1}', 0),
                    (1, 'b', X'0000404000008040', NULL, NULL, X'', NULL, 0), (2, 'c', X'0000803F', NULL, NULL, X'', NULL, 0);
                """)
            let (report, table) = try imported(workspace, "notes", file: path)
            #expect(report.format == "llm" && table.keys == ["a", "b"] && table.labels == ["First note", "b"])
            #expect(table.vectors == [1, 2, 3, 4])
            #expect(throws: (any Error).self) { try imported(workspace, nil, file: path) }
        }
    }

    @Test func tablesThatWillNotDoAreNamed() throws {
        try withWorkspace { (workspace) throws in
            func refusal(_ table: String?, _ array: String? = nil, _ sql: String? = nil) throws -> String {
                let file = try sql.map(database)
                do { _ = try imported(workspace, table, array: array, file: file) } catch { return "\(error)" }
                return ""
            }
            #expect(try refusal(nil).contains("--table names one of 'films', 'words'"))
            #expect(try refusal("film").contains("there is no table 'film'"))
            #expect(try refusal("films").contains("'plot', 'poster', 'mark': --array names one"))
            #expect(
                try refusal("t", nil, "CREATE TABLE t (key, vector); INSERT INTO t VALUES (1, X'00');")
                    .contains("row 1, column 'vector'"))
            let two = "CREATE TABLE t (key, v, w); INSERT INTO t VALUES (1, '[1]', '[2]');"
            #expect(try refusal("t", "x", two).contains("--array names one of 'key', 'v', 'w'"))
            #expect(try imported(workspace, "t", array: "v", file: database(two)).1.vectors == [1])
            let blobs = "CREATE TABLE t (id, emb_a, thumb); INSERT INTO t VALUES (1, X'0000803F', X'FFD8FFE0');"
            #expect(try refusal("t", nil, blobs).contains("'emb_a', 'thumb': --array names one of them"))
            let chosen = try imported(workspace, "t", array: "emb_a", file: database(blobs)).1
            #expect(chosen.vectors == [1] && chosen.labels == ["1"])
            let shadow = """
                CREATE TABLE v_info (key text primary key, value any);
                INSERT INTO v_info VALUES ('CREATE_VERSION_MAJOR', 0), ('CREATE_VERSION_MINOR', 2);
                CREATE TABLE v_rowids (rowid INTEGER PRIMARY KEY, id, chunk_id INTEGER, chunk_offset INTEGER);
                CREATE TABLE v_chunks (chunk_id INTEGER PRIMARY KEY, size, validity, rowids);
                CREATE TABLE v_vector_chunks00 (rowid PRIMARY KEY, vectors BLOB);
                PRAGMA writable_schema = 1;
                INSERT INTO sqlite_schema VALUES ('table', 'v', 'v', 0, 'CREATE VIRTUAL TABLE v USING vec0(a float[2])');
                """
            #expect(try refusal("v", nil, shadow).contains("it was made by sqlite-vec 0.2"))
            let lying =
                shadow.replacing("MINOR', 2", with: "MINOR', 1") + """
                    INSERT INTO v_chunks VALUES (1, 8, X'01', X'00'); INSERT INTO v_vector_chunks00 VALUES (1, zeroblob(16));
                    INSERT INTO v_rowids VALUES (1, NULL, 1, 4000000000000000000);
                    """
            #expect(try refusal("v", nil, lying).contains("a row lies outside of its chunk"))
        }
    }

    private func database(_ sql: String) throws -> String {
        let path = try files.path(".db")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [path, sql]
        try process.run()
        process.waitUntilExit()
        return path
    }
}
