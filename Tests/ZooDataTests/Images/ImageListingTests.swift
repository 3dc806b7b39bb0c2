import Foundation
import Testing
import ZooData

/// A folder of files that are listed and not looked into.
private struct Files {
    let root: URL

    init(_ folder: URL, _ names: [String]) throws {
        root = folder.appendingPathComponent("set")
        try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        for name in names { try add(name) }
    }

    func add(_ name: String) throws {
        let url = root.appendingPathComponent(name)
        if name.hasSuffix("/") {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
            return
        }
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(name.utf8).write(to: url)
    }

    func link(_ name: String, to target: String) throws {
        #expect(symlink(target, root.appendingPathComponent(name).path) == 0)
    }

    func labels(_ text: String) throws -> ImageLabels {
        let url = root.appendingPathComponent("labels.csv")
        try Data(text.utf8).write(to: url)
        return ImageLabels(file: url.path)
    }
}

@Suite struct ImageListingTests {
    @Test func foldersOfTrainAndValidHoldTheClasses() throws {
        try withTemporaryFolder { folder in
            let files = try Files(
                folder,
                [
                    "train/cats/b.jpg", "train/cats/deep/er/a.png", "train/dogs/ü x.jpg", "valid/cats/c.jpg",
                    "valid/wolves/d.jpg", "test/1.jpg", "test/2.jpg", "models/x", "readme.txt", "train/stray.jpg",
                    "train/cats/.hidden.jpg",
                ])
            let listing = try ImageListing(folder: files.root.path)
            #expect(listing.classes == ["cats", "dogs", "wolves"] && !listing.isMultiLabel)
            #expect(
                listing.images.map(\.name) == [
                    "test/1.jpg", "test/2.jpg", "train/cats/b.jpg", "train/cats/deep/er/a.png", "train/dogs/ü x.jpg",
                    "valid/cats/c.jpg", "valid/wolves/d.jpg",
                ])
            #expect(listing.images.map(\.labels) == [[], [], [0], [0], [1], [0], [2]])
            #expect(listing.images.map(\.split) == [.test, .test, .train, .train, .train, .valid, .valid])
            #expect(listing.notes.count == 3, "\(listing.notes)")
            #expect(listing.notes.contains { $0.contains("'train/stray.jpg'") })
            #expect(listing.notes.contains { $0.contains("'models'") })
            #expect(listing.notes.contains { $0.contains("'readme.txt'") })
        }
    }

    @Test func foldersWithoutTrainAreTheClasses() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["Ä/1.jpg", "b c/2.jpg", "猫/3.jpg", "empty/"])
            let listing = try ImageListing(folder: files.root.path)
            #expect(listing.classes == ["b c", "empty", "Ä", "猫"])
            #expect(listing.images.map(\.split) == [nil, nil, nil])
            #expect(listing.images.map(\.name) == ["b c/2.jpg", "Ä/1.jpg", "猫/3.jpg"])
        }
    }

    @Test func linksAreFollowedOnlyToFilesInTheFolder() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["cats/1.jpg", "dogs/2.jpg"])
            try Data("x".utf8).write(to: folder.appendingPathComponent("outside.jpg"))
            try files.link("cats/out.jpg", to: folder.appendingPathComponent("outside.jpg").path)
            try files.link("cats/up.jpg", to: "../../outside.jpg")
            try files.link("cats/ring", to: "../dogs")
            try files.link("cats/nowhere.jpg", to: "nothing")
            try files.link("cats/in.jpg", to: "../dogs/2.jpg")
            let listing = try ImageListing(folder: files.root.path)
            #expect(listing.images.map(\.name) == ["cats/1.jpg", "cats/in.jpg", "dogs/2.jpg"])
            let reasons = Dictionary(uniqueKeysWithValues: listing.problems.map { ($0.name, $0.reason) })
            #expect(reasons.count == 4)
            #expect(reasons["cats/out.jpg"]?.contains("leaves the folder") == true)
            #expect(reasons["cats/up.jpg"]?.contains("leaves the folder") == true)
            #expect(reasons["cats/ring"]?.contains("something else than a file") == true)
            #expect(reasons["cats/nowhere.jpg"]?.contains("leads nowhere") == true)
        }
    }

    @Test func namesThatDifferOnlyInUnicodeFormAreMatched() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["train/caf\u{E9}/1.jpg", "valid/cafe\u{301}/2.jpg", "train/pub/3.jpg"])
            let listing = try ImageListing(folder: files.root.path)
            #expect(listing.classes.map { Array($0.utf8) } == ["caf\u{E9}", "pub"].map { Array($0.utf8) })
            #expect(listing.images.map(\.labels) == [[0], [1], [0]])
            #expect(listing.notes.contains { $0.contains("Unicode forms") })
            let labels = try files.labels("file,label\ntrain/cafe\u{301}/1.jpg,x\nvalid/caf\u{E9}/2,y\ntrain/pub/3,y\n")
            let labelled = try ImageListing(folder: files.root.path, labels: labels)
            #expect(labelled.images.count == 3 && labelled.problems.isEmpty)
            #expect(labelled.notes.contains { $0.hasPrefix("2 names") }, "\(labelled.notes)")
            try files.add("valid/cafe\u{301}/o\u{308}.jpg")
            try files.add("valid/cafe\u{301}/\u{F6}.jpg")
            let twice = try files.labels("file,label\nvalid/caf\u{E9}/\u{F6}.jpg,x\ntrain/pub/3,y\n")
            let problems = try ImageListing(folder: files.root.path, labels: twice).problems
            #expect(problems.count == 1 && problems[0].reason.contains("2 files"), "\(problems)")
        }
    }

    @Test func classesThatDifferOnlyInCaseAreNoted() throws {
        try withTemporaryFolder { folder in
            let listing = try ImageListing(folder: try Files(folder, ["a/1.jpg", "A/2.jpg"]).root.path)
            #expect(listing.classes == ["A", "a"])
            #expect(listing.notes == ["classes 'A' and 'a' differ only in case: are they one?"])
        }
    }

    @Test func foldersWithoutImagesOrClassesAreRefused() throws {
        try withTemporaryFolder { folder in
            for (names, word) in [
                ([], "no folders of classes"), (["a.jpg", "b.jpg"], "--labels"), (["a/", "b/"], "no images"),
                (["valid/a/1.jpg", "other/2.jpg"], "none called 'train'"),
                (["train/a/1.jpg", "val/a/2.jpg", "valid/a/3.jpg"], "leave one of them"),
            ] {
                let files = try Files(folder.appendingPathComponent(UUID().uuidString), names)
                let error = #expect(throws: DataError.self) { try ImageListing(folder: files.root.path) }
                #expect(error?.description.contains(word) == true, "\(names): \(error as Any)")
            }
            let file = folder.appendingPathComponent("file")
            try Data().write(to: file)
            #expect(throws: DataError.self) { try ImageListing(folder: file.path) }
            #expect(throws: DataError.self) { try ImageListing(folder: folder.path + "/nowhere") }
            #expect(throws: DataError.self) { try ImageListing(folder: "") }
        }
    }

    @Test func labelsMayHaveCommentsAndBeJSON() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.png", "2.png", "3.png"])
            for text in [
                "# made by hand\nfile,kind\n1.png,x\n# the rest\n2.png,y\n3.png,x\n",
                "{\"file\":\"1.png\",\"kind\":\"x\"}\n{\"kind\":\"y\",\"file\":\"2.png\"}\n{\"file\":\"3.png\",\"kind\":\"x\"}\n",
            ] {
                let listing = try ImageListing(folder: files.root.path, labels: files.labels(text))
                #expect(
                    Dictionary(uniqueKeysWithValues: listing.images.map { ($0.name, $0.labels) }) == [
                        "1.png": [0], "2.png": [1], "3.png": [0],
                    ])
                #expect(
                    listing.notes.contains("2 lines with '#' at the beginning left out as comments")
                        == text.hasPrefix("#"))
            }
        }
    }

    @Test func labelsComeFromCSV() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.png", "in/3.jpeg"])
            let labels = try files.labels("id,breed,extra\n1,golden retriever,\nin/3,pug,\n2.png,pug,\n")
            var whole = labels
            whole.separator = .none
            let listing = try ImageListing(folder: files.root.path, labels: whole)
            #expect(listing.classes == ["golden retriever", "pug"] && !listing.isMultiLabel)
            #expect(listing.images.map(\.name) == ["1.jpg", "2.png", "in/3.jpeg"])
            #expect(listing.images.map(\.labels) == [[0], [1], [1]])
            let automatic = try ImageListing(folder: files.root.path, labels: labels)
            #expect(automatic.classes == listing.classes && !automatic.isMultiLabel)
            #expect(automatic.notes.contains { $0.contains("--label-separator space") })
            let tags = try files.labels("id,tags\n1,sea sky\nin/3,sea\n2.png,sky boat\n")
            let cut = try ImageListing(folder: files.root.path, labels: tags)
            #expect(cut.classes == ["boat", "sea", "sky"] && cut.isMultiLabel)
            #expect(cut.images.map(\.labels) == [[1, 2], [0, 2], [1]])
            #expect(cut.notes.contains { $0.contains("--label-separator none") })
        }
    }

    @Test func columnsOf0And1AreLabels() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            func listing(_ text: String, _ change: (inout ImageLabels) -> Void = { _ in }) throws -> ImageListing {
                var labels = try files.labels(text)
                change(&labels)
                return try ImageListing(folder: files.root.path, labels: labels)
            }
            let one = try listing("id,ring,dot,is_valid\n1,1,0,0\n2,0.0,1.0,1\n3,0,1,0\n")
            #expect(
                one.classes == ["dot", "ring"] && !one.isMultiLabel && one.images.map(\.labels) == [[1], [0], [0]])
            #expect(one.notes.contains { $0.contains("columns 'ring', 'dot' hold 0 and 1") })
            #expect(one.notes.contains { $0.contains("--split-column is_valid") })
            let split = try listing("id,ring,dot,part\n1,1,0,train\n2,,,test\n3,0,1,train\n") {
                $0.splitColumn = "part"
            }
            #expect(!split.isMultiLabel && split.images.map(\.labels) == [[1], [], [0]])
            let several = try listing("id,ring,dot\n1,1,0\n2,1,1\n3,0,0\n")
            #expect(several.isMultiLabel && several.images.map(\.labels) == [[1], [0, 1], []])
            // The labels stand in the first column, or were named.
            let named = try listing("id,label,a,b\n1,x,1,0\n2,y,0,1\n3,y,0,1\n")
            #expect(named.classes == ["x", "y"])
            let alone = try listing("id,a,size\n1,0,7\n2,1,8\n3,1,9\n")
            #expect(alone.classes == ["0", "1"] && alone.notes.contains { $0.contains("column 'a' alone") })
            let chosen = try listing("id,label,a,b\n1,x,1,0\n2,y,0,1\n3,y,0,1\n") { $0.labelColumns = ["a", "b"] }
            #expect(chosen.classes == ["a", "b"] && !chosen.isMultiLabel)
            let wrong = #expect(throws: DataError.self) {
                try listing("id,a,size\n1,0,7\n2,1,8\n3,1,9\n") { $0.labelColumns = ["a", "size"] }
            }
            #expect(wrong?.description.contains("'7' is neither 0 nor 1") == true)
        }
    }

    @Test func theColumnOfLabelsIsNotGuessedInSilence() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            func listing(_ text: String) throws -> ImageListing {
                try ImageListing(folder: files.root.path, labels: files.labels(text))
            }
            let named = try listing("id,patient,label\n1,p1,x\n2,p2,y\n3,p3,y\n")
            #expect(named.classes == ["x", "y"])
            let rare = try listing("id,rare,a,b\n1,0,1,0\n2,0,1,1\n3,0,0,1\n")
            #expect(rare.isMultiLabel && rare.images.map(\.labels).map(\.count) == [1, 2, 1])
            #expect(rare.notes.contains("no image has 'rare': no class is made of it"), "\(rare.notes)")
            let alone = try listing("id,breed,source\n1,pug,x\n2,pug,y\n3,beagle,y\n")
            #expect(alone.classes == ["beagle", "pug"])
            #expect(alone.notes.contains { $0.contains("column 'breed' alone, not 'source'") }, "\(alone.notes)")
            for text in ["id,weight,a,b\n1,7,1,0\n2,8,0,1\n3,9,0,1\n", "id,a,b\n1,2,0\n2,0,1\n3,1,0\n"] {
                #expect(throws: DataError.self) { try listing(text) }
            }
        }
    }

    @Test func whatAFileOfLabelsLeavesOpenIsSaid() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            func listing(_ text: String, takesValidation: Bool = true) throws -> ImageListing {
                try ImageListing(
                    folder: files.root.path, labels: files.labels(text), takesValidation: takesValidation)
            }
            let headless = try listing("1.jpg,a\n2.jpg,b\n3.jpg,b\n")
            #expect(headless.images.map(\.labels) == [[0], [1], [1]])
            #expect(headless.notes.contains { $0.contains("the first row is taken for data, as '1.jpg'") })
            let split = "id,label,split\n1,a,train\n2,b,test\n3,b,val\n"
            let parts = try listing(split)
            #expect(parts.images.map(\.split) == [.train, .test, .valid] && parts.classes == ["a", "b"])
            #expect(parts.notes.contains { $0.contains("column 'split' says") }, "\(parts.notes)")
            let cut = try listing(split, takesValidation: false)
            #expect(cut.images.map(\.split) == [nil, nil, nil])
            #expect(cut.notes.contains { $0.contains("'split' is not used, as --valid") })
            let odd = try listing("id,label,split\n1,a,train\n2,b,dev\n3,b,train\n")
            #expect(odd.notes.contains { $0.contains("'split' is not used: 'dev' on line 3") })
            let signs = try listing("id,ring,dot\n1,1,-1\n2,-1,-1\n3,1,1\n")
            #expect(signs.isMultiLabel && signs.images.map(\.labels) == [[1], [], [0, 1]])
            #expect(signs.notes.contains { $0.contains("hold -1 and 1") })
            let empty = try listing("id,ring,dot\n1,1,0\n2,,1\n3,1,\n")
            #expect(
                empty.notes.contains { $0.contains("2 fields of these are empty and taken for 0, the first on line 3") }
            )
            let semicolons = try listing("id,what\n1,a;b\n2,a\n3,b\n")
            #expect(semicolons.notes.contains { $0.contains("cut at semicolons") })
            let commas = try listing("id,what\n1,\"a, b\"\n2,a\n3,b\n")
            #expect(commas.notes.contains { $0.contains("--label-separator comma") })
            let error = #expect(throws: DataError.self) { try listing("") }
            #expect(error?.description.hasSuffix("there are no rows in it") == true)
        }
    }

    @Test func severalLabelsAreToldApart() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            var labels = try files.labels(
                "tags;what;is_valid\n\"sky blue; sea\";1.jpg;False\n;2.jpg;True\nsea;3.jpg;0\n")
            (labels.fileColumn, labels.labelColumns, labels.splitColumn) = ("what", ["tags"], "is_valid")
            let listing = try ImageListing(folder: files.root.path, labels: labels)
            #expect(listing.classes == ["sea", "sky blue"] && listing.isMultiLabel)
            #expect(listing.images.map(\.labels) == [[0, 1], [], [0]])
            #expect(listing.images.map(\.split) == [.train, .valid, .train])
        }
    }

    @Test func listsAndBarsSeparateLabels() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            func listing(_ labels: String...) throws -> ImageListing {
                let rows = labels.enumerated().map { "{\"file\":\"\($0 + 1)\",\"what\":\($1)}\n" }
                return try ImageListing(folder: files.root.path, labels: files.labels(rows.joined()))
            }
            let several = try listing(#"["plain","big ring"]"#, #"["plain"]"#, "[]")
            #expect(several.classes == ["big ring", "plain"] && several.isMultiLabel)
            #expect(several.images.map(\.labels) == [[0, 1], [1], []])
            #expect(several.notes.contains { $0.contains("lists of 'what'") }, "\(several.notes)")
            let one = try listing(#"["a;b"]"#, #"["c"]"#, #"["c"]"#)
            #expect(one.classes == ["a;b", "c"] && !one.isMultiLabel)
            let error = #expect(throws: DataError.self) { try listing(#"["a|b"]"#, #"["c"]"#, #"["c"]"#) }
            #expect(error?.description.contains("hold bars") == true)
            var labels = try files.labels("file,what\n1,plain|ring\n2,plain\n3,dot\n")
            let bars = try ImageListing(folder: files.root.path, labels: labels)
            #expect(bars.classes == ["dot", "plain", "ring"] && bars.isMultiLabel)
            #expect(bars.notes.contains { $0.contains("--label-separator none") })
            labels.separator = .none
            #expect(
                try ImageListing(folder: files.root.path, labels: labels).classes == ["dot", "plain", "plain|ring"])
        }
    }

    @Test func valuesBeside0And1AreRefused() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "3.jpg"])
            func message(_ text: String) throws -> String {
                let labels = try files.labels(text)
                let error = #expect(throws: DataError.self) {
                    try ImageListing(folder: files.root.path, labels: labels)
                }
                return error?.description ?? ""
            }
            let odd = try message("id,a,b,c\n1,1,0,0\n2,0,2,0\n3,0,0,1\n")
            #expect(odd.contains("line 3") && odd.contains("'b': '2'"), "\(odd)")
            for text in ["id,a,b\n1,0.9,0.1\n2,0,1\n3,1,0\n", "id,a,b\n1,0.9,0.1\n2,0.3,0.7\n3,0.5,0.5\n"] {
                let soft = try message(text)
                #expect(soft.contains("line 2") && soft.contains("'a': '0.9'"), "\(soft)")
            }
            // Other columns beside those of 0 and 1 are none of the labels.
            let labels = try files.labels("id,a,b,size\n1,1,0,7\n2,0,1,1\n3,0,1,9\n")
            #expect(try ImageListing(folder: files.root.path, labels: labels).classes == ["a", "b"])
        }
    }

    @Test func rowsThatCannotBeTakenAreListed() throws {
        try withTemporaryFolder { folder in
            let files = try Files(folder, ["1.jpg", "2.jpg", "x/"])
            try Data("x".utf8).write(to: folder.appendingPathComponent("out.jpg"))
            let labels = try files.labels(
                "file,label\n1.jpg,a\nnowhere.jpg,a\n./1.jpg,b\n../out.jpg,a\n2.jpg,\n/etc/passwd,a\nx,a\n,a\n")
            let listing = try ImageListing(folder: files.root.path, labels: labels)
            #expect(listing.images.map(\.name) == ["1.jpg"])
            #expect(
                listing.problems.map { String($0.reason.prefix(22)) } == [
                    "line 3: there is no su", "line 4: the same image", "line 5: it is not in t",
                    "line 6: it has no labe",
                    "line 7: it is not in t", "line 8: it is not a re", "line 9: it has no name",
                ])
            for text in ["", "file,label\n", "file\n1.jpg\n", "file,label\nno.jpg,a\n", "file,label\n1.jpg,a,b\n"] {
                let wrong = try files.labels(text)
                #expect(throws: DataError.self, "\(text)") { try ImageListing(folder: files.root.path, labels: wrong) }
            }
            var missing = try files.labels("file,label\n1.jpg,a\n")
            missing.labelColumns = ["kind"]
            #expect(
                throws: DataError.missingColumns(file: missing.file, missing: ["kind"], present: ["file", "label"])
            ) {
                try ImageListing(folder: files.root.path, labels: missing)
            }
        }
    }
}
