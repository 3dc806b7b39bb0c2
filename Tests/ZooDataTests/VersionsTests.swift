import Foundation
import GRDB
import Testing
import ZooData

/// Gives the tables of models back the names that they had before there were views of the newest versions.
let tablesOfEarlierPrograms = """
    DROP VIEW zoo_versions; DROP VIEW zoo_version_embeddings; DROP VIEW zoo_version_metadata;
    DROP VIEW zoo_version_clusters; DROP VIEW zoo_version_names;
    DROP VIEW zoo_models; DROP VIEW zoo_embeddings; DROP VIEW zoo_embedding_metadata; DROP VIEW zoo_clusters;
    ALTER TABLE zoo_stored_models RENAME TO zoo_models;
    ALTER TABLE zoo_stored_embeddings RENAME TO zoo_embeddings;
    ALTER TABLE zoo_stored_metadata RENAME TO zoo_embedding_metadata;
    ALTER TABLE zoo_stored_clusters RENAME TO zoo_clusters;
    DELETE FROM zoo_migrations WHERE name = '2026-12-newest-versions';

    """

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
                    sql: tablesOfEarlierPrograms + """
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

    /// A card that came with a pack, a licence that was said: no training that gives the same bits knows of them.
    @Test func theSameFileAgainKeepsWhatIsKnownOfIt() throws {
        try withStore { store, _ in
            var first = model("aa")
            (first.card, first.licence, first.origin) = ("# A card", "CC0", "pulled from x.zoo")
            let images = [EmbeddingRow(field: "image", key: "1", label: "1", vector: [1])]
            let years = FieldMetadata(
                field: "item", keys: ["x"], columns: [VectorMetadata(name: "year", values: [.integer(1984)])])
            try store.saveModel(first, embeddings: rows + images, metadata: [years])
            try store.replaceClusters([ClusterRow(key: "x", cluster: 1, name: "c")], model: "m", field: "item")
            let state = try store.embeddingState(model: "m", field: "item")
            try store.saveModel(model("aa", created: "later"), embeddings: rows)
            var found = try store.model(named: "m")
            #expect(found.card == "# A card" && found.licence == "CC0" && found.origin == "pulled from x.zoo")
            #expect(found.created == "later" && found.version == 1)
            #expect(try store.embeddings(model: "m", field: "image") == images)
            #expect(try store.embeddingState(model: "m", field: "item") == state)
            #expect(try count(store, "zoo_clusters") == 1 && count(store, "zoo_embedding_metadata") == 1)
            // What is said again counts.
            var second = model("aa")
            (second.licence, second.origin) = ("MIT", "pulled from y.zoo")
            let changed = [EmbeddingRow(field: "item", key: "x", label: "X", vector: [3, 4])]
            try store.saveModel(second, embeddings: changed)
            found = try store.model(named: "m")
            #expect(found.card == "# A card" && found.licence == "MIT" && found.origin == "pulled from y.zoo")
            #expect(try store.embeddings(model: "m", field: "item") == changed)
        }
    }

    private func count(_ store: DataStore, _ table: String, _ condition: String = "1") throws -> Int {
        guard
            case .integer(let count) = try store.query("SELECT count(*) FROM \(table) WHERE \(condition)").rows()[0][0]
        else { return -1 }
        return Int(count)
    }

    @Test func clustersAndIndexesBelongToTheirVersion() throws {
        try withStore { store, _ in
            let two = rows + [EmbeddingRow(field: "item", key: "y", label: "Y", vector: [2, 2])]
            try store.saveModel(model("aa"), embeddings: two)
            try store.replaceClusters([ClusterRow(key: "x", cluster: 1, name: "old")], model: "m", field: "item")
            func index(_ sha256: String) throws {
                let state = try #require(try store.embeddingState(model: "m", field: "item"))
                try store.saveIndex(
                    EmbeddingIndexRow(
                        model: "m", field: "item", sha256: sha256, bytes: 9, recall: 0.9, state: state, created: "now"))
            }
            try index("i1")
            try store.saveModel(model("bb"), embeddings: rows)
            try store.replaceClusters([ClusterRow(key: "x", cluster: 7, name: "new")], model: "m", field: "item")
            try index("i2")
            _ = try store.rollBack(to: "m@1")
            for (name, file, cluster) in [("m", "i1", "old"), ("m@1", "i1", "old"), ("m@2", "i2", "new")] {
                let index = try #require(try store.index(model: name, field: "item"))
                #expect(try index.sha256 == file && index.state == store.embeddingState(model: name, field: "item"))
                #expect(
                    try count(store, "zoo_version_clusters", "model = '\(name)' AND name = '\(cluster)'") == 1,
                    "\(name)")
            }
            #expect(try store.usedFiles() == ["aa", "bb", "i1", "i2"])
        }
    }

    @Test func sqlShowsTheNewestAndTheVersionsByAllTheirNames() throws {
        try withStore { store, _ in
            let years = FieldMetadata(
                field: "item", keys: ["x"], columns: [VectorMetadata(name: "year", values: [.integer(1984)])])
            try store.saveModel(model("aa"), embeddings: rows, metadata: [years])
            try store.saveModel(model("bb"), embeddings: rows)
            _ = try store.tag("m@1", as: "good")
            _ = try store.tag("m", as: "late")
            #expect(try count(store, "zoo_models") == 1 && count(store, "zoo_embeddings") == 1)
            #expect(try count(store, "zoo_embedding_metadata") == 0)
            for name in ["m", "m@1", "m@2", "m@good", "m@late"] {
                #expect(try count(store, "zoo_version_embeddings", "model = '\(name)'") == 1, "\(name)")
                let isOld = ["m@1", "m@good"].contains(name)
                #expect(
                    try count(store, "zoo_version_metadata", "model = '\(name)' AND name = 'year'") == (isOld ? 1 : 0))
            }
            #expect(try count(store, "zoo_version_embeddings", "model = 'm@3'") == 0)
            let versions = try store.query(
                "SELECT name, model, version, is_newest, tags, bytes, vector_bytes FROM zoo_versions ORDER BY version")
            #expect(
                try versions.rows() == [
                    [.text("m@1"), .text("m"), .integer(1), .integer(0), .text("good"), .integer(7), .integer(8)],
                    [.text("m@2"), .text("m"), .integer(2), .integer(1), .text("late"), .integer(7), .integer(8)],
                ])
            #expect(try store.query("SELECT vector FROM zoo_version_embeddings").holdsVectors == [true])
        }
    }

    /// A view of the user's own over a table that is a view now, and one that is broken.
    @Test func viewsOfTheUsersOwnOutliveTheNewNames() throws {
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            try DataStore(url: url).saveModel(model("aa"), embeddings: rows)
            let queue = try DatabaseQueue(path: url.path)
            try queue.write {
                try $0.execute(
                    sql: tablesOfEarlierPrograms + """
                        CREATE VIEW mine AS SELECT key FROM zoo_embeddings; CREATE VIEW broken AS SELECT x FROM gone;
                        """)
            }
            try queue.close()
            let store = try DataStore(url: url)
            try store.saveModel(model("bb"), embeddings: rows)
            #expect(try count(store, "mine") == 1)
            #expect(try store.removeModel(named: "m") == 1 && count(store, "zoo_stored_embeddings") == 0)
        }
    }

    @Test func aDatabaseIsSmallerAfterVersionsAreRemoved() throws {
        try withStore { store, _ in
            for sha256 in ["aa", "bb"] {
                let many = (0..<2000).map {
                    EmbeddingRow(field: "item", key: "\($0)", label: "", vector: [Float](repeating: 1, count: 64))
                }
                try store.saveModel(model(sha256), embeddings: many)
            }
            let state = try store.embeddingState(model: "m", field: "item")
            #expect(try store.vectorBytesOfOlderVersions() == ["m@1": 512_000])
            _ = try store.shrink()
            _ = try store.removeVersions(keeping: 1)
            #expect(try store.shrink() > 512_000)
            // An index counts on where its vectors are.
            #expect(try store.embeddingState(model: "m", field: "item") == state)
            #expect(try store.vectorBytesOfOlderVersions().isEmpty && store.vectorBytes(of: "m") == 512_000)
        }
    }

    @Test(arguments: ["metadata", "run", "commit"]) func aSaveIsWholeOrNotAtAll(_ part: String) throws {
        struct Injected: Error {}
        try withTemporaryFolder { folder in
            let url = folder.appendingPathComponent("zoo.sqlite")
            let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
            let years = FieldMetadata(
                field: "item", keys: ["x"], columns: [VectorMetadata(name: "year", values: [.integer(1984)])])
            #expect(throws: Injected.self) {
                try store.saveModel(model("aa"), embeddings: rows, metadata: [years], run: run("1"))
            }
            for table in ["zoo_stored_models", "zoo_stored_embeddings", "zoo_stored_metadata", "zoo_runs"] {
                #expect(try count(store, table) == 0)
            }
        }
    }
}
