import Foundation
import Testing
import ZooCollab
import ZooKernels
import ZooWorkflows

/// Pairs of which a side is not known, answered as where the models come from: Scripts/compare-models/recommender_models.py
/// (scikit-surprise 1.1.5, libmf 0.9.2).
@Suite struct UnknownPairsTests {
    @Test func pairsOfAnUnknownSideAreAnsweredAsThere() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Goldens/recommender-models.json")
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any]
        let models = try #require(root?["models"] as? [String: [String: Any]])
        var names: Set<String> = []
        try withWorkspace { zoo in
            try FileManager.default.createDirectory(at: zoo.home, withIntermediateDirectories: true)
            for (name, golden) in models {
                guard let unknown = golden["unknown"] as? [[Any]] else { continue }
                names.insert(name)
                let path = zoo.home.appendingPathComponent(name)
                try #require((golden["file"] as? String).flatMap { Data(base64Encoded: $0) }).write(to: path)
                _ = try zoo.importForeignModel(ForeignModelRequest(file: path.path, name: name, command: "test"))
                let model = try zoo.model(named: name, as: (any StoredRecommender).self).model
                for pair in unknown {
                    let user = try #require(pair[0] as? String), item = try #require(pair[1] as? String)
                    let rows = (
                        model.vocabulary.row(ofUser: user) ?? -1, model.vocabulary.itemKeys.firstIndex(of: item) ?? -1
                    )
                    let rating = try #require(model.ratings(users: [Int32(rows.0)], items: [Int32(rows.1)])?.first)
                    let wanted = try #require(pair[2] as? Double)
                    #expect(abs(Double(model.clipped(rating)) - wanted) < 1e-4, "\(name): \(user), \(item)")
                    guard rows.0 < 0, rows.1 >= 0 else { continue }
                    let scores = try #require(model.expectedRatings(for: UserHistory()))
                    #expect(abs(Double(model.clipped(scores[rows.1])) - wanted) < 1e-4, "\(name): \(user), \(item)")
                    let lists = model.scores(of: [UserHistory(), UserHistory(row: 0)], threads: .one)
                    #expect(abs(lists[rows.1] - scores[rows.1]) < 1e-4, "\(name): \(user), \(item)")
                }
            }
        }
        #expect(
            names == [
                "libmf.txt", "libmf-absolute.txt", "libmf-kl.txt", "surprise-svd.dump", "surprise-svd-unbiased.dump",
                "surprise-svdpp.dump",
                "surprise-nmf.dump", "surprise-baseline.dump",
            ])
    }
}
