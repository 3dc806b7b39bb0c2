import Foundation
import ZooWorkflows

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
        outputText(Hints.located(result.text))
    }
}

/// Prints a value as one JSON document with sorted keys in snake case.
func outputJSON(_ value: some Encodable) throws { outputText(try ResultJSON.document(value)) }

/// Prints text and a line break; ends the program where stdout does not take it, as on a full disk.
func outputText(_ text: String) {
    guard let reason = write(text + "\n", to: STDOUT_FILENO) else { return }
    Zoo.fail("the result cannot be written to stdout: \(reason)")
}

/// Prints a piece of text at once, without a line break; ends the program where stdout does not take it.
func outputPiece(_ text: String) {
    guard let reason = write(text, to: STDOUT_FILENO) else { return }
    Zoo.fail("the text cannot be written to stdout: \(reason)")
}

/// Writes text as it is.
///
/// - Returns: the system's reason when not all of it could be written
@discardableResult
func write(_ text: String, to descriptor: Int32) -> String? {
    var text = text
    return text.withUTF8 { bytes in
        var rest = UnsafeRawBufferPointer(bytes)
        while !rest.isEmpty {
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno != EINTR { return String(cString: strerror(errno)) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
        }
        return nil
    }
}
