import Foundation
import Testing
import ZooData
import ZooRecords
import ZooTabular
import ZooWorkflows

/// Times with an offset, from the file to the parts that a network sees. Expected values: Python 3.11's `datetime`.
@Suite struct OffsetTimesTests {
    private func parts(_ times: [String]) throws -> (rows: StoredRows, [String: [Double]]) {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("t.csv")
        try Data(("when,n\n" + times.map { "\($0),1\n" }.joined()).utf8).write(to: file)
        let workspace = try Workspace(WorkspaceLocation(home: folder))
        try workspace.data.importTable(file: file, name: "d")
        let rows = try workspace.rows(dataset: "d")
        let source = DatePartsSource(rows, of: ["when"])
        var found: [String: [Double]] = [:]
        try source.forEachBlock { block in
            for (column, values) in zip(source.columns, block.columns) {
                if case .numbers(let numbers) = values { found[column.name, default: []] += numbers }
            }
        }
        return (rows, found)
    }

    @Test func partsAreOfTheClockAndElapsedDaysOfTheInstant() throws {
        let times = ["2024-01-01 00:00:00+02:00", "2024-06-08 00:30:00+02:00", "2024-06-10 23:00:00+02:00"]
        let (_, parts) = try parts(times)
        #expect(parts["when_year"] == [2024, 2024, 2024] && parts["when_month"] == [1, 6, 6])
        #expect(parts["when_day"] == [1, 8, 10] && parts["when_weekday"] == [0, 5, 0])
        #expect(parts["when_hour"] == [0, 0, 23] && parts["when_is_month_start"] == [1, 0, 0])
        // 2023-12-31T22:00Z is 1704060000, 2024-06-07T22:30Z 1717799400, 2024-06-10T21:00Z 1718053200.
        #expect(parts["when_elapsed"] == [1_704_060_000, 1_717_799_400, 1_718_053_200].map { Double($0) / 86_400 })
    }

    @Test func whereTheClockChangesEachTimeHasItsOwn() throws {
        let (rows, parts) = try parts(["2024-10-27 02:30:00+02:00", "2024-10-27 02:30:00+01:00"])
        #expect(parts["when_hour"] == [2, 2])
        let days = try #require(parts["when_elapsed"])
        #expect(abs((days[1] - days[0]) * 24 - 1) < 1e-6)
        // The last half hour before the last time holds that time alone.
        let split = try ResolvedSplit(.last(seconds: 1800, column: "when"), of: rows, seed: 1)
        try rows.forEachBlock { #expect(split.validation($0, first: 0) == [false, true]) }
    }
}
