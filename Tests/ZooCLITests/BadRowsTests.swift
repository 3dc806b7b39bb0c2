import Foundation
import Testing

@Suite struct BadRowsTests {
    /// What is wrong in line 3 of an otherwise good file, and what the message must say of it.
    static let rows: [(bytes: [UInt8], complaint: String)] = [
        (Array("u2,i1,four".utf8), "'four'"),
        (Array("u2,i1,1e999".utf8), "1e999"), (Array("u2,i1,0x4".utf8), "0x4"),
        (Array("u2,i1,6".utf8), "outside 1 to 5"),
        (Array("u2,i1,-1".utf8), "outside 1 to 5"), (Array("u2,i1".utf8), "2 fields"),
        (Array("u2,i1,4,5".utf8), "4 fields"), (Array(",i1,4".utf8), "user"), (Array("u2,,4".utf8), "item"),
        (Array("u\0,i1,4".utf8), "NUL"), (Array("\"u2\"x,i1,4".utf8), "quote"),
    ]

    @Test(arguments: rows.indices)
    func aBadRowIsNamedByItsLineAndMayBeSkipped(_ index: Int) throws {
        let (bytes, complaint) = Self.rows[index]
        try withSandbox { box in
            let file = Array("user,item,rating\nu1,i1,3\n".utf8) + bytes + Array("\nu3,i1,5\n".utf8)
            let path = try box.write("r.csv", file)
            let line = try box.fail(
                "data", "import", "csv", path, "--name", "d", "--minimum", "1", "--maximum", "5")
            #expect(line.contains("line 3") && line.contains(complaint), "\(line)")
            let sets: [JSONObject] = try box.json("data", "list")
            #expect(sets.isEmpty)
            let report: JSONObject = try box.json(
                "data", "import", "csv", path, "--name", "d", "--minimum", "1", "--maximum", "5", "--skip-bad-rows")
            let bad = try #require(report["bad_rows"] as? JSONObject)
            #expect(bad["count"] as? Int == 1)
            #expect((bad["listed"] as? [JSONObject])?.first?["line"] as? Int == 3)
            #expect((report["dataset"] as? JSONObject)?["ratings"] as? Int == 2)
        }
    }

    @Test func aThousandBadRowsAreCountedAndTheFirstListed() throws {
        try withSandbox { box in
            let path = try box.write(
                "r.csv", "user,item,rating\nu,i,3\n" + (0..<1000).map { "u\($0),i,x\n" }.joined())
            let report: JSONObject = try box.json("data", "import", "csv", path, "--name", "d", "--skip-bad-rows")
            let bad = try #require(report["bad_rows"] as? JSONObject)
            #expect(bad["count"] as? Int == 1000 && ((bad["listed"] as? [JSONObject])?.count ?? 0) < 100)
            let text = try box.succeed("data", "import", "csv", path, "--name", "e", "--skip-bad-rows")
            #expect(text.contains("1000 bad rows") && text.contains("more"))
        }
    }

    @Test func theFilesOfAMovieLensFolderAreCheckedByLine() throws {
        try withSandbox { box in
            let folder = try box.writeMovieLens100K()
            let good = try String(contentsOfFile: folder + "/u.data", encoding: .utf8)
            try box.write("ml-100k/u.data", "1\t2\t9\t1\n" + good)
            #expect(try box.fail("data", "import", "movielens", folder, "--name", "m").contains("u.data, line 1"))
            try box.write("ml-100k/u.data", good)
            try box.write("ml-100k/u1.test", "1\t1\t3\t1\n999\t1\t3\t1\n")
            #expect(try box.fail("data", "import", "movielens", folder, "--name", "m").contains("u1.test, line "))
            try FileManager.default.removeItem(atPath: folder + "/u1.test")
            #expect(try box.fail("data", "import", "movielens", folder, "--name", "m").contains("u1.test"))
            try box.write("ml-100k/u.item", "1|Film\nrubbish\n")
            #expect(try box.fail("data", "import", "movielens", folder, "--name", "m").contains("u.item, line 2"))
        }
    }

    @Test func ratingsBeyondEveryScaleAreBadRows() throws {
        try withSandbox { box in
            let path = try box.write("r.csv", "user,item,rating\nu,i,1e308\nu,j,3\n")
            #expect(try box.fail("data", "import", "csv", path, "--name", "d").contains("line 2"))
        }
    }
}
