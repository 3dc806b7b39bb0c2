import Foundation
import Testing
import ZooKernels
import ZooNN
import ZooTensor
import ZooVision
import ZooWeights

/// Files that Scripts/goldens/foreign.py made for the tests of the reader.
private struct ForeignFiles: Decodable {
    let refused: [String: Data]
    let others: [String: Data]

    init() throws {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../ZooWeightsTests/Goldens/foreign.json").standardized
        self = try JSONDecoder().decode(ForeignFiles.self, from: Data(contentsOf: file))
    }
}

@Suite struct ImportModelCommandTests {
    /// Expects that a file is refused with one line that says why, and that nothing is stored.
    private func expectRefusal(_ box: Sandbox, _ file: String, _ reasons: String..., arch: String = "resnet20-cifar")
        throws
    {
        let run = try box.zoo(
            "models", "import", file, "--arch", arch, "--name", "x", "--class-count", "3")
        #expect(run.isOneLineFailure, "\(file): \(run.code as Any) \(run.stderr)")
        for reason in reasons { #expect(run.stderr.contains(reason), "\(file), \(reason): \(run.stderr)") }
        #expect(try !box.modelNames().contains("x"), "\(file)")
    }

    @Test func aFileOfPyTorchBecomesAModel() throws {
        try withSandbox { box in
            try box.write("names.txt", "cats\ndogs\n猫 Übel\n")
            let report: JSONObject = try box.json(
                "models", "import", try box.writeNetwork("net of ü.pth"), "--arch", "resnet20-cifar", "--name", "net",
                "--classes", "names.txt", "--pixels", "unit", "--size", "40")
            #expect(report["format"] as? String == "torch-legacy" && report["saved"] as? String == "net")
            #expect(report["classes"] as? Int == 3 && report["size"] as? Int == 40)
            #expect(report["tensors"] as? Int ?? 0 > 60 && report["parameters"] as? Int ?? 0 > 270_000)
            let shown: JSONObject = try box.json("models", "show", "net")
            #expect(shown["kind"] as? String == "vision" && shown["architecture"] as? String == "resnet20-cifar")
            #expect((shown["command"] as? String)?.contains("--pixels unit") == true)
            let text = try box.succeed(
                "models", "import", "net of ü.pth", "--arch", "resnet20-cifar", "--name", "net", "--class-count", "3",
                "--replace")
            #expect(text.contains("3 classes") && text.contains("zoo predict net"))
        }
    }

    @Test func preprocessingComesWithTheNetwork() throws {
        try withSandbox { box in
            let file = try box.writeNetwork("net.pth")
            func report(_ options: String...) throws -> [String] {
                let run = try box.start(
                    ["models", "import", file, "--arch", "resnet20-cifar", "--name", "net", "--class-count", "3"]
                        + ["--replace", "--json"] + options
                ).wait()
                let report = try #require(
                    JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject, "\(run.stderr)")
                return ["size", "resize", "interpolation", "rules"].map { "\(report[$0] ?? "-")" }
            }
            #expect(try report() == ["32", "32", "bilinear", "torchvision"])
            #expect(
                try report("--size", "40", "--resize", "50", "--interpolation", "bicubic")
                    == ["40", "50", "bicubic", "torchvision"])
            let timm = """
                {"architecture": "x", "pretrained_cfg": {"input_size": [3, 64, 64], "crop_pct": 0.9, "interpolation": "bicubic",
                 "crop_mode": "center", "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}}
                """
            try box.write("config.json", timm)
            #expect(try report("--config", "config.json") == ["64", "71", "bicubic", "torchvision"])
            let transformers = """
                {"do_resize": true, "size": {"shortest_edge": 80}, "resample": 2, "do_center_crop": true, "image_std": [1, 1, 1],
                 "crop_size": {"height": 64, "width": 64}, "image_mean": [0, 0, 0], "rescale_factor": 0.00392156862745098}
                """
            try box.write("preprocessor_config.json", transformers)
            #expect(
                try report("--config", "preprocessor_config.json", "--interpolation", "bicubic")
                    == ["64", "80", "bicubic", "transformers"])
            let refused = [
                timm.replacing("center", with: "squash"): "crop_mode",
                timm.replacing("bicubic", with: "random"): "interpolation",
                transformers.replacing("\"do_center_crop\": true", with: "\"do_center_crop\": false"): "do_center_crop",
                transformers.replacing("0.0039", with: "0.0078"): "rescale_factor", "{}": "preprocessor_config.json",
                transformers.replacing("\"width\": 64", with: "\"width\": 60"): "crop_size", "[1]": "JSON object",
            ]
            for (text, reason) in refused {
                try box.write("bad.json", text)
                let message = try box.fail(
                    "models", "import", file, "--arch", "resnet20-cifar", "--name", "x", "--class-count", "3",
                    "--config",
                    "bad.json")
                #expect(message.contains(reason), "\(reason): \(message)")
            }
            let small = try box.fail(
                "models", "import", file, "--arch", "resnet20-cifar", "--name", "x", "--class-count", "3", "--resize",
                "31")
            #expect(small.contains("32 to 256"))
        }
    }

    @Test func aModelMovesToAnotherHome() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p.png")
            try box.succeed("models", "export", "net", "--output", "net.h5")
            try box.succeed("models", "export", "movielens-100k", "--output", "films.h5")
            try withSandbox { other in
                let (net, films) = (
                    box.folder.appendingPathComponent("net.h5"), box.folder.appendingPathComponent("films.h5")
                )
                let report: JSONObject = try other.json("models", "import", net.path, "--name", "moved")
                #expect(report["kind"] as? String == "vision" && report["architecture"] as? String == "resnet20-cifar")
                let image = box.folder.appendingPathComponent("p.png").path
                #expect(try other.succeed("predict", "moved", image) == box.succeed("predict", "net", image))
                try other.succeed("models", "import", films.path, "--name", "films")
                #expect(
                    try other.succeed("recommend", "films", "--user", "1")
                        == box.succeed("recommend", "movielens-100k", "--user", "1"))
                #expect(
                    try other.succeed("query", "embeddings", "films", "item", "--near", "toy story").contains(
                        "Toy Story"))
                #expect(try other.succeed("models", "verify").contains("films"))
                let withNetwork = try other.fail(
                    "models", "import", net.path, "--arch", "resnet20-cifar", "--name", "x", "--class-count", "3")
                #expect(withNetwork.contains("import it without --arch"))
                var bytes = try Data(contentsOf: net)
                for place in stride(from: 900, to: 1400, by: 7) { bytes[place] ^= 0xFF }
                let damaged = try other.write("damaged.h5", [UInt8](bytes))
                #expect(try other.zoo("models", "import", damaged, "--name", "x").isOneLineFailure)
                #expect(
                    try other.fail("models", "import", "nowhere.h5", "--name", "x").contains("there is no such file"))
                let torch = box.folder.appendingPathComponent("net.pth").path
                let unnamed = try other.zoo("models", "import", torch, "--name", "x")
                #expect(unnamed.isOneLineFailure && unnamed.stderr.contains("--arch names a network of images"))
                #expect(try other.fail("models", "import", ".", "--name", "x").contains("not a regular file"))
                try other.write("empty.h5", "")
                #expect(try other.fail("models", "import", "empty.h5", "--name", "x").contains("it is empty"))
                #expect(try !other.modelNames().contains("x"))
            }
        }
    }

    @Test func safetensorsBecomeTheSameModel() throws {
        try withSandbox { box in
            try box.importNetwork()
            try box.writeImages("p.png")
            let entries = try ForeignWeights(
                decoding: Array(Data(contentsOf: box.folder.appendingPathComponent("net.pth")))
            )
            .entries
            try box.write("net.safetensors", HDF5Contents(entries: entries).handedOver())
            let report: JSONObject = try box.json(
                "models", "import", "net.safetensors", "--arch", "resnet20-cifar", "--name", "same", "--classes",
                "names.txt")
            #expect(report["format"] as? String == "safetensors" && report["tensors"] as? Int == entries.count)
            #expect(try box.succeed("predict", "same", "p.png") == box.succeed("predict", "net", "p.png"))
            // What was exported comes back as it was.
            try box.succeed("models", "export", "net", "-o", "out.safetensors")
            try box.succeed(
                "models", "import", "out.safetensors", "--arch", "resnet20-cifar", "--name", "same", "--classes",
                "names.txt", "--replace")
            #expect(try box.succeed("predict", "same", "p.png") == box.succeed("predict", "net", "p.png"))
        }
    }

    /// Arrays are read, turned and written one after the other: a file is never in memory as a whole, less so several times.
    @Test func aLargeFileTakesLessMemoryThanItsBytes() throws {
        try withSandbox { box in
            var (generator, silent) = (RandomGenerator(seed: 5), RandomGenerator.silent)
            let noise = (0..<2_400_000).map { _ in Float.random(in: -1..<1, using: &generator) }
            let network = ImageArchitecture.resnet18.network(classes: 1000, using: &silent)
            let entries = network.transposingLinearWeights(network.state()).map {
                WeightEntry(
                    path: $0.path, shape: $0.tensor.shape.dimensions,
                    values: .float32(Array(noise.prefix($0.tensor.count))))
            }
            let bytes = try HDF5Contents(entries: entries).handedOver()
            try box.write("net.safetensors", bytes)
            let file = ModelFile(kind: "x", architecture: "x", weights: entries, created: "c", zooVersion: "1")
            try box.write("net.h5", file.encoded())
            // The program itself takes up to 16 MiB.
            let most = bytes.count * 6 / 5 + (16 << 20)
            for arguments in [
                ["models", "import", "net.safetensors", "--arch", "resnet18", "--name", "net"],
                ["read-hdf5", "net.h5"],
            ] {
                let run = try box.start(arguments).wait()
                #expect(run.code == 0 && run.peakBytes > 0, "\(arguments): \(run.stderr)")
                #expect(run.peakBytes < most, "\(arguments): \(run.peakBytes) for \(bytes.count)")
            }
        }
    }

    @Test func hostilePicklesAreRefusedByTheNameThatTheyAskFor() throws {
        try withSandbox { box in
            let files = try ForeignFiles().refused
            let globals = ["reduce": "posix.system", "zip": "__builtin__.eval", "newobj": "builtins.exec"]
            #expect(files.count > 10)
            for (name, file) in files {
                try box.write("hostile.pth", [UInt8](file))
                try expectRefusal(box, "hostile.pth", "hostile.pth", "nothing of it was run", globals[name] ?? "'")
            }
            #expect(!FileManager.default.fileExists(atPath: "/tmp/zoo-was-here"))
        }
    }

    @Test func filesThatAreSomethingElseAreToldWhat() throws {
        try withSandbox { box in
            try box.write("text.pth", "these are no weights\n")
            try expectRefusal(box, "text.pth", "none of these: PyTorch (.pth), safetensors, Keras (.keras, .h5)")
            try box.write("empty.pth", "")
            try expectRefusal(box, "empty.pth", "it is empty")
            try box.writeNetwork("net.h5")
            try expectRefusal(box, "net.h5", "ends in .h5 and is a PyTorch file", "let its name end in .pth")
            let file = ModelFile(
                kind: "x", architecture: "x",
                weights: [WeightEntry(path: "fc.bias", shape: [2], values: .float32([1, 2]))], created: "c",
                zooVersion: "1")
            try box.write("hdf5.pth", file.encoded())
            try expectRefusal(box, "hdf5.pth", "ends in .pth and is an HDF5 file", "let its name end in .h5")
            try box.write("hdf5.h5", file.encoded())
            try expectRefusal(box, "hdf5.h5", "import it without --arch")
            let bomb = try #require(try ForeignFiles().others["deflated zip"])
            try box.write("bomb.pth", [UInt8](bomb))
            try expectRefusal(box, "bomb.pth", "zip bomb")
            try expectRefusal(box, "nowhere.pth", "nowhere.pth")
            try expectRefusal(box, ".")
            try expectRefusal(box, "/dev/null")
        }
    }

    @Test func weightsOfOtherShapesAreNamed() throws {
        try withSandbox { box in
            try box.writeNetwork(classes: 4)
            try expectRefusal(box, "net.pth", "misshapen (2): fc.weight: [4, 64], not [3, 64], fc.bias: [4], not [3]")
            try expectRefusal(
                box, "net.pth", "arrays missing", "unexpected", "fits --arch resnet20-cifar", arch: "resnet18")
            let run = try box.zoo(
                "models", "import", "net.pth", "--arch", "resnet20-cifar", "--name", "x", "--class-count", "3", "--json"
            )
            let mismatch = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
            #expect(run.code == 1 && (mismatch?["misshapen"] as? [String])?.count == 2)
            // A head of other classes than ImageNet's needs their names, and as many as it has.
            #expect(
                try box.fail("models", "import", "net.pth", "--arch", "resnet20-cifar", "--name", "x").contains(
                    "--classes FILE, or --class-count 4"))
            try box.write("names.txt", "a\nb\n")
            let few = try box.fail(
                "models", "import", "net.pth", "--arch", "resnet20-cifar", "--name", "x", "--classes", "names.txt")
            #expect(few.contains("fc.weight: [4, 64], not [2, 64]"))
            #expect(try !box.modelNames().contains("x"))
        }
    }

    @Test func optionsThatMakeNoSenseAreUsageErrors() throws {
        try withSandbox { box in
            for words in [
                ["--arch", "alexnet", "--name", "x"], ["--arch", "resnet18"], ["--name", "x", "--size", "64"],
                ["--arch", "resnet18", "--name", "x", "--size", "8"],
                ["--arch", "resnet18", "--name", "x", "--class-count", "0"],
                ["--arch", "resnet18", "--name", "x", "--class-count", "2", "--classes", "f"],
                ["--arch", "resnet18", "--name", "x", "--pixels", "1,2,3,0,1,1"],
            ] {
                let run = try box.start(["models", "import", "f.pth"] + words).wait()
                #expect(run.code == 64 && run.stdout.isEmpty, "\(words): \(run.stderr)")
            }
        }
    }
}
