import Foundation

/// Composed and decomposed Unicode: `é` can be one character, or an `e` with an accent behind it.
///
/// Zoo keeps the bytes of every text, and takes texts that differ only in form for one: canonical equivalence, as Swift's
/// `String` has it.
package enum UnicodeForm {
    /// Whether composing could change these bytes; no text of ASCII, Latin, Greek, Cyrillic or Chinese that is composed
    /// already is such.
    package static func mayChange(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        // The first character that composing can change is U+0300, whose first byte is 0xCC.
        guard bytes.contains(where: { $0 >= 0xCC }) else { return false }
        return String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { scalar in
            switch scalar.value {
            case 0..<0x300: false
            case 0x340...0x345, 0x374, 0x37E, 0x387: true
            case 0x900..<0x1200, 0x1B00..<0x1B50, 0x1F71..<0x2002, 0x2126, 0x212A, 0x212B, 0x2329, 0x232A, 0x2ADC: true
            case 0xF900..<0xFB50, 0x11000...: true
            default: scalar.properties.canonicalCombiningClass != .notReordered
            }
        }
    }

    /// The composed form (NFC).
    package static func composed(_ text: String) -> String { text.precomposedStringWithCanonicalMapping }

    /// Calls `body` with the composed form of bytes of UTF-8.
    ///
    /// - Parameter body: gets the bytes, and whether they differ from those given
    @inline(__always)
    package static func withComposed<Result>(
        _ bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, _ isOther: Bool) -> Result
    ) -> Result {
        guard mayChange(bytes) else { return body(bytes, false) }
        var text = composed(String(decoding: bytes, as: UTF8.self))
        return text.withUTF8 { body($0, !$0.elementsEqual(bytes)) }
    }
}
