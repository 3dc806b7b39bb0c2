import Foundation

/// The output that a lesson shows, to be compared with what a command prints.
///
/// `…` in a line stands for any text, `…` alone for any number of lines. Decimal numbers may be off by 2 % or 0.02, whole
/// numbers must be equal. Runs of blanks count as one, since the widths of columns follow the numbers in them.
package struct LessonOutput {
    /// A line of the lesson and the line that was printed in its place.
    package struct Pair: Encodable, Equatable {
        /// The lesson's line; "the end" where nothing more was to come.
        package let lesson: String
        /// The line that was printed; "the end" where nothing more came.
        package let printed: String

        /// A pair.
        package init(lesson: String, printed: String) { (self.lesson, self.printed) = (lesson, printed) }
    }

    private let lines: [String]

    /// The lines as the lesson has them.
    package init(_ lines: [String]) { self.lines = lines.map(Self.normalized) }

    /// What the printed text has in place of the lesson's lines.
    ///
    /// - Returns: `beside`, the lines that fit but hold other decimals; `difference`, nil where the text fits, else the first
    ///   line that does not
    package func compared(with printed: String) -> (beside: [Pair], difference: Pair?) {
        var found = printed.components(separatedBy: "\n").map(Self.normalized)
        while found.last == "" { found.removeLast() }
        var wanted = lines[...]
        while wanted.last == "" { wanted.removeLast() }
        var furthest = (wanted: -1, found: 0)
        if let pairs = fits(wanted, found[...], &furthest) {
            let others = pairs.filter { !$0.lesson.contains("…") && $0.lesson != $0.printed }
            return (others.reversed(), nil)
        }
        let expected = furthest.wanted < wanted.endIndex ? wanted[max(0, furthest.wanted)] : "the end"
        let there = furthest.found < found.count ? found[furthest.found] : "the end"
        return ([], Pair(lesson: expected, printed: there))
    }

    /// Compares from the front; remembers the furthest pair that did not fit.
    ///
    /// - Returns: the pairs of lines, the last one first; nil where the text does not fit
    private func fits(
        _ wanted: ArraySlice<String>, _ found: ArraySlice<String>, _ furthest: inout (wanted: Int, found: Int)
    ) -> [Pair]? {
        guard let first = wanted.first else {
            if !found.isEmpty { note(wanted.startIndex, found.startIndex, &furthest) }
            return found.isEmpty ? [] : nil
        }
        if first == "…" {
            for start in found.startIndex...found.endIndex {
                if let pairs = fits(wanted.dropFirst(), found[start...], &furthest) { return pairs }
            }
            return nil
        }
        guard let line = found.first, Self.fits(first, line) else {
            note(wanted.startIndex, found.startIndex, &furthest)
            return nil
        }
        guard let pairs = fits(wanted.dropFirst(), found.dropFirst(), &furthest) else { return nil }
        return pairs + [Pair(lesson: first, printed: line)]
    }

    private func note(_ wanted: Int, _ found: Int, _ furthest: inout (wanted: Int, found: Int)) {
        if wanted > furthest.wanted { furthest = (wanted, found) }
    }

    private static func normalized(_ line: String) -> String {
        line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Whether one line fits: equal text, with decimal numbers compared as numbers.
    package static func fits(_ wanted: String, _ found: String) -> Bool {
        let decimal = "[-+−]?[0-9]+\\.[0-9]+(?:[eE][-+]?[0-9]+)?"
        var pattern = "^"
        var numbers: [Double] = []
        let pieces = matches(of: decimal + "|…", in: wanted)
        var rest = wanted.startIndex
        for piece in pieces {
            pattern += NSRegularExpression.escapedPattern(for: String(wanted[rest..<piece.lowerBound]))
            if wanted[piece] == "…" {
                pattern += ".*?"
            } else {
                pattern += "(\(decimal))"
                numbers.append(number(wanted[piece]))
            }
            rest = piece.upperBound
        }
        pattern += NSRegularExpression.escapedPattern(for: String(wanted[rest...])) + "$"
        guard let expression = try? NSRegularExpression(pattern: pattern),
            let match = expression.firstMatch(in: found, range: NSRange(found.startIndex..., in: found))
        else { return false }
        return numbers.indices.allSatisfy { index in
            guard let range = Range(match.range(at: index + 1), in: found) else { return false }
            let difference = abs(number(found[range]) - numbers[index])
            return difference <= max(0.02, 0.02 * abs(numbers[index])) + 1e-12
        }
    }

    private static func matches(of pattern: String, in text: String) -> [Range<String.Index>] {
        guard let expression = try? NSRegularExpression(pattern: pattern) else { return [] }
        return expression.matches(in: text, range: NSRange(text.startIndex..., in: text))
            .compactMap { Range($0.range, in: text) }
    }

    private static func number(_ text: Substring) -> Double {
        Double(text.replacing("−", with: "-")) ?? .nan
    }
}
