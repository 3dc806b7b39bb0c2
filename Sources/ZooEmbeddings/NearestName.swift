/// The name that somebody who mistyped one most likely meant.
package enum NearestName {
    /// The closest of `names`, the first of several; nil where none is close.
    ///
    /// Close is at most a third of the name's letters (rounded up), and less than half of them, wrong, missing, too many or swapped with their
    /// neighbour, or the beginning of a name, from three letters on. Case does not count.
    /// - Source: Damerau 1964, as the restricted edit distance
    package static func of(_ name: String, among names: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(200))
        var best: (name: String, distance: Int)?
        for candidate in names {
            let letters = Array(candidate.lowercased().unicodeScalars)
            let isBeginning = wanted.count >= 3 && letters.starts(with: wanted)
            let distance = isBeginning ? 1 : distance(wanted, letters)
            guard isBeginning ? letters.count > 0 : isNear(distance, of: letters.count) else { continue }
            if distance < best?.distance ?? Int.max { best = (candidate, distance) }
        }
        return best?.name
    }

    /// Whether so many slips are few for a name of so many letters.
    static func isNear(_ slips: Int, of letters: Int) -> Bool { slips <= (letters + 2) / 3 && slips * 2 < letters }

    private static func distance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        // Row i: the distances of the first i letters of a from each beginning of b.
        var (before, row) = ([Int](), Array(0...b.count))
        for i in a.indices {
            var next = [i + 1]
            for j in b.indices {
                var least = min(row[j] + (a[i] == b[j] ? 0 : 1), row[j + 1] + 1, next[j] + 1)
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[b.count]
    }
}
