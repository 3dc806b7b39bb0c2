import Foundation
import GRDB
import Testing
import ZooData

private struct Injected: Error {}

private func model(_ name: String = "m", sha256: String, status: String = "finished") -> CatalogueModel {
    var model = CatalogueModel(
        name: name, kind: "text", architecture: "lstm", sha256: sha256, bytes: 7, created: "2026-11-23T12:00:00Z")
    (model.status, model.epochs, model.command) = (status, 2, "zoo train " + name)
    return model
}

private func run(_ name: String = "m", status: String) -> TrainingRun {
    var run = TrainingRun(
        model: name, kind: "text", started: "2026-11-23T11:00:00Z", finished: "2026-11-23T12:00:00Z", status: status)
    run.command = "zoo train " + name
    run.epochs = [.init(epoch: 1), .init(epoch: 2)]
    return run
}

private let token = EmbeddingRow(field: "token", key: "a", label: "a", vector: [1])

@Test func aCheckpointIsBesideAFinishedModelAndElseTheModel() throws {
    try withStore { store, _ in
        let first = try store.saveCheckpoint(
            model(sha256: "c1", status: "running"), embeddings: [token], run: run(status: "running"))
        let own = try store.model(named: "m")
        #expect(!first && own.sha256 == "c1" && own.status == "running" && own.epochs == 2)
        // Finished, it takes the checkpoint's place.
        try store.saveModel(model(sha256: "f1"), embeddings: [token], run: run(status: "finished"))
        let second = try store.saveCheckpoint(
            model(sha256: "c2", status: "running"), embeddings: [], run: run(status: "running"))
        #expect(second)
        _ = try store.saveCheckpoint(
            model(sha256: "c3", status: "stopped"), embeddings: [], run: run(status: "stopped"))
        let (used, rows) = (try store.usedFiles(), try store.embeddings(model: "m", field: "token"))
        #expect(used == ["f1", "c3"] && rows == [token])
        let (finished, checkpoint) = (try store.model(named: "m"), try store.checkpoint(named: "m"))
        #expect(finished.sha256 == "f1" && checkpoint?.sha256 == "c3" && checkpoint?.status == "stopped")
        let replaced = try store.saveModel(model(sha256: "f2"))
        let left = try store.usedFiles()
        #expect(replaced?.sha256 == "f1" && left == ["f1", "f2"])
    }
}

@Test(arguments: ["replace", "checkpoint", "run", "commit"])
func aCheckpointThatFailsAnywhereLeavesWhatWasThere(part: String) throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        let whole = try DataStore(url: url)
        try whole.saveModel(model(sha256: "f"), embeddings: [token])
        _ = try whole.saveCheckpoint(
            model(sha256: "c1", status: "running"), embeddings: [], run: run(status: "running"))
        let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
        #expect(throws: Injected.self) {
            try store.saveCheckpoint(
                model(sha256: "c2", status: "running"), embeddings: [], run: run(status: "running"))
        }
        let (used, rows) = (try store.usedFiles(), try store.embeddings(model: "m", field: "token"))
        #expect(used == ["f", "c1"] && rows == [token])
    }
}

@Test func modelsOfEarlierProgramsAreWhatTheirRunsSay() throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        let old = try DataStore(url: url)
        try old.saveModel(model("done", sha256: "a"), run: run("done", status: "finished"))
        try old.saveModel(model("half", sha256: "b"), run: run("half", status: "stopped"))
        try old.copyModel(named: "half", to: "copy")
        try old.saveModel(model("shipped", sha256: "c"))
        let queue = try DatabaseQueue(path: url.path)
        try queue.write {
            try $0.execute(
                sql: tablesOfEarlierPrograms + """
                    ALTER TABLE zoo_models DROP COLUMN status;
                    ALTER TABLE zoo_models DROP COLUMN epochs;
                    DROP TABLE zoo_checkpoints;
                    DELETE FROM zoo_migrations WHERE name = '2026-11-checkpoints';
                    """)
        }
        try queue.close()
        let models = try DataStore(url: url).models()
        #expect(models.map(\.name) == ["copy", "done", "half", "shipped"])
        #expect(models.map(\.status) == ["stopped", "finished", "stopped", "finished"])
        #expect(models.map(\.epochs) == [2, 2, 2, nil])
    }
}
