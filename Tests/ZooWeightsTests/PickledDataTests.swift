import Foundation
import Testing
import ZooWeights

/// Pickles of other programs as data. The dump of Surprise was made by Scripts/compare-models/recommender_models.py.
@Suite struct PickledDataTests {
    private func read(_ bytes: [UInt8]) throws -> PickledData {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-pickle-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: url) }
        try Data(bytes).write(to: url)
        return try PickledData(contentsOf: url)
    }

    private func dump() throws -> [UInt8] {
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../ZooWorkflowsTests/Goldens/recommender-models.json").standardized
        let root = try #require(JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let models = try #require(root["models"] as? [String: [String: Any]])
        let text = try #require(models["surprise-svd.dump"]?["file"] as? String)
        return Array(try #require(Data(base64Encoded: text)))
    }

    @Test func objectsAreAttributesAndArraysAreNumbers() throws {
        let algorithm = try #require(try read(dump())["algo"])
        guard case .object(let name, _) = algorithm else {
            Issue.record("no object")
            return
        }
        #expect(name == "surprise.prediction_algorithms.matrix_factorization.SVD")
        #expect(algorithm["n_factors"]?.number == 4 && algorithm["n_epochs"]?.number == 5)
        guard case .array(let shape, let values)? = algorithm["pu"] else {
            Issue.record("no array")
            return
        }
        #expect(shape.count == 2 && shape[1] == 4 && values.count == shape[0] * 4)
        #expect(algorithm["trainset"]?["rating_scale"]?.items?.compactMap(\.number) == [1, 5])
    }

    @Test func aListThatStandsInItselfAndOneThatDoublesAreRefused() throws {
        // l = []; l.append(l)
        #expect(throws: ForeignFileError.self) { try read([0x80, 2] + Array("]q\u{0}h\u{0}a.".utf8)) }
        // Thirty lists, each with the one before twice.
        var bytes: [UInt8] = [0x80, 2] + Array("]q\u{0}".utf8)
        for place in 1...30 as ClosedRange<UInt8> {
            bytes += Array("](h".utf8) + [place - 1] + Array("h".utf8) + [place - 1] + Array("eq".utf8) + [place]
        }
        #expect(throws: ForeignFileError.self) { try read(bytes + Array(".".utf8)) }
    }

    @Test func whatRunsSomethingIsRefused() throws {
        #expect(throws: ForeignFileError.self) {
            try read(
                [0x80, 2] + Array("cos\nsystem\nX".utf8) + [2, 0, 0, 0] + Array("ls".utf8) + [0x85] + Array("R.".utf8))
        }
    }

    @Test func changedBytesNeverCrash() throws {
        let original = try dump()
        var state: UInt64 = 17
        func draw(_ count: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(count))
        }
        var refused = 0
        for round in 0..<300 {
            var bytes = original
            for _ in 0...draw(4) { bytes[draw(bytes.count)] = UInt8(draw(256)) }
            if round % 3 == 0 { bytes.removeLast(draw(bytes.count)) }
            do { _ = try read(bytes) } catch is ForeignFileError { refused += 1 }
        }
        #expect(refused > 100)
    }
}
