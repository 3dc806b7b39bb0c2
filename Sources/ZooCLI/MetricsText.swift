import Foundation
import ZooWorkflows

extension JSONValue {
    /// Measured figures in a line, such as `split random:0.2; test: mae 0.5815, rmse 0.7293`. Lists, and what is measured of each
    /// part or epoch, are left to `--json`.
    var figures: String {
        groups(of: "").filter { !$0.figures.isEmpty }.map { group in
            (group.name.isEmpty ? "" : group.name + ": ") + group.figures.joined(separator: ", ")
        }.joined(separator: "; ")
    }

    private static let details: Set<String> = ["calibration", "categorical", "deviation", "dropped", "intervals"]

    /// Keys that are no words.
    private static let words = ["keptEpoch": "epoch kept"]

    private func groups(of name: String) -> [(name: String, figures: [String])] {
        guard case .object(let members) = self else { return [] }
        let sorted = members.filter { !Self.details.contains($0.key) }.sorted { $0.key < $1.key }
        return [
            (name, sorted.compactMap { key, value in value.figure.map { "\(Self.words[key, default: key]) \($0)" } })
        ]
            + sorted.flatMap { key, value in value.groups(of: name.isEmpty ? key : "\(name) \(key)") }
    }

    /// A figure or a word; nil for everything else.
    private var figure: String? {
        switch self {
        case .integer(let integer): String(integer)
        // Errors of small scales would all be 0.0000.
        case .number(let number) where number != 0 && abs(number) < 0.001: String(format: "%.4g", number)
        case .number(let number): PredictedValue.number(number).shown
        case .text(let text): text
        case .unsigned, .bool, .null, .array, .object: nil
        }
    }
}
