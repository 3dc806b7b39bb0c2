import Foundation
import Testing
import ZooKernels

/// Files that Scripts/goldens/h5_files.py made with h5py 3.16.0, PyTables 3.11.1 and hdf5storage 0.2.2.
@Suite struct H5CommandTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("ZooWeightsTests/Goldens/h5")

    private func file(_ name: String) -> String { Self.folder.appendingPathComponent(name).path }

    private func report(_ box: Sandbox, _ path: String, code: Int32) throws -> JSONObject {
        let run = try box.zoo("h5", "doctor", path, "--json")
        #expect(run.code == code, "\(path): \(run.stdout) \(run.stderr)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject, "\(run.stderr)")
    }

    @Test(arguments: [
        ("keras2.h5", "keras-model", "zoo models import"), ("keras3.weights.h5", "keras3-weights", "zoo models import"),
        ("matlab.mat", "matlab", "[:].T"),
    ])
    func whatAFileIsForIsSaid(_ name: String, _ origin: String, _ use: String) throws {
        try withSandbox { box in
            let report = try report(box, file(name), code: 0)
            #expect(report["origin"] as? String == origin)
            #expect((report["uses"] as? [String])?.joined().contains(use) == true, "\(report["uses"] ?? "")")
            let text = try box.succeed("h5", "doctor", file(name))
            #expect(text.contains("Nothing is wrong with it."))
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        try withSandbox { box in
            let links = try report(box, file("links.h5"), code: 1)
            let problems = try #require(links["problems"] as? [String]).joined(separator: "\n")
            for said in [
                "/lost: a soft link to /nowhere", "/outside: its values lie in another file (other.h5:/x)",
                "/group/ring: the same group", "/lzf: its values went through lzf (filter 32000)",
            ] { #expect(problems.contains(said), "\(said): \(problems)") }
            let objects = try #require(links["objects"] as? [JSONObject])
            func object(_ path: String) -> JSONObject? { objects.first { $0["path"] as? String == path } }
            #expect(
                object("/vectors")?["type"] as? String == "float32" && object("/vectors")?["shape"] as? [Int] == [4, 3])
            #expect(object("/packed")?["filters"] as? [String] == ["shuffle", "deflate", "fletcher32"])
            #expect(
                object("/packed")?["is_readable"] as? Bool == true && object("/soft")?["is_readable"] as? Bool == true)
            // HDF5 1.10 reads plain arrays of libver="latest" only.
            let latest = try report(box, file("latest.h5"), code: 1)
            #expect(
                (latest["problems"] as? [String])?.joined().contains("newer HDF5") == true,
                "\(latest["problems"] ?? "")")
            let tables = try report(box, file("pytables.h5"), code: 1)
            #expect(tables["origin"] as? String == "pytables")
            #expect(
                (tables["problems"] as? [String])?.joined().contains("blosc") == true, "\(tables["problems"] ?? "")")
            #expect((tables["uses"] as? [String])?.joined().contains("pandas.read_hdf") == true)
            let text = try box.zoo("h5", "doctor", file("links.h5"))
            #expect(text.stdout.contains("wrong: /lost: a soft link") && text.code == 1, "\(text.stdout)")
        }
    }

    @Test func modelsOfZooAreKnownAndCutOnesSaid() throws {
        try withSandbox { box in
            let shown: JSONObject = try box.json("models", "show", "bike-sharing")
            let path = try #require(shown["file"] as? String)
            let whole = try report(box, path, code: 0)
            #expect(
                whole["origin"] as? String == "zoo-model" && (whole["maker"] as? String)?.contains("tabular") == true)
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            try box.write("cut.h5", Array(bytes.prefix(bytes.count / 2)))
            let cut = try report(box, "cut.h5", code: 1)
            #expect(
                (cut["problems"] as? [String])?.first
                    == "it is cut short: it has \(bytes.count / 2) bytes of \(bytes.count); get it again")
            #expect((cut["uses"] as? [String])?.first?.contains("HDF5") == false)
            try box.write("text.h5", "no file of HDF5")
            #expect(
                try (report(box, "text.h5", code: 1)["problems"] as? [String])?.first?.contains("no HDF5 file") == true)
            #expect(try box.fail("h5", "doctor", "nowhere.h5").contains("nowhere.h5"))
        }
    }

    /// Whatever the bytes are: an answer in words, no crash, no hang.
    @Test func changedBytesAreAnswered() throws {
        let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file("links.h5"))))
        var generator = RandomGenerator(seed: 23)
        try withSandbox { box in
            for round in 0..<25 {
                var bytes = whole
                for _ in 0...Int(generator.next() % 6) {
                    bytes[Int(generator.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: generator.next())
                }
                try box.write("changed.h5", bytes)
                let run = try box.start(["h5", "doctor", "changed.h5"]).wait(timeout: 30)
                #expect(run.code == 1 && run.signal == nil, "round \(round): \(run.code as Any) \(run.stderr)")
            }
        }
    }
}
