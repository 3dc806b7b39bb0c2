import Foundation
import Testing

@Suite struct AxisNamesCommandTests {
    /// Sixty entries along a line, whose labels say which half they are in, with noise to the side.
    private func imported(_ box: Sandbox) throws {
        var lines = "key,label,d0,d1,d2\n"
        for entry in 0..<60 {
            let noise = (0..<2).map { sin(Double(entry * (37 + 24 * $0))) }
            lines += "k\(entry),\(entry < 30 ? "Early" : "Late") Thing \(entry),\(entry),\(noise[0]),\(noise[1])\n"
        }
        try box.write("line.csv", lines)
        try box.succeed("embeddings", "import", "line.csv", "--name", "line")
    }

    @Test func componentsAreNamedByWhatGoesWithThem() throws {
        try withSandbox { box in
            try imported(box)
            let sql = "SELECT key, CAST(substr(key, 2) AS INTEGER) AS number FROM zoo_embeddings WHERE model = 'line'"
            let report: JSONObject = try box.json("pca", "line", "item", "-k", "2", "--name", "--sql", sql)
            let components = try #require(report["components"] as? [JSONObject])
            let names = components.map { $0["names"] as? [JSONObject] ?? [] }
            #expect(names[0].first?["name"] as? String == "number" && names[0].first?["p"] as? Double == 0.001)
            #expect(
                Set(names[0].dropFirst().prefix(2).compactMap { $0["name"] as? String }) == [
                    "word: early", "word: late",
                ])
            #expect(names[1].allSatisfy { ($0["p"] as? Double ?? 0) > 0.05 })
            #expect(report["names_tried"] as? Int == 3 && report["permutations"] as? Int == 999)
            let text = try box.succeed("pca", "line", "item", "-k", "2", "--name")
            #expect(text.contains(" end: word: ") && text.contains("nothing stands out; the closest is"))
            #expect(try box.succeed("pca", "line", "item", "-k", "2", "--name") == text)
            let plain: JSONObject = try box.json("pca", "line", "item")
            #expect(plain["names_tried"] == nil)
            #expect(try box.fail("pca", "line", "item", "--name", "--sql", "SELECT 1").contains("first column"))
            #expect(try box.fail("pca", "line", "item", "--name", "--sql", "SELECT 1 AS a, 2 AS b").contains("'a'"))
            #expect(try box.zoo("pca", "line", "item", "--sql", sql).code == 64)
        }
    }
}
