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
    func contains(_ other: FoldedName) -> Bool {
        let (text, part) = (Array(self.text.utf8), Array(other.text.utf8))
        guard let first = part.first else { return true }
        guard text.count >= part.count else { return false }
        return (0...(text.count - part.count)).contains { start in
            text[start] == first && text[start..<(start + part.count)].elementsEqual(part)
        }
    }

    /// Whether each word of `other` stands somewhere in this name, so that `the matrix` finds `Matrix, The (1999)`.
    func containsWords(of other: FoldedName) -> Bool {
        other.text.split(whereSeparator: \.isWhitespace).allSatisfy { contains(FoldedName(String($0))) }
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
