import Foundation
import Testing
import ZooData

@Test func realMovieLensIsImportedInASecondAndReadInFiftyMilliseconds() throws {
    guard let folder = realMovieLens() else { return }
    try withStore { store, _ in
        let clock = ContinuousClock()
        var report: ImportReport?
        let importTime = try clock.measure { report = try store.importMovieLens(folder: folder, name: "ml") }
        var interactions: StoredInteractions?
        let readTime = try clock.measure { interactions = try store.interactions(dataset: "ml", split: "u1") }
        print("real data: import \(importTime), read \(readTime)")
        let dataset = try #require(report?.dataset)
        #expect(dataset.users == 943 && dataset.items == 1682 && dataset.ratings == 100_000)
        #expect(dataset.splits.map(\.name) == ["u1", "u2", "u3", "u4", "u5", "ua", "ub"])
        #expect(dataset.splits.allSatisfy { $0.train + $0.test == 100_000 })
        let read = try #require(interactions)
        #expect(read.parts.count { $0 == SplitPart.test.rawValue } == 20_000)
        #expect(read.ratings.reduce(0, +) == 352_986)
        #expect(read.userKeys[41] == "42" && read.itemTitles[0] == "Toy Story (1995)")
        #expect(
            read.itemTitles.contains("Cité des enfants perdus, La (1995)")
                || read.itemTitles.contains { $0.contains("é") })
        #expect(importTime < .seconds(1))
        #expect(readTime < .milliseconds(150))  // twice to three times what a quiet machine takes
    }
}
