import Testing
import ZooTabular

@Suite struct FilledRowUnitTests {
    private var rows: MemoryRows {
        let rows = 0..<400
        let days: [Double] = rows.map { Double($0 / 2) * 86_400 }
        let shops: [String?] = rows.map { $0 % 2 == 0 ? "A" : "B" }
        let sizes: [Double] = rows.map { Double($0 % 40) + 0.5 }
        let sales: [Double] = rows.map { row in
            let day = row % 9 * 3 + row % 40
            return Double(day + row % 2 * 100)
        }
        return table([
            ("day", .date, .numbers(days)), ("shop", .text, .texts(shops)), ("size", .real, .numbers(sizes)),
            ("y", .real, .numbers(sales)),
        ])
    }

    private func settings() -> FeatureSettings {
        var settings = FeatureSettings(target: "y")
        settings.ordered.time = "day"
        settings.ordered.group = "shop"
        settings.ordered.lags = [OrderedSettings.Window(column: "y", rows: 1)]
        return settings
    }

    @Test func theSampleOfRowsIsKeptWithWhatWasComputedForThem() throws {
        let prepared = try PreparedTable(rows, settings(), split: .random(0.2), seed: 3)
        let sample = try #require(prepared.features.sample)
        #expect(sample.count == 256 && sample.fits(prepared.features))
        #expect(sample.columns.map(\.name) == ["day", "shop", "size", "y", "y_lag1"])
        var less = settings()
        less.sampleRows = 5
        #expect(try PreparedTable(rows, less).features.sample?.count == 5)
        less.sampleRows = 0
        #expect(try PreparedTable(rows, less).features.sample == nil)
        #expect(prepared.features.ranges?["day"] == ValueRange(minimum: 0, maximum: 199 * 86_400))
    }

    @Test func rowsAgreeInCategoriesAndAreNearInNumbers() throws {
        let features = try PreparedTable(rows, settings()).features
        let near = try FilledRow(["shop": .text("B"), "size": .number(10.5)], features, from: rows)
        #expect(near.count == 20 && near.ignored.isEmpty)
        let all = try FilledRow(["shop": .text("B")], features, from: rows)
        #expect(all.count == 200)
        let none = try FilledRow(["shop": .text("C"), "size": .number(10.5)], features, from: rows)
        #expect(none.ignored == ["shop"] && none.count == 40)
        let kept = try FilledRow(["shop": .text("B")], features, from: try #require(features.sample))
        #expect((100..<160).contains(kept.count))
    }

    @Test func theNearestTextIsFoundWithoutRegardToCase() {
        #expect(NearestText.nearest(to: "LMPS", among: ["chairs", "lamps", "maps"]) == "lamps")
        #expect(NearestText.nearest(to: "x", among: []) == nil)
        #expect(NearestText.nearest(to: "", among: ["abc", "a"]) == "a")
    }

    @Test func everyPassOverWatchedRowsCountsAnew() throws {
        let features = try PreparedTable(rows, settings()).features
        let fresh = table([
            ("day", .date, .numbers([0, 86_400, 1e10])), ("shop", .text, .texts(["A", "C", nil])),
            ("size", .real, .numbers([1, .nan, 99])), ("y", .real, .numbers([.nan, .nan, .nan])),
        ])
        let counter = UnknownCounter(features, columns: fresh.columns)
        let watched = WatchedRows(fresh, counter)
        for _ in 0..<2 { try watched.forEachBlock { _ in } }
        #expect(counter.found.map(\.column.name) == ["day", "shop", "size"])
        // Missing ones count, too: training had none.
        #expect(counter.found.map(\.rows) == [1, 2, 2])
    }
}
