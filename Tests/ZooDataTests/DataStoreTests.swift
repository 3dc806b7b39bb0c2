import Foundation
import Testing
import ZooData

private struct Injected: Error {}

/// Three ratings with a split.
private func sampleRatings(first: Float = 5) -> NewRatings {
    var new = NewRatings(
        userKeys: ["ann", "bob"], itemKeys: ["x", "y"], itemTitles: ["X", "Y"], users: [1, 0, 0], items: [0, 1, 0],
        ratings: [3, 4, first], scale: 1...5)
    new.splits = [("s", [2, 1, 0])]
    return new
}

private func sampleModel(_ name: String = "m", sha256: String = "aa") -> CatalogueModel {
    CatalogueModel(
        name: name, kind: "collab", architecture: "dot-bias", sha256: sha256, bytes: 7, created: "2026-11-23T12:00:00Z")
}

private let embeddings = [
    EmbeddingRow(field: "item", key: "x", label: "X", bias: 0.5, count: 3, mean: 4.25, vector: [1, -2.5]),
    EmbeddingRow(field: "item", key: "y", label: "Y", vector: []),
]

@Test func ratingsFromMemoryKeepTheirKeysAndSplits() throws {
    try withStore { store, _ in
        try store.importRatings(sampleRatings(), name: "d", source: "test")
        let data = try store.interactions(dataset: "d", split: "s")
        #expect(data.users == [0, 0, 1] && data.items == [0, 1, 0] && data.ratings == [5, 4, 3])
        #expect(data.parts == [0, 1, 2] && data.userKeys == ["ann", "bob"] && data.itemTitles == ["X", "Y"])
        let split = try #require(data.dataset.splits.first)
        #expect(split.name == "s" && split.train == 1 && split.test == 1 && !data.summary.hasTimestamps)
    }
}

@Test func aTimeThatIsNotKnownStaysSo() throws {
    try withStore { store, _ in
        var new = sampleRatings()
        new.timestamps = [7, StoredInteractions.withoutTime, -8]
        try store.importRatings(new, name: "d", source: "test")
        let data = try store.interactions(dataset: "d")
        #expect(data.timestamps == [-8, StoredInteractions.withoutTime, 7])
        let nulls = try store.query("SELECT count(*) FROM zoo_ratings WHERE timestamp IS NULL").rows()
        #expect(nulls == [[.integer(1)]])
    }
}

@Test func contradictingRatingsFromMemoryAreRefused() throws {
    try withStore { (store, _) throws in
        let changes: [(inout NewRatings) -> Void] = [
            { $0.users[0] = 2 }, { $0.items[0] = -1 }, { $0.ratings[0] = 6 }, { $0.ratings[0] = .nan },
            { $0.ratings.removeLast() }, { $0.itemTitles.removeLast() }, { $0.userKeys = ["ann", "ann"] },
            { $0.splits = [("s", [1])] }, { $0.splits = [("s", [1, 2, 3])] }, { $0.timestamps = [1] },
            { ($0.users[1], $0.items[1]) = (0, 0) },
        ]
        for (index, change) in changes.enumerated() {
            var new = sampleRatings()
            change(&new)
            #expect(throws: DataError.self, "change \(index)") {
                try store.importRatings(new, name: "d", source: "test")
            }
        }
        let left = try store.datasets()
        #expect(left.isEmpty)
    }
}

@Test func fingerprintsTellContentsApartAndNotNames() throws {
    try withStore { store, _ in
        let one = try store.importRatings(sampleRatings(), name: "one", source: "a")
        let two = try store.importRatings(sampleRatings(), name: "two", source: "b")
        let other = try store.importRatings(sampleRatings(first: 4.5), name: "other", source: "a")
        #expect(one.fingerprint == two.fingerprint && one.fingerprint != other.fingerprint)
        #expect(one.fingerprint.count == 64)
    }
}

@Test func aTakenNameIsRefusedOrReplaced() throws {
    try withStore { store, _ in
        try store.importRatings(sampleRatings(), name: "d", source: "a")
        let error = #expect(throws: DataError.self) { try store.importRatings(sampleRatings(), name: "d", source: "b") }
        #expect(error?.description == "there is a data set 'd' already: choose another name, or --replace replaces it")
        try store.importRatings(sampleRatings(first: 1), name: "d", source: "b", isReplacing: true)
        let data = try store.interactions(dataset: "d")
        #expect(data.ratings == [1, 4, 3] && data.dataset.source == "b")
    }
}

@Test func removingADataSetTakesAllItsRows() throws {
    try withStore { store, _ in
        try store.importRatings(sampleRatings(), name: "d", source: "a")
        try store.removeDataset(named: "d")
        let sql =
            "SELECT (SELECT count(*) FROM zoo_ratings) + (SELECT count(*) FROM zoo_users) "
            + "+ (SELECT count(*) FROM zoo_items) + (SELECT count(*) FROM zoo_splits)"
        let rows = try store.query(sql).rows()
        #expect(rows == [[.integer(0)]])
    }
}

@Test func unknownNamesAreAnsweredWithThoseThatThereAre() throws {
    try withStore { (store, _) throws in
        let none = #expect(throws: DataError.self) { try store.dataset(named: "d") }
        #expect(
            none?.description
                == "there is no data set 'd': the database holds none yet, 'zoo data import demo' makes one")
        try store.importRatings(sampleRatings(), name: "d", source: "a")
        let split = #expect(throws: DataError.self) { try store.interactions(dataset: "d", split: "u9") }
        #expect(split?.description == "there is no split of 'd' 'u9'; there are 's'")
        let model = #expect(throws: DataError.self) { try store.model(named: "m") }
        #expect(model?.description == "there is no model 'm'; there are none yet")
    }
}

@Test(arguments: ["dataset", "keys", "ratings", "splits"])
func anImportThatFailsAnywhereLeavesTheOldData(part: String) throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        try DataStore(url: url).importRatings(sampleRatings(), name: "d", source: "old")
        let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
        #expect(throws: Injected.self) {
            try store.importRatings(sampleRatings(first: 1), name: "d", source: "new", isReplacing: true)
        }
        let data = try DataStore(url: url).interactions(dataset: "d", split: "s")
        #expect(data.ratings == [5, 4, 3] && data.dataset.source == "old")
    }
}

@Test func aModelIsSavedWithItsEmbeddingsAndRun() throws {
    try withStore { store, _ in
        var model = sampleModel()
        (model.parent, model.dataset, model.seed, model.licence) = ("p", "d", -3, "CC0")
        var run = TrainingRun(model: "m", kind: "collab", started: "2026-11-23T11:00:00Z", metrics: #"{"rmse":0.9}"#)
        run.epochs = [.init(epoch: 1, trainLoss: 0.5, seconds: 0.25), .init(epoch: 2, trainLoss: 0.25, metrics: "{}")]
        try store.saveModel(model, embeddings: embeddings, run: run)
        let (models, rows, runs) = (
            try store.models(), try store.embeddings(model: "m", field: "item"), try store.runs()
        )
        #expect(models == [model] && rows == embeddings && runs == [run])
        #expect(try store.usedFiles() == ["aa"])
    }
}

@Test func savingOverAModelReplacesAllOfItAndKeepsTheOlderVersion() throws {
    try withStore { store, _ in
        try store.saveModel(sampleModel(), embeddings: embeddings)
        try store.saveModel(sampleModel(sha256: "bb"), embeddings: [embeddings[1]])
        let rows = try store.embeddings(model: "m", field: "item")
        #expect(try store.usedFiles() == ["aa", "bb"])
        #expect(try rows == [embeddings[1]] && store.embeddings(model: "m@1", field: "item") == embeddings)
        let error = #expect(throws: DataError.self) { try store.saveModel(sampleModel(), isReplacing: false) }
        #expect(error?.description == "there is a model 'm' already: choose another name, or --replace replaces it")
    }
}

@Test(arguments: ["replace", "model", "embeddings", "run", "commit"])
func aSaveThatFailsAnywhereLeavesTheOldModel(part: String) throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        try DataStore(url: url).saveModel(sampleModel(sha256: "old"), embeddings: embeddings)
        let store = try DataStore(url: url, beforeWrite: { if $0 == part { throw Injected() } })
        #expect(throws: Injected.self) { try store.saveModel(sampleModel(sha256: "new")) }
        let (used, rows) = (try store.usedFiles(), try store.embeddings(model: "m", field: "item"))
        #expect(used == ["old"] && rows == embeddings)
    }
}

@Test func copiesShareTheFileAndOutliveTheOriginal() throws {
    try withStore { store, _ in
        try store.saveModel(sampleModel(), embeddings: embeddings)
        try store.copyModel(named: "m", to: "n")
        #expect(throws: DataError.self) { try store.copyModel(named: "m", to: "n") }
        #expect(throws: DataError.self) { try store.copyModel(named: "absent", to: "o") }
        try store.removeModel(named: "m")
        let (models, rows) = (try store.models(), try store.embeddings(model: "n", field: "item"))
        #expect(models.map(\.name) == ["n"] && models.first?.sha256 == "aa" && rows == embeddings)
        #expect(try store.embeddings(model: "m", field: "item").isEmpty)
    }
}
