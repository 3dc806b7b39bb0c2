/// Finds the text that a mistyped one stands for.
package enum NearestText {
    /// The known text with the fewest insertions, deletions and replacements from `text`, without regard to case; the first
    /// of equal ones; nil where none is known.
    package static func nearest(to text: String, among known: [String]) -> String? {
        let wanted = Array(text.lowercased().unicodeScalars.prefix(200))
        var best: (distance: Int, text: String)?
        for candidate in known {
            let folded = Array(candidate.lowercased().unicodeScalars.prefix(200))
            // The difference of the lengths is the least that the distance can be.
            if let best, abs(folded.count - wanted.count) >= best.distance { continue }
            let distance = distance(wanted, folded)
            if distance < best?.distance ?? .max { best = (distance, candidate) }
        }
        return best?.text
    }

    /// - Source: Wagner & Fischer 1974, "The String-to-String Correction Problem"
    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var costs = Array(0...b.count)
        for (row, scalar) in a.enumerated() {
            var diagonal = costs[0]
            costs[0] = row + 1
            for (column, other) in b.enumerated() {
                let replaced = diagonal + (scalar == other ? 0 : 1)
                diagonal = costs[column + 1]
                costs[column + 1] = min(replaced, diagonal + 1, costs[column] + 1)
            }
        }
        return costs[b.count]
    }
}
