import Testing
import ZooRecords
import ZooTabular

/// Parts of a table as if there were no other rows.
@Suite struct KeptRowsTests {
    private let rows = MemoryRows(
        [
            (TableColumn(name: "n", kind: .integer), .numbers((0..<1000).map(Double.init))),
            (TableColumn(name: "t", kind: .text), .texts((0..<1000).map { $0 % 7 == 0 ? nil : "t\($0 % 5)" })),
            (TableColumn(name: "day", kind: .date), .numbers((0..<1000).map { Double($0) * 86_400 })),
        ], blockSize: 64)

    private func numbers(_ source: any RowSource) throws -> [Double] {
        var found: [Double] = []
        try source.forEachBlock { block in
            guard case .numbers(let values) = block.columns[0], case .texts(let codes, let texts) = block.columns[1]
            else { return }
            for (value, code) in zip(values, codes) {
                #expect(
                    (code < 0 ? nil : texts.entries[Int(code)]) == (Int(value) % 7 == 0 ? nil : "t\(Int(value) % 5)"))
            }
            found += values
        }
        return found
    }

    @Test func everyRowIsInOneFold() throws {
        var held: [Double] = []
        for fold in 1...5 {
            let kept = try numbers(KeptRows(rows, without: .fold(fold, of: 5), seed: 3))
            held += Set((0..<1000).map(Double.init)).subtracting(kept)
            #expect((750...850).contains(kept.count) && kept == kept.sorted())
        }
        #expect(held.sorted() == (0..<1000).map(Double.init))
    }

    @Test func theLastPeriodIsCutOff() throws {
        #expect(
            try numbers(KeptRows(rows, without: .last(seconds: 60 * 86_400, column: "day"), seed: 0))
                == (0..<940).map(Double.init))
        #expect(try numbers(KeptRows(rows, without: .all, seed: 0)).count == 1000)
    }
}
