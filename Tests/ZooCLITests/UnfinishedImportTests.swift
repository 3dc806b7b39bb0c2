import Foundation
import GRDB
import Testing

/// What an import leaves that does not come to its end.
@Suite struct UnfinishedImportTests {
    @Test func vectorsWithoutTheColumnsBesideThemAreNotAModel() throws {
        try withSandbox { box in
            try box.write("v.csv", "key,year,d0,d1\na,1999,1,2\nb,2001,3,4\n")
            try box.succeed("embeddings", "import", "v.csv", "--name", "v")
            let home = try DatabaseQueue(path: box.folder.appendingPathComponent("home/zoo.sqlite").path)
            try home.write { db in
                try db.execute(
                    sql: """
                        CREATE TRIGGER zoo_full BEFORE INSERT ON zoo_stored_metadata
                        BEGIN SELECT RAISE(ABORT, 'no room'); END
                        """)
            }
            #expect(try box.fail("embeddings", "import", "v.csv", "--name", "w").contains("no room"))
            let models = try home.read { try String.fetchAll($0, sql: "SELECT name FROM zoo_models") }
            #expect(models.contains("v") && !models.contains("w"))
            #expect(try box.fail("embeddings", "import", "v.csv", "--name", "v", "--replace").contains("no room"))
            let years = try home.read { try Int.fetchAll($0, sql: "SELECT value FROM zoo_embedding_metadata") }
            #expect(years.sorted() == [1999, 2001])
        }
    }

    @Test func aPreviewThatIsKilledLeavesNoFile() throws {
        try withSandbox { box in
            var lines = "user,item,rating\n"
            for row in 0..<400_000 { lines += "u\(row % 20_000),i\(row / 20_000),\(1 + row % 5)\n" }
            try box.write("r.csv", lines)
            let left = try box.shell(
                """
                mkdir t
                TMPDIR=$PWD/t SQLITE_TMPDIR=$PWD/t "$zoo" data import csv r.csv --preview >/dev/null 2>&1 &
                sleep 0.3; kill -9 $!; wait $! 2>/dev/null; ls t
                """)
            #expect(left.stdout == "", "\(left.stdout)")
        }
    }
}
