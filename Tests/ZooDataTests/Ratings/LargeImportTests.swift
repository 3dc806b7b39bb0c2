import Foundation
import Testing
import ZooData

/// More rows than are kept in memory, in no order: read, divided, sorted and stored by way of temporary files.
@Test func manyRowsAreSortedAndStoredAsFewAre() throws {
    let (users, items) = (3000, 100)
    let count = users * items
    var text = "user,item,rating,timestamp\n"
    // 7919 is prime to the count: each pair once.
    for row in 0..<count {
        let pair = row * 7919 % count
        let (user, item) = (pair / items, pair % items)
        text += "\(user + 1),\(item + 1),\((user + 3 * item) % 10).5,\(pair)\n"
    }
    // An earlier rating of each of the first users' first item, which gives way.
    for user in 0..<30 { text += "\(user + 1),1,99,-1\n" }
    try withStore { store, folder in
        let file = folder.appendingPathComponent("r.csv")
        try Data(text.utf8).write(to: file)
        let report = try store.importCSV(file: file, name: "d", columns: RatingColumns())
        let data = try store.interactions(dataset: "d")
        #expect(data.ratings.count == count && report.repeated.count == 30 && report.repeated.listed.count == 20)
        #expect(report.repeated.listed.map(\.line) == (0..<20).map { count + 2 + $0 })
        let first = try #require(report.repeated.listed.first?.reason)
        #expect(first == "user '1' rated item '1' on line 2 too: this row gives way to that one")
        let summary = try report.dataset.ratings()
        #expect(summary.ratingMinimum == 0.5 && summary.ratingMaximum == 9.5)
        let wrong = (0..<count).count { row in
            let (user, item) = (row / items, row % items)
            return Int(data.users[row]) != user || Int(data.items[row]) != item || data.timestamps[row] != Int64(row)
                || data.ratings[row] != Float((user + 3 * item) % 10) + 0.5
        }
        #expect(wrong == 0)
        // Nothing is left beside the database.
        let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix("zoo-") }
        #expect(left.isEmpty)
    }
}
