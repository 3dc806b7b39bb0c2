import Foundation
import ZooVision

/// Whether a figure that a lesson keeps is the one that its commands draw.
enum FigureComparison {
    /// What differs between two figures, nil where they are alike: an SVG has the same marks and words, at places that differ by
    /// at most 2 % of a number or 12 pixels; the bytes of a PNG's pixels differ by at most 4 on average.
    static func difference(between kept: Data, and made: Data) throws -> String? {
        if kept == made { return nil }
        guard kept.starts(with: Array("<".utf8)) else {
            let (one, other) = (try Image(decoding: [UInt8](kept)), try Image(decoding: [UInt8](made)))
            guard one.width == other.width, one.height == other.height else { return "another size" }
            let sum = zip(one.pixels, other.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
            let mean = Double(sum) / Double(max(1, one.pixels.count))
            return mean <= 4 ? nil : "pixels differ by \(mean) on average"
        }
        let (one, other) = (pieces(kept), pieces(made))
        guard one.count == other.count else { return "\(one.count) pieces kept, \(other.count) drawn" }
        for (before, after) in zip(one, other) where before != after {
            guard let was = Double(before), let now = Double(after), abs(was - now) <= max(12, 0.02 * abs(was)) else {
                return "'\(before)' kept, '\(after)' drawn"
            }
        }
        return nil
    }

    /// The numbers of a text and what stands between them, in turn.
    private static func pieces(_ data: Data) -> [String] {
        var pieces: [String] = []
        var isNumber = false
        for character in String(decoding: data, as: UTF8.self) {
            let belongs = character.isNumber || character == "."
            if belongs != isNumber || pieces.isEmpty { pieces.append("") }
            isNumber = belongs
            pieces[pieces.count - 1].append(character)
        }
        return pieces
    }
}
