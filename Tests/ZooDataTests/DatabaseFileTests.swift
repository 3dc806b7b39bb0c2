import Foundation
import GRDB
import Testing
import ZooData

@Test func onlyTablesOfOurNameAreAddedToAUsersDatabase() throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("own.sqlite")
        let own = try DatabaseQueue(path: url.path)
        try own.write { try $0.execute(sql: "CREATE TABLE mine (a); INSERT INTO mine VALUES (7)") }
        try own.close()
        let store = try DataStore(url: url)
        let rows = try store.query(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'zoo\\_%' ESCAPE '\\'"
        )
        .rows()
        let mine = try store.query("SELECT a FROM mine").rows()
        #expect(rows == [[.text("mine")]] && mine == [[.integer(7)]])
    }
}

@Test func openingAgainChangesNothing() throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("deep/down/zoo.sqlite")
        func steps() throws -> [[QueryValue]] {
            try DataStore(url: url).query("SELECT rowid, name FROM zoo_migrations ORDER BY rowid").rows()
        }
        let first = try steps()
        for _ in 0..<3 { _ = try DataStore(url: url).datasets() }
        #expect(try first.count > 1 && steps() == first)
    }
}

@Test(arguments: [0, 1]) func theUnusedTableOfPredictionsIsDroppedUnlessItHasRows(_ rows: Int) throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        _ = try DataStore(url: url)
        let queue = try DatabaseQueue(path: url.path)
        try queue.write {
            try $0.execute(
                sql: """
                    CREATE TABLE zoo_predictions (id INTEGER);
                    DELETE FROM zoo_migrations WHERE name = '2026-11-no-predictions';
                    """)
            if rows > 0 { try $0.execute(sql: "INSERT INTO zoo_predictions VALUES (1)") }
        }
        try queue.close()
        let find = "SELECT count(*) FROM sqlite_schema WHERE name = 'zoo_predictions'"
        #expect(try DataStore(url: url).query(find).rows() == [[.integer(Int64(rows))]])
    }
}

@Test func aNewerSchemaIsRefused() throws {
    try withTemporaryFolder { folder in
        let url = folder.appendingPathComponent("zoo.sqlite")
        _ = try DataStore(url: url)
        let queue = try DatabaseQueue(path: url.path)
        try queue.write { try $0.execute(sql: "INSERT INTO zoo_migrations VALUES ('2031-dreams')") }
        try queue.close()
        let error = #expect(throws: DataError.self) { try DataStore(url: url) }
        #expect(error?.description.hasSuffix("zoo.sqlite was made by a newer zoo ('2031-dreams'): update zoo") == true)
    }
}

@Test func whatIsNoDatabaseIsSaidToBeSo() throws {
    try withTemporaryFolder { (folder) throws in
        let url = folder.appendingPathComponent("zoo.sqlite")
        try Data("This is a letter to my aunt, and it is longer than a page header of SQLite would be.".utf8).write(
            to: url)
        let error = #expect(throws: DataError.self) { try DataStore(url: url) }
        #expect(error?.description.contains("this is not an SQLite database") == true, "\(String(describing: error))")
        let aFolder = #expect(throws: DataError.self) { try DataStore(url: folder) }
        #expect(aFolder?.description.contains("it is a folder") == true)
        let below = #expect(throws: DataError.self) { try DataStore(url: url.appendingPathComponent("zoo.sqlite")) }
        #expect(below != nil)
    }
}

@Test func aDamagedDatabaseIsAnErrorAndNoCrash() throws {
    try withTemporaryFolder { (folder) throws in
        let url = folder.appendingPathComponent("zoo.sqlite")
        do {
            let store = try DataStore(url: url)
            var new = NewRatings(
                userKeys: (0..<300).map(String.init), itemKeys: ["x"], itemTitles: ["X"], users: [], items: [],
                ratings: [], scale: 1...5)
            for user in 0..<300 {
                new.users.append(Int32(user))
                new.items.append(0)
                new.ratings.append(3)
            }
            try store.importRatings(new, name: "d", source: "test")
        }
        var bytes = try Data(contentsOf: url)
        for position in stride(from: 4096, to: bytes.count, by: 3) { bytes[position] = 0xA5 }
        try bytes.write(to: url)
        #expect(throws: DataError.self) { try DataStore(url: url).interactions(dataset: "d") }
    }
}

@Test func aDatabaseLockedByAnotherIsWaitedForAndThenSaidToBeSo() throws {
    try withTemporaryFolder { (folder) throws in
        let url = folder.appendingPathComponent("zoo.sqlite")
        let store = try DataStore(url: url, busyTimeout: 0.3)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: url.path, configuration: configuration)
        try other.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let clock = ContinuousClock()
        let run = TrainingRun(model: nil, kind: "collab", started: "2026-11-23T12:00:00Z")
        let time = clock.measure {
            let error = #expect(throws: DataError.self) { try store.saveRun(run) }
            #expect(error == .locked(path: url.path, seconds: 0.3))
        }
        #expect(time >= .milliseconds(280))
        let readable = try store.runs()  // readers do not wait
        #expect(readable.isEmpty)
        try other.inDatabase { try $0.execute(sql: "COMMIT") }
        try store.saveRun(run)
    }
}

@Test func manyStoresOpenAndWriteOneFileAtOnce() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("zoo.sqlite")
    try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<8 {
            group.addTask {
                let store = try DataStore(url: url)
                for j in 0..<5 {
                    let run = TrainingRun(model: "\(i)-\(j)", kind: "collab", started: "2026-11-23T12:00:00Z")
                    try store.saveRun(run)
                }
            }
        }
        try await group.waitForAll()
    }
    let runs = try DataStore(url: url).runs()
    #expect(Set(runs.compactMap(\.model)).count == 40)
}

@Test func aFullDiskIsSaidAndTheOldDataStay() throws {
    try withTemporaryFolder { folder in
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/usr/bin/mount")
        mount.arguments = ["-t", "tmpfs", "-o", "size=768k", "tmpfs", folder.path]
        mount.standardError = FileHandle.nullDevice
        guard (try? mount.run()) != nil else { return print("skipped: there is no mount here") }
        mount.waitUntilExit()
        guard mount.terminationStatus == 0 else { return print("skipped: a full disk needs the right to mount one") }
        defer { umount2(folder.path, Int32(MNT_DETACH)) }
        let store = try DataStore(url: folder.appendingPathComponent("zoo.sqlite"))
        var new = NewRatings(
            userKeys: ["0"], itemKeys: ["x"], itemTitles: ["X"], users: [0], items: [0], ratings: [3], scale: 1...5)
        try store.importRatings(new, name: "small", source: "test")
        new.userKeys = (0..<100_000).map(String.init)
        new.users = (0..<100_000).map { Int32($0) }
        new.items = [Int32](repeating: 0, count: 100_000)
        new.ratings = [Float](repeating: 3, count: 100_000)
        let error = #expect(throws: DataError.self) { try store.importRatings(new, name: "large", source: "test") }
        #expect(error?.description.contains("the disk is full: make room; nothing was changed") == true)
        let left = try store.datasets()
        #expect(left.map(\.name) == ["small"])
    }
}
