import Foundation
import Testing

@Suite struct BadFilesTests {
    @Test func missingFilesFoldersAndDevicesAreRefused() throws {
        try withSandbox { box in
            for path in ["nowhere.csv", ".", "/nowhere/x.csv", "/dev/null", ""] {
                try box.fail("data", "import", "csv", path, "--name", "d")
            }
            let file = try box.write("f.csv", "user,item,rating\n")
            for path in ["nowhere", file, ".", "/dev/null"] {
                try box.fail("data", "import", "movielens", path, "--name", "d")
            }
            #expect(try box.fail("data", "import", "csv", "nowhere.csv", "--name", "d").contains("nowhere.csv"))
        }
    }

    @Test func emptyFilesAndFilesWithoutRowsAreRefused() throws {
        try withSandbox { box in
            for text in ["", "\n\n\n", "user,item,rating", "user,item,rating\n\n", "\u{FEFF}"] {
                #expect(
                    try box.fail("data", "import", "csv", try box.write("e.csv", text), "--name", "d").contains("e.csv")
                )
            }
            let folder = try box.writeMovieLens100K()
            try box.write("ml-100k/u.data", "")
            #expect(try box.fail("data", "import", "movielens", folder, "--name", "d").contains("u.data"))
        }
    }

    @Test func missingColumnsAreNamedWithThoseThatThereAre() throws {
        try withSandbox { box in
            let path = try box.write("c.csv", "person,film,stars\na,b,3\n")
            let line = try box.fail("data", "import", "csv", path, "--name", "d", "--as", "ratings")
            #expect(line.contains("'user'") && line.contains("'person'") && line.contains("'stars'"))
            let wrong = try box.fail(
                "data", "import", "csv", path, "--name", "d", "--user-column", "person", "--item-column", "film",
                "--rating-column", "stars", "--title-column", "nowhere")
            #expect(wrong.contains("'nowhere'"))
        }
    }

    @Test func aLineOf100MBIsRefusedInBoundedMemory() throws {
        try withSandbox { box in
            for (start, end) in [("u,", ",3\n"), ("u,\"", "\",3\n"), ("", "")] {
                let long = Array(("user,item,rating\n" + start).utf8) + [UInt8](repeating: 120, count: 100_000_000)
                let path = try box.write("long.csv", long + Array(end.utf8))
                let run = try box.zoo("data", "import", "csv", path, "--name", "d", "--skip-bad-rows")
                #expect(run.isOneLineFailure && run.stderr.contains("line 2"), "\(run.stderr.prefix(300))")
                #expect(run.peakBytes < 100 << 20, "\(run.peakBytes >> 20) MiB")
            }
        }
    }

    @Test func aHundredThousandNULsAndAnyBytesAreNoCrash() throws {
        try withSandbox { box in
            var state: UInt64 = 1
            let noise = (0..<100_000).map { _ -> UInt8 in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return UInt8(truncatingIfNeeded: state >> 33)
            }
            for (name, bytes) in [
                ("nul", [UInt8](repeating: 0, count: 100_000)), ("noise", noise),
                ("rows", Array("user,item,rating\n".utf8) + noise), ("model", Array("\u{89}HDF\r\n".utf8) + noise),
            ] {
                let path = try box.write(name, bytes)
                for arguments in [
                    ["csv", path], ["csv", path, "--encoding", "latin1"], ["csv", path, "--skip-bad-rows"],
                ] {
                    let run = try box.start(["data", "import"] + arguments + ["--name", name]).wait()
                    #expect(
                        run.signal == nil && (run.isOneLineFailure || run.code == 0),
                        "\(name): \(run.stderr.prefix(300))")
                }
            }
        }
    }

    @Test func anotherEncodingIsNamedAndLatin1IsRead() throws {
        try withSandbox { box in
            let latin1: [UInt8] = Array("user,item,rating\nu,caf".utf8) + [0xE9] + Array(",3\n".utf8)
            let path = try box.write("l.csv", latin1)
            let line = try box.fail("data", "import", "csv", path, "--name", "d")
            #expect(line.contains("line 2") && line.contains("--encoding latin1"))
            try box.succeed("data", "import", "csv", path, "--name", "d", "--encoding", "latin1")
            try box.write("k.sql", "SELECT key FROM zoo_items")
            #expect(try box.succeed("query", "k.sql").contains("café"))
            let utf16 = try #require("user,item,rating\nu,i,3\n".data(using: .utf16))
            try box.succeed("data", "import", "csv", try box.write("w.csv", Array(utf16)), "--name", "w")
            let marked = try box.write("m.csv", "\u{FEFF}user,item,rating\r\nu,i,3\r\n")
            try box.succeed("data", "import", "csv", marked, "--name", "marked")
        }
    }

    @Test func aFileThatMayNotBeReadIsNamed() throws {
        try withSandbox { box in
            let path = try box.write("secret.csv", "user,item,rating\nu,i,3\n")
            chmod(path, 0)
            guard access(path, R_OK) != 0 else { return print("skipped: this user may read every file") }
            #expect(try box.fail("data", "import", "csv", path, "--name", "d").contains("secret.csv"))
        }
    }
}
