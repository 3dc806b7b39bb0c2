import Foundation

/// A name without the differences that people do not type: case and accents.
struct FoldedName {
    let text: String

    init(_ name: String) {
        // Most names are ASCII, and Foundation's folding is thirty times dearer.
        text =
            name.utf8.allSatisfy { $0 < 0x80 }
            ? name.lowercased()
            : name.folding(options: [.caseInsensitive, .diacriticInsensitive, .widthInsensitive], locale: nil)
    }

    /// Whether all of `other` stands somewhere in this name.
    ///
    /// - Parameter asWords: whether it must begin and end with words of the name
    func contains(_ other: FoldedName, asWords: Bool = false) -> Bool {
        guard self.text.utf8.count >= other.text.utf8.count else { return false }
        let (text, part) = (Array(self.text.utf8), Array(other.text.utf8))
        guard let first = part.first else { return true }
        return (0...(text.count - part.count)).contains { start in
            let end = start + part.count
            guard text[start] == first, text[start..<end].elementsEqual(part) else { return false }
            return !asWords
                || !(start > 0 && Self.isInWord(text[start - 1]) && Self.isInWord(first))
                    && !(end < text.count && Self.isInWord(text[end]) && Self.isInWord(text[end - 1]))
        }
    }

    /// Its words.
    var words: [FoldedName] { text.split(whereSeparator: \.isWhitespace).map { FoldedName(String($0)) } }

    /// Whether a byte of UTF-8 belongs to a letter or digit; those beyond ASCII are taken to.
    private static func isInWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || (48...57).contains(byte) || (97...122).contains(byte)
    }

    /// The fewest insertions, deletions and replacements that turn `part` into some run of this name, and into all of it.
    ///
    /// - Source: Sellers 1980; Wagner & Fischer 1974.
    func editDistances(from part: FoldedName) -> (anywhere: Int, whole: Int) {
        let (text, pattern) = (Array(self.text.unicodeScalars), Array(part.text.unicodeScalars.prefix(200)))
        var anywhere = Array(0...pattern.count)
        var whole = anywhere
        var best = pattern.count
        for (index, scalar) in text.enumerated() {
            Self.advance(&anywhere, pattern, scalar, start: 0)
            Self.advance(&whole, pattern, scalar, start: index + 1)
            best = min(best, anywhere[pattern.count])
        }
        return (best, whole[pattern.count])
    }

    /// One column of the edit table; `start` is the cost of matching nothing so far.
    private static func advance(
        _ costs: inout [Int], _ pattern: [Unicode.Scalar], _ scalar: Unicode.Scalar, start: Int
    ) {
        var diagonal = costs[0]
        costs[0] = start
        for (index, wanted) in pattern.enumerated() {
            let replaced = diagonal + (wanted == scalar ? 0 : 1)
            diagonal = costs[index + 1]
            costs[index + 1] = min(replaced, diagonal + 1, costs[index] + 1)
        }
    }
}
