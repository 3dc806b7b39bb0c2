import Foundation
import Testing
import ZooRecords

@Suite struct DataSplitTests {
    @Test func splitsAreParsedAsTheyAreNamed() throws {
        let expected: [(String, DataSplit)] = [
            ("all", .all), ("u1", .named("u1")), ("random:0.2", .random(0.2)), ("fold:5/5", .fold(5, of: 5)),
            ("train", .part(.train)), ("valid", .part(.valid)), ("time:0.2", .latest(0.2)), ("last:3", .lastOfEach(3)),
            ("users:0.1", .people(0.1)),
        ]
        for (text, split) in expected {
            #expect(try DataSplits.measuredRatings.parse(text) == split)
            #expect(split.name == text)
        }
        #expect(try DataSplits.ratings.parse("valid") == .named("valid"))
        #expect(try DataSplits.measuredImages.parse("test") == .part(.test))
    }

    @Test(arguments: [
        "random:0", "random:1", "random:nan", "random:", "random:2", "fold:0/5", "fold:6/5", "fold:1/1", "fold:1/1001",
        "fold:1", "fold:1/5/2", "fold:", "", "u1:2", "time:", "time:0", "time:1", "time:2023-02-29",
        "time:2024-1-1T25:00",
        "time:24-01-01", "time:2024-01-01T12", "last:0", "last:", "last:x", "users:1", "users:",
    ])
    func wrongSplitsAreRefused(text: String) {
        #expect(throws: SplitError.self) { try DataSplits.ratings.parse(text) }
    }

    @Test func aRefusalNamesTheSplitsThatTheDataHas() {
        let images = #expect(throws: SplitError.self) { try DataSplits.measuredImages.parse("u1") }
        #expect(images?.description == "split u1: the splits of images are train, valid, test and all")
        let share = #expect(throws: SplitError.self) { try DataSplits.ratings.parse("random:2") }
        #expect(share?.description == "split random:2: the share is a number between 0 and 1, as in random:0.2")
    }

    @Test func momentsAreReadInUTC() throws {
        // By Python's datetime: datetime(2024, 2, 29, tzinfo=utc).timestamp().
        let moments: [(String, Int64)] = [
            ("1970-01-01", 0), ("2024-02-29", 1_709_164_800), ("2024-02-29T12:30", 1_709_209_800),
            ("2024-02-29T12:30:05", 1_709_209_805), ("1969-12-31", -86_400),
        ]
        for (text, seconds) in moments {
            guard case .since(let moment) = try DataSplits.ratings.parse("time:" + text) else {
                Issue.record("time:\(text)")
                continue
            }
            #expect(moment.seconds == seconds && DataSplit.since(moment).name == "time:" + text)
        }
    }

    /// What earlier versions wrote into checkpoints and models of tables.
    @Test func splitsAreCodedAsThoseOfTables() throws {
        let expected: [(String, DataSplit)] = [
            (#"{"none":{}}"#, .all), (#"{"random":{"_0":0.25}}"#, .random(0.25)),
            (#"{"last":{"column":"day","seconds":86400}}"#, .last(seconds: 86_400, column: "day")),
            (#"{"column":{"_0":"is_test"}}"#, .column("is_test")),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        for (text, split) in expected {
            #expect(try JSONDecoder().decode(DataSplit.self, from: Data(text.utf8)) == split)
            #expect(String(decoding: try encoder.encode(split), as: UTF8.self) == text)
        }
    }

    @Test func aShareOfNothingIsAll() {
        #expect(DataSplit.random(share: 0) == .all && DataSplit.random(share: 0.1) == .random(0.1))
        #expect(DataSplit.last(seconds: 30 * 86_400, column: "day").name == "last 30 days of day")
        #expect(DataSplit.last(seconds: 43_200, column: "day").name == "last 0.5 days of day")
    }
}
