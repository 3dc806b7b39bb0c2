import Foundation
import ZooData

/// Results as JSON, written alike by every command with `--json` and by `zoo serve`.
package enum ResultJSON {
    /// One document with sorted keys in snake case.
    package static func document(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        return JSONDigits.tidied(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// A value on one line, with sorted keys.
    package static func line(_ value: some Encodable) throws -> String {
        JSONDigits.tidied(try plain(value))
    }

    fileprivate static func plain(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension PreparedQuery {
    /// Hands over the rows as a JSON array of objects, a line after the other, without line ends.
    package func forEachLineOfJSON(_ body: (String) throws -> Void) throws {
        let names = try statement.columns.map { try ResultJSON.plain($0) }
        var isFirst = true
        try statement.forEachRow(values) { row in
            let cells = try row.indices.map { place -> String in
                let (name, value) = (names[place], row[place])
                return switch value {
                case .null: name + ": null"
                case .integer(let integer): name + ": \(integer)"
                case .real(let real): name + ": " + (real.isFinite ? real.plainText : "null")
                case .text(let string): name + ": " + (try ResultJSON.plain(string))
                case .blob:
                    if statement.holdsVectors[place], let vector = value.vector {
                        name + ": " + (try ResultJSON.plain(vector))
                    } else {
                        name + ": " + (try ResultJSON.plain(value.blobLiteral))
                    }
                }
            }
            try body((isFirst ? "[\n  {" : "  ,{") + cells.joined(separator: ", ") + "}")
            isFirst = false
            return true
        }
        try body(isFirst ? "[]" : "]")
    }
}
