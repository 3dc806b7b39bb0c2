import Foundation

/// How the program reports an error on stderr: in a line of text, or with `--json` as one JSON object.
enum Failure {
    /// Whether the command line asks for JSON, known or not.
    static var isJSON: Bool { isGiven("--json") }

    /// Whether the command line has a flag, known or not.
    static func isGiven(_ flag: String) -> Bool {
        CommandLine.arguments.dropFirst().prefix { $0 != "--" }.contains(flag)
    }

    /// Ends the program.
    ///
    /// - Parameter text: what is said to people; the message behind `prefix` unless given
    static func end(_ message: String, prefix: String, code: Int32, text: String? = nil) -> Never {
        let document = isJSON ? json(message, code: code) : nil
        write(document.map { $0 + "\n" } ?? text ?? "\(prefix): \(message)\n", to: STDERR_FILENO)
        Foundation.exit(code)
    }

    private struct Document: Encodable {
        struct Fault: Encodable {
            let message: String
            let code: Int32
        }
        let error: Fault
    }

    private static func json(_ message: String, code: Int32) -> String? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let fault = Document.Fault(message: message, code: code)
        return (try? encoder.encode(Document(error: fault))).map { String(decoding: $0, as: UTF8.self) }
    }
}
