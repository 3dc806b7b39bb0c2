import Foundation
import Testing
import ZooData

@Suite struct FileContentTests {
    private static let samples: [(bytes: [UInt8], said: String)] = [
        (Array("SQLite format 3\0".utf8) + [16, 0], "an SQLite database"),
        ([0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A, 0], "an HDF5 file"), ([0xFF, 0xD8, 0xFF, 0xE0], "an image"),
        ([0x89, 0x50, 0x4E, 0x47, 0x0D], "a PNG image"), (Array("PK\u{3}\u{4}".utf8) + [0, 0], "a ZIP archive"),
        ([16, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\":1}".utf8), "a safetensors file"),
        (Array("<?xml version=\"1.0\"?>\n<svg/>".utf8), "an SVG drawing"),
        (Array("\n<!DOCTYPE html>".utf8), "an HTML page"),
        (Array("{ \"a\": 1}".utf8), "a JSON document"), (Array("#!/bin/sh\n".utf8), "a script"),
        ([0, 1, 2], "a binary file"),
    ]

    @Test func nothingOfAnotherKindIsOverwritten() throws {
        try withTemporaryFolder { folder in
            for (bytes, said) in Self.samples {
                let url = folder.appendingPathComponent("data.csv")
                try Data(bytes).write(to: url)
                let error = #expect(throws: DataError.self) {
                    try DelimitedWriter.file(TableOutput(url.path), columns: ["x"]) { _ in }
                }
                #expect(
                    error?.description.contains("there is \(said) of that name") == true, "\(said): \(error as Any)")
                #expect(try Data(contentsOf: url) == Data(bytes))
            }
        }
    }

    @Test func whatIsThereIsReplacedOnlyWhereThatWasSaidAndNothingThatIsRead() throws {
        try withTemporaryFolder { folder in
            let path = folder.appendingPathComponent("a").path
            for (text, content) in [
                ("a,b\n1,2\n", FileContent.csv), ("[id],[name]\n", .csv), ("<svg/>", .svg), ("", .png),
            ] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                try content.checkOutput(path, isReplacing: true)
                guard !text.isEmpty else { continue }
                let error = #expect(throws: DataError.self) { try content.checkOutput(path) }
                #expect(error?.description.contains("of that name: name another file, or --replace") == true)
            }
            try Data("a,b\n".utf8).write(to: URL(fileURLWithPath: path))
            let link = folder.appendingPathComponent("link").path
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            #expect(throws: DataError.self) {
                try FileContent.csv.checkOutput(path, inputs: [nil, link], isReplacing: true)
            }
            // What Zoo itself keeps is written by nobody else.
            let models = folder.appendingPathComponent("models")
            try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
            try FileContent.hdf5.checkOutput(models.appendingPathComponent("a.h5").path)
            try Data().write(to: models.appendingPathComponent(".lock"))
            let database = folder.appendingPathComponent("zoo.sqlite").path
            try Data("SQLite format 3\0".utf8).write(to: URL(fileURLWithPath: database))
            let way = folder.appendingPathComponent("way")
            try FileManager.default.createSymbolicLink(at: way, withDestinationURL: models)
            for own in [models.path + "/a.h5", models.path + "/b.csv", way.path + "/a.h5", database + "-wal", database]
            {
                #expect(throws: DataError.self, "\(own)") {
                    try FileContent.hdf5.checkOutput(own, isReplacing: true)
                }
            }
            try FileContent.csv.checkOutput("/dev/null", inputs: ["/dev/null"])
            #expect(throws: DataError.self) { try FileContent.csv.checkOutput("") }
        }
    }
}
