import Foundation
import Testing
import ZooCollab
import ZooData
import ZooWorkflows

/// Checks on MovieLens 100K, where it is at hand: in `$ZOO_SHARED_DATA`, or in `../shared/data` beside the repository.
@Suite struct RealDataTests {
    private static let folder: URL? = {
        let given = ProcessInfo.processInfo.environment["ZOO_SHARED_DATA"].map { URL(fileURLWithPath: $0) }
        let repository = (0..<3).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let shared = given ?? repository.deletingLastPathComponent().appendingPathComponent("shared/data")
        let folder = shared.appendingPathComponent("ml-100k")
        return FileManager.default.fileExists(atPath: folder.appendingPathComponent("u.data").path) ? folder : nil
    }()

    @Test func movieLens100KIsLearnedAsWellAsPromised() throws {
        guard let folder = Self.folder else { return print("real data: skipped, there is no ml-100k here") }
        try withWorkspace { workspace in
            let start = Date()
            _ = try workspace.data.importMovieLens(folder: folder, name: "demo")
            let seconds = Date().timeIntervalSince(start)
            // The bar is a second on a quiet machine; tests run beside each other.
            #expect(seconds < 5)
            let report = try workspace.crossValidateCollab(
                dataset: "demo", splits: ["u1", "u2", "u3", "u4", "u5"].map { .named($0) },
                recipe: .dotBias(DotBiasConfiguration()))
            #expect((report.mean.rmse ?? .infinity) <= 0.905)
            print("real data: ran, import \(seconds) s, mean rmse of u1..u5 \(report.mean.rmse ?? .nan)")
        }
    }

    @Test func theWorstAndTheBestOfRealFilmsAreNamed() throws {
        guard let folder = Self.folder else { return print("real data: skipped, there is no ml-100k here") }
        try withWorkspace { workspace in
            _ = try workspace.data.importMovieLens(folder: folder, name: "demo")
            try workspace.train("films")
            func titles(_ name: String) throws -> [String] {
                let query = try workspace.query(name, parameters: ["model": "films", "minimum_count": "15"])
                return try query.statement.rows(query.values).compactMap { row in
                    if case .text(let title) = row[0] { title } else { nil }
                }
            }
            let (worst, best) = (try titles("worst-movies"), try titles("best-movies"))
            #expect(worst.count == 10 && best.count == 10 && Set(worst).isDisjoint(with: best))
            #expect(worst.contains { $0.hasPrefix("Children of the Corn: The Gathering") })
            print("real data: ran, worst film \(worst[0]), best film \(best[0])")
        }
    }
}
