import Foundation
import Testing
import ZooData
import ZooTabular
import ZooWorkflows

/// Numbers of JSON for a model that was trained on numbers with marks.
@Suite struct JSONNumbersTests {
    @Test func aNumberHasNoMarksAndATextHasThoseOfTheTraining() throws {
        try withWorkspace { workspace in
            let rows = (0..<240).map { "\($0 / 100 + 1).\(100 + $0 * 7 % 900);\($0 % 30),5" }
            let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString + ".csv")
            defer { try? FileManager.default.removeItem(at: file) }
            try Data(("amount;price\n" + rows.joined(separator: "\n") + "\n").utf8).write(to: file)
            _ = try workspace.importCSV(ImportCSVRequest(file: file, name: "d"))
            var request = TrainTabularRequest(
                data: .dataset("d"), features: FeatureSettings(target: "price"), command: "test")
            (request.saveAs, request.configuration.epochs) = ("m", 1)
            _ = try workspace.trainTabular(request)
            func notes(_ numbers: Set<String>) throws -> [String] {
                try workspace.predictTabular(model: "m", input: .row([("amount", "1.234")], numbers: numbers))
                    .inputNotes
            }
            #expect(try notes([]).contains { $0.contains("is read as 1234") })
            #expect(try !notes(["amount"]).contains { $0.contains("1234") })
        }
    }
}
