import Foundation
import Testing
import ZooWeights

/// Models of other programs with their answers, made by Scripts/compare-models/fastai_models.py (fastai 2.8.12, torch 2.15.0) and
/// recommender_models.py (scikit-surprise 1.1.5, implicit 0.7.3, libmf 0.9.2, torch 2.15.0), keras_text_models.py (keras 3.15.1).
@Suite struct ForeignModelTests {
    private func models(_ name: String) throws -> [String: JSONObject] {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../ZooWorkflowsTests/Goldens/\(name).json").standardized
        let root = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? JSONObject)
        return try #require(root["models"] as? [String: JSONObject])
    }

    /// Writes a model's files, imports it, and compares the answers.
    private func check(_ box: Sandbox, _ name: String, _ golden: JSONObject) throws {
        let bytes = try #require((golden["file"] as? String).flatMap { Data(base64Encoded: $0) })
        let file = box.folder.appendingPathComponent(name.contains(".") ? name : name + ".pth")
        try bytes.write(to: file)
        var options: [String] = []
        if let vocabulary = golden["vocabulary"] {
            try JSONSerialization.data(withJSONObject: vocabulary, options: .fragmentsAllowed)
                .write(to: box.folder.appendingPathComponent("vocabulary.json"))
            options += ["--vocab", "vocabulary.json"]
        }
        for (option, text) in golden["options"] as? [String: String] ?? [:] {
            try box.write("for\(option).txt", text)
            options += [option, "for\(option).txt"]
        }
        if let rows = golden["rows"] as? String { try box.write("rows.csv", rows) }
        let imported = try box.start(
            ["models", "import", file.path, "--name", "m", "--replace", "--json"] + options
        ).wait()
        guard let expected = golden["expected"], !(expected is NSNull) else {
            #expect(imported.code == 1, "\(name): \(imported.stdout)")
            return
        }
        try #require(imported.code == 0, "\(name): \(imported.stderr)")
        let words = try #require(golden["words"] as? [String]).map { $0 == "@" ? "m" : $0 }
        let run = try box.start(words + ["--json"]).wait()
        let answer = try #require(
            JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject, "\(name): \(run.stderr)")
        // Surprise clips what it says to the scale, as ratings are shown; scores keep the order of what is above.
        let difference = try #require(
            try Self.difference(answer, expected, number: name.hasPrefix("surprise") ? "rating" : "score"),
            "\(name): the answers have another form")
        #expect(difference < 1e-4, "\(name): \(difference)")
    }

    /// The largest difference of numbers; nil where there are others than expected.
    private static func difference(_ answer: JSONObject, _ expected: Any, number: String) throws -> Double? {
        func largest(_ found: [Double], _ wanted: [Double]) -> Double? {
            found.count == wanted.count ? zip(found, wanted).map { abs($0 - $1) }.max() : nil
        }
        if let items = answer["items"] as? [JSONObject], let wanted = expected as? [String: Double] {
            let found = Dictionary(
                items.map { ($0["title"] as? String ?? "", $0[number] as? Double ?? .nan) },
                uniquingKeysWith: { first, _ in first })
            guard Set(found.keys) == Set(wanted.keys) else { return nil }
            return largest(wanted.keys.map { found[$0] ?? .nan }, wanted.keys.map { wanted[$0] ?? .nan })
        }
        if let tokens = answer["tokens"] as? [String], let wanted = expected as? JSONObject {
            guard tokens == wanted["tokens"] as? [String] else { return nil }
            return largest(answer["log_probabilities"] as? [Double] ?? [], wanted["logs"] as? [Double] ?? [])
        }
        if let wanted = expected as? JSONObject, let labels = wanted["labels"] as? [String],
            let rows = answer["predictions"] as? [JSONObject], let numbers = wanted["answers"] as? [[Double]]
        {
            let found = rows.flatMap { row -> [Double] in
                let classes = row["probabilities"] as? [JSONObject] ?? []
                return labels.map { label in
                    classes.first { $0["label"] as? String == label }?["probability"] as? Double ?? .nan
                }
            }
            return largest(found, numbers.flatMap { $0 })
        }
        guard let rows = answer["predictions"] as? [[Any]], let numbers = expected as? [[Double]] else { return nil }
        let width = numbers.first?.count ?? 1
        let scale = max(1, numbers.flatMap { $0 }.map { abs($0) }.max() ?? 1)
        return largest(
            rows.flatMap { $0.suffix(width).map { ($0 as? Double ?? .nan) / scale } },
            numbers.flatMap { $0 }.map { $0 / scale })
    }

    @Test(arguments: ["fastai-models", "recommender-models", "keras-text-models"])
    func modelsGiveTheAnswersOfTheirOrigin(_ golden: String)
        throws
    {
        try withSandbox { box in
            let models = try models(golden)
            try #require(models.count >= 10)
            for (name, model) in models.sorted(by: { $0.key < $1.key }) { try check(box, name, model) }
        }
    }

    @Test func whatOtherProgramsTrainedIsHeldIn32BitsUnlessAskedFor() throws {
        try withSandbox { box in
            let models = try models("recommender-models")
            try check(box, "rnn-relu.pth", try #require(models["rnn-relu.pth"]))
            func logs(_ options: String...) throws -> [Double] {
                let run = try box.start(["generate", "m", "--prompt", "the king", "--length", "5", "--json"] + options)
                    .wait()
                let answer = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8)) as? JSONObject
                return try #require(answer?["log_probabilities"] as? [Double], "\(run.stderr)")
            }
            #expect(try logs() == logs("--precision", "float32"))
            #expect(try logs() != logs("--precision", "float16"))
        }
    }

    @Test func whatIsMissingIsAskedFor() throws {
        try withSandbox { box in
            let models = try models("fastai-models")
            let table = try #require(models["table"])
            try #require((table["file"] as? String).flatMap { Data(base64Encoded: $0) })
                .write(to: box.folder.appendingPathComponent("table.pth"))
            let asked = try box.fail("models", "import", "table.pth", "--name", "t")
            #expect(asked.contains("--vocab") && asked.contains("docs/import.md"), "\(asked)")
            try box.write(
                "few.json", ##"{"target": "y", "cat_names": ["shop"], "classes": {"shop": ["#na#", "north"]}}"##)
            let few = try box.fail("models", "import", "table.pth", "--name", "t", "--vocab", "few.json")
            #expect(few.contains("embeds.0.weight"), "\(few)")
            let odd = try box.zoo(
                "models", "import", "table.pth", "--name", "t", "--arch", "resnet18", "--vocab", "few.json")
            #expect(odd.code == 64)
        }
    }
}
