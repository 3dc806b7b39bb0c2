import Foundation
import GRDB
import Testing
import ZooData

@Suite struct VersionsTests {
    private let rows = [EmbeddingRow(field: "item", key: "x", label: "X", vector: [1, -2.5])]

    private func model(_ sha256: String, created: String = "2026-12-01T00:00:00Z") -> CatalogueModel {
        CatalogueModel(
            name: "m", kind: "collab", architecture: "dot-bias", sha256: sha256, bytes: 7, created: created)
    }

    private func run(_ created: String) -> TrainingRun {
        var run = TrainingRun(model: "m", kind: "collab", started: created, finished: created)
        run.epochs = [.init(epoch: 1, trainLoss: 0.5)]
        return run
    }

    @Test func eachSaveKeepsWhatHadTheName() throws {
        try withStore { store, _ in
            for (number, sha256) in ["aa", "bb", "cc"].enumerated() {
                try store.saveModel(model(sha256, created: "\(number)"), embeddings: rows, run: run("\(number)"))
            }
            #expect(try store.versions(of: "m").map(\.name) == ["m", "m@2", "m@1"])
            #expect(try store.versions(of: "m@1").map(\.sha256) == ["cc", "bb", "aa"])
            #expect(try store.model(named: "m@3").name == "m" && store.model(named: "m@2").sha256 == "bb")
            #expect(try store.embeddings(model: "m@1", field: "item") == rows)
            #expect(try store.runs(model: "m@1").map(\.finished) == ["0"] && store.runs(model: "m").count == 1)
            #expect(try store.usedFiles() == ["aa", "bb", "cc"])
            let error = #expect(throws: DataError.self) { try store.model(named: "m@7") }
            #expect(error?.description == "there is no model 'm@7'; there are 'm@1', 'm@2', 'm@3'")
        }
    }

    @Test func theSameFileAndAnUnfinishedTrainingAreNoVersions() throws {
        try withStore { store, _ in
            try store.saveModel(model("aa"))
            try store.saveModel(model("aa"))
            #expect(try store.versions(of: "m").map(\.versionedName) == ["m@1"])
            var stopped = model("bb")
            (stopped.name, stopped.status) = ("n", "stopped")
            try store.saveModel(stopped)
            stopped.sha256 = "cc"
            try store.saveModel(stopped)
            #expect(try store.versions(of: "n").map(\.versionedName) == ["n@1"])
        }
    }

    @Test func tagsNameVersionsAndMove() throws {
        try withStore { store, _ in
            for sha256 in ["aa", "bb"] { try store.saveModel(model(sha256), embeddings: rows) }
            #expect(try store.tag("m@1", as: "good").versionedName == "m@1")
            #expect(try store.model(named: "m@good").sha256 == "aa")
            #expect(try store.embeddings(model: "m@good", field: "item") == rows)
            _ = try store.tag("m", as: "good")
            #expect(try store.model(named: "m@good").name == "m")
            // The newest becomes an older one, and the tag stays with it.
            try store.saveModel(model("cc"))
            #expect(try store.model(named: "m@good").name == "m@2")
            #expect(try store.removeTag("good", of: "m") && !store.removeTag("good", of: "m"))
            #expect(throws: DataError.self) { try store.model(named: "m@good") }
        }
    }

    @Test func aRollbackIsAVersionOfItsOwn() throws {
        try withStore { store, _ in
            for (number, sha256) in ["aa", "bb"].enumerated() {
                try store.saveModel(model(sha256, created: "\(number)"), embeddings: rows, run: run("\(number)"))
            }
            let (newest, earlier) = try store.rollBack(to: "m@1")
            #expect(newest.sha256 == "aa" && newest.versionedName == "m@3" && earlier.versionedName == "m@2")
            #expect(try store.versions(of: "m").map(\.sha256) == ["aa", "bb", "aa"])
            #expect(try store.embeddings(model: "m", field: "item") == rows)
            #expect(try store.run(of: newest)?.epochs.count == 1)
            #expect(throws: DataError.self) { try store.rollBack(to: "m") }
            #expect(throws: DataError.self) { try store.rollBack(to: "m@3") }
            #expect(throws: DataError.self) { try store.rollBack(to: "m@1") }  // the same file
        }
    }

    @Test func onlyVersionsWithoutATagAreRemoved() throws {
        try withStore { store, _ in
            for sha256 in ["aa", "bb", "cc", "dd"] { try store.saveModel(model(sha256)) }
            _ = try store.tag("m@1", as: "good")
            #expect(try store.removeVersions(keeping: 2).map(\.name) == ["m@2"])
            #expect(try store.versions(of: "m").map(\.name) == ["m", "m@3", "m@1"])
            #expect(try store.removeModel(named: "m@good") == 0 && store.tags(of: "m").isEmpty)
            #expect(try store.removeModel(named: "m") == 1 && store.models().isEmpty)
            // Numbers begin again where nothing is left.
            try store.saveModel(model("ee"))
            #expect(try store.model(named: "m").version == 1)
        }
    }

    @Test func theNewestIsNotRemovedAsAVersionWhileThereAreOlderOnes() throws {
        try withStore { store, _ in
            for sha256 in ["aa", "bb"] { try store.saveModel(model(sha256)) }
            _ = try store.tag("m", as: "good")
            for name in ["m@2", "m@good"] {
                let error = #expect(throws: DataError.self) { try store.removeModel(named: name) }
                #expect(error?.description.contains("the newest version of 'm'") == true)
            }
            #expect(try store.versions(of: "m").map(\.sha256) == ["bb", "aa"] && store.tags(of: "m").count == 1)
            #expect(try store.removeModel(named: "m@1") == 0)
            #expect(try store.removeModel(named: "m@2") == 0 && store.models().isEmpty)
        }
    }

    @Test func noNumberIsGivenToTwoModels() throws {
        try withStore { store, _ in
            for sha256 in ["aa", "bb"] { try store.saveModel(model(sha256)) }
            _ = try store.tag("m", as: "good")
            _ = try store.removeVersions(keeping: 1)
            // The same file again is the same version, and the tag stays with it.
            try store.saveModel(model("bb"))
            #expect(try store.model(named: "m@good").versionedName == "m@2")
            try store.saveModel(model("cc"))
            #expect(try store.model(named: "m@good").sha256 == "bb" && store.model(named: "m").version == 3)
            var stopped = model("dd")
            stopped.status = "stopped"
            try store.saveModel(stopped)
            _ = try store.tag("m", as: "late")
            // One that was not complete goes, with its tag.
            try store.saveModel(model("ee"))
            #expect(try store.tags(of: "m").map(\.tag) == ["good"] && store.model(named: "m@good").sha256 == "bb")
        }
    }

    @Test func aHomeOfAnEarlierProgramKeepsAllItsModels() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            try DataStore(url: url).saveModel(model("aa"), embeddings: rows)
            let queue = try DatabaseQueue(path: url.path)
            try queue.write {
                try $0.execute(
                    sql: """
                        ALTER TABLE zoo_models DROP COLUMN version;
                        ALTER TABLE zoo_models DROP COLUMN card;
                        ALTER TABLE zoo_models DROP COLUMN origin;
                        ALTER TABLE zoo_models DROP COLUMN parent_sha256;
                        DROP TABLE zoo_model_tags;
                        DELETE FROM zoo_migrations WHERE name = '2026-12-versions';
                        """)
            }
            try queue.close()
            let store = try DataStore(url: url)
            #expect(try store.models() == [model("aa")] && store.embeddings(model: "m@1", field: "item") == rows)
            try store.saveModel(model("bb"))
            #expect(try store.versions(of: "m").map(\.versionedName) == ["m@2", "m@1"])
        }
    }

    @Test(arguments: ["replace", "model", "embeddings", "commit"])
    func aSaveThatFailsKeepsTheVersionsAsTheyWere(_ part: String) throws {
        struct Injected: Error {}
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            let before = try DataStore(url: url)
            for sha256 in ["aa", "bb"] { try before.saveModel(model(sha256), embeddings: rows) }
            let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
            #expect(throws: Injected.self) { try store.saveModel(model("cc")) }
            #expect(try store.versions(of: "m").map(\.sha256) == ["bb", "aa"])
        }
    }
}
