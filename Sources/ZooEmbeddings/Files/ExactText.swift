/// A text that is equal to another only where its bytes are: `String` takes the two forms of an accented letter for one, and
/// vocabularies hold both.
package struct ExactText: Hashable {
    private let text: String

    /// Wraps a text.
    package init(_ text: String) { self.text = text }

    package static func == (a: ExactText, b: ExactText) -> Bool { a.text.utf8.elementsEqual(b.text.utf8) }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
