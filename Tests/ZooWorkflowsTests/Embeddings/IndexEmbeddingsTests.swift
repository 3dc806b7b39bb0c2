import Foundation
import Testing
import ZooEmbeddings
import ZooKernels
import ZooWorkflows

@Suite struct IndexEmbeddingsTests {
    private let files = TemporaryFolder()

    private func withIndexed(isBinary: Bool = false, _ body: (Workspace) throws -> Void) throws {
        try withWorkspace { (workspace) throws in
            var generator = RandomGenerator(seed: 3)
            let lines = (0..<600).map { row in
                "w\(row) "
                    + (0..<8).map { "\(Float(row % 7 == $0 ? 3 : 0) + generator.normal())" }.joined(separator: " ")
            }
            let file = try files.path(".txt")
            try Data(("600 8\n" + lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
            _ = try workspace.importEmbeddings(ImportEmbeddingsRequest(file: file, name: "m", command: "test"))
            var recipe = VectorIndex.Recipe()
            (recipe.recall, recipe.isBinary) = (1, isBinary)
            let report = try workspace.indexEmbeddings(model: "m", field: "token", recipe: recipe)
            #expect(report.vectors == 600 && report.recall > 0.99 && report.bytes > 0)
            try body(workspace)
        }
    }

    private func near(_ workspace: Workspace, exact: Bool = false) throws -> [String] {
        try workspace.neighbours(model: "m", field: "token", near: "w5", count: 5, metric: .cosine, exact: exact)
            .entries.map(\.key)
    }

    @Test(arguments: [false, true]) func theIndexIsUsedAndFindsTheSame(isBinary: Bool) throws {
        try withIndexed(isBinary: isBinary) { (workspace) throws in
            let (found, all) = (try near(workspace), try near(workspace, exact: true))
            #expect(found == all)
            // It outlives a sweep, and goes with the model.
            let file = try #require(try workspace.data.index(model: "m", field: "token")).sha256
            #expect(try workspace.data.usedFiles().contains(file))
            try workspace.data.removeModel(named: "m")
            #expect(try workspace.data.index(model: "m", field: "token") == nil)
        }
    }

    @Test func moreThanTheIndexIsForAreComparedWithAll() throws {
        try withIndexed { (workspace) throws in
            for (count, byIndex) in [(30, true), (31, false), (599, false), (Int.max, false)] {
                let report = try workspace.neighbours(
                    model: "m", field: "token", near: "w5", count: count, metric: .cosine)
                #expect(report.entries.count == min(count, 599))
                #expect(report.notes.count == 1 && report.notes[0].hasPrefix("found by the index") == byIndex)
            }
        }
    }

    @Test func anIndexWithoutItsFileIsToBeBuiltAgain() throws {
        try withIndexed { (workspace) throws in
            let file = try #require(try workspace.data.index(model: "m", field: "token")).sha256
            let url = workspace.weights.url(sha256: file)
            for damage in [{ try Data("no".utf8).write(to: url) }, { try FileManager.default.removeItem(at: url) }] {
                try damage()
                let said = #expect(throws: WorkflowError.self) { try near(workspace) }?.description ?? ""
                #expect(said.contains("'zoo embeddings index m token'") && said.contains("--exact"), "\(said)")
            }
            #expect(try near(workspace, exact: true).count == 5)
        }
    }

    @Test func aStaleIndexIsRefused() throws {
        try withIndexed { (workspace) throws in
            let rows = try workspace.data.embeddings(model: "m", field: "token")
            try workspace.data.replaceEmbeddings(Array(rows.dropLast()), model: "m", field: "token")
            let error = #expect(throws: WorkflowError.self) { try near(workspace) }
            #expect(error?.description.contains("stale") == true && error?.description.contains("--exact") == true)
            #expect(try near(workspace, exact: true).count == 5)
        }
    }

    @Test func vectorsLeaveAsSQLForOtherDatabases() throws {
        try withIndexed { (workspace) throws in
            func written(_ format: EmbeddingsFormat) throws -> [Substring] {
                let path = try files.path(".sql")
                _ = try workspace.exportEmbeddings(model: "m", field: "token", as: format, to: path)
                return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
            }
            let vec0 = try written(.vec0)
            #expect(
                vec0.contains(
                    "CREATE VIRTUAL TABLE \"m_token\" USING vec0(key TEXT PRIMARY KEY, vector FLOAT[8], +label TEXT);"))
            #expect(
                vec0.count == 604
                    && vec0.contains { $0.hasPrefix("INSERT INTO \"m_token\" (key, vector, label) VALUES ('w5', X'") })
            let vectors = try written(.pgvector)
            #expect(
                vectors.contains(
                    "CREATE TABLE \"m_token\" (key text PRIMARY KEY, label text NOT NULL, vector vector(8) NOT NULL);"))
            #expect(vectors.count == 606 && vectors.contains { $0.hasPrefix("w5\tw5\t[") && $0.hasSuffix("]") })
        }
    }
}
