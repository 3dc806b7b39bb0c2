import Foundation

/// What a command prints on stdout: one JSON document, or text for people.
protocol Printable: Encodable {
    /// The text form, without a final line break.
    var text: String { get }
}

/// Prints a command's result.
func output(_ result: some Printable, as options: GlobalOptions) throws {
    if options.json {
        try outputJSON(result)
    } else {
        outputText(result.text)
    }
}

/// Prints a value as one JSON document with sorted keys in snake case.
func outputJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    outputText(String(decoding: try encoder.encode(value), as: UTF8.self))
}

/// Prints text and a line break.
func outputText(_ text: String) {
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
}
