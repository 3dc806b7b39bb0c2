import Foundation
import GRDB
import Testing

@Suite struct DatabaseTests {
    @Test func aLockedDatabaseIsReadAndWritersSayWhoBlocksThem() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let holder = try DatabaseQueue(path: box.database.path)
            try holder.inDatabase { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                let writer = try box.start(["data", "remove", "small"])
                defer { try? db.execute(sql: "ROLLBACK") }
                let reader = try box.zoo("data", "list")
                #expect(reader.code == 0 && reader.stdout.contains("small"), "\(reader.stderr)")
                let run = writer.wait()
                #expect(run.isOneLineFailure && run.stderr.contains("locked"), "\(run.stderr)")
            }
            try box.succeed("data", "remove", "small")
        }
    }

    @Test func aWriterWaitsForAnotherThatIsSoonDone() throws {
        try withSandbox { box in
            try box.importSmallRatings()
            let holder = try DatabaseQueue(path: box.database.path)
            let writer = try holder.inDatabase { db in
                try db.execute(sql: "BEGIN IMMEDIATE")
                let writer = try box.start(["data", "remove", "small"])
                usleep(300_000)
                try db.execute(sql: "COMMIT")
                return writer
            }
            #expect(writer.wait().code == 0)
        }
    }

    @Test func aDatabaseOfANewerProgramIsLeftAlone() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            let database = try DatabaseQueue(path: box.database.path)
            try database.write { try $0.execute(sql: "INSERT INTO zoo_migrations (name) VALUES ('2031-09-dreams')") }
            for command in [
                ["data", "list"], ["recommend", "films", "--user", "u1"], ["models", "gc"], ["models", "verify"],
            ] {
                let run = try box.start(command).wait()
                #expect(
                    run.isOneLineFailure && run.stderr.contains("update zoo") && run.stderr.contains("2031-09-dreams"))
            }
        }
    }

    @Test func aHomeThatIsAFileAndADatabaseThatIsNoneAreRefused() throws {
        try withSandbox { box in
            let file = try box.write("file", "no database, no folder")
            #expect(try box.fail("data", "list", "--home", file).contains(file))
            #expect(try box.fail("data", "list", "--home", file + "/below").contains(file))
            #expect(try box.fail("data", "list", "--db", file).contains("not an SQLite database"))
            #expect(try box.fail("data", "list", "--db", box.folder.path).contains("folder"))
            #expect(try String(contentsOfFile: file, encoding: .utf8) == "no database, no folder")
        }
    }

    @Test func onlyAnImportMakesADatabase() throws {
        try withSandbox { box in
            let file = box.folder.appendingPathComponent("shop.sqlite").path
            for command in [["data", "list"], ["models", "gc"], ["train", "collab", "--data", "d"]] {
                let run = try box.start(command + ["--db", file]).wait()
                #expect(run.isOneLineFailure && run.stderr.contains("'\(file)'"), "\(command): \(run.stderr)")
            }
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(try box.start(["data", "import", "demo", "--db", file, "--quiet"]).wait().code == 0)
            #expect(try box.start(["data", "list", "--db", file]).wait().code == 0)
        }
    }

    @Test func aDamagedDatabaseIsNoCrash() throws {
        try withSandbox { box in
            try box.trainSmallModel()
            try DatabaseQueue(path: box.database.path).inDatabase { db in
                _ = try Row.fetchAll(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            let whole = try Data(contentsOf: box.database)
            for position in stride(from: 100, to: whole.count, by: whole.count / 40) {
                var bytes = whole
                for index in position..<min(position + 400, bytes.count) { bytes[index] ^= 0xA5 }
                try bytes.write(to: box.database)
                for command in [
                    ["models", "verify"], ["recommend", "films", "--user", "u1"], ["data", "show", "small"],
                ] {
                    let run = try box.start(command).wait()
                    let isReport = run.code == 1 && command[1] == "verify"
                    #expect(run.code == 0 || run.isOneLineFailure || isReport, "\(position) \(command): \(run.stderr)")
                }
            }
        }
    }

    @Test func aReadOnlyHomeIsRefused() throws {
        try withSandbox { box in
            try FileManager.default.createDirectory(at: box.home, withIntermediateDirectories: true)
            chmod(box.home.path, 0o500)
            if access(box.home.path, W_OK) == 0 {
                guard try box.shell("mount -t tmpfs -o ro tmpfs home").code == 0 else {
                    return print("skipped: this user may write everywhere and cannot mount")
                }
            }
            defer { _ = try? box.shell("umount home") }
            #expect(try box.fail("data", "list").contains("zoo.sqlite"))
            #expect(try box.fail("data", "import", "demo").contains("zoo.sqlite"))
        }
    }
}
