import Foundation
import ZooEmbeddings
import ZooKernels
import ZooPlots
import ZooQueries

/// One or two maps of the same entries as one HTML file with everything in it, which needs no server and no network.
struct MapPage {
    let title: String
    /// What is shown, in a sentence.
    let about: String
    let table: EmbeddingTable
    let maps: [Part]
    let columns: [PointColouring]
    /// The entries that are listed as those that moved most, with how much; nil for no list.
    var moved: [(row: Int, change: Double)]?

    /// A map.
    struct Part {
        /// The heading over it; empty for none.
        var title = ""
        /// [n, 2].
        let places: [Float]
        /// The rows that are nearest in the original space, [n, k].
        let neighbours: (rows: [Int32], k: Int)
        /// The heading above them.
        let nearest: String
    }

    /// What the page's script reads.
    private struct Document: Encodable {
        struct Column: Encodable {
            let name: String
            let names: [String]?
            let values: String
        }
        struct Neighbours: Encodable {
            let k, bits: Int
            let rows: String
        }
        struct Map: Encodable {
            let title, nearest: String
            let left, bottom, step: Double
            let places: String
            let neighbours: Neighbours?
        }
        let count: Int
        let about: String
        let labels: [String]
        let keys: [String]?
        let columns: [Column]
        let maps: [Map]
        let moved: [[Double]]?
    }

    /// The page.
    func html() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        // Nothing in a name may end the script that holds it.
        let json = String(decoding: try encoder.encode(document), as: UTF8.self).replacing("<", with: "\\u003C")
        let parts = PageTemplate.map.split(separator: "{{data}}", maxSplits: 1)
        return parts[0].replacing("{{title}}", with: title.escapedForMarkup) + json + parts[1]
    }

    private var document: Document {
        Document(
            count: table.count, about: about, labels: table.labels, keys: table.keys == table.labels ? nil : table.keys,
            columns: columns.map(Self.column), maps: maps.map { Self.map($0, of: table.count) },
            moved: moved?.map { [Double($0.row), $0.change] })
    }

    private static func map(_ part: Part, of count: Int) -> Document.Map {
        let (places, neighbours) = (part.places, part.neighbours)
        func ends(_ axis: Int) -> (low: Float, high: Float) {
            stride(from: axis, to: places.count, by: 2).reduce((Float.infinity, -Float.infinity)) {
                (min($0.0, places[$1]), max($0.1, places[$1]))
            }
        }
        let (x, y) = (ends(0), ends(1))
        let step = max(x.high - x.low, y.high - y.low, 1e-6) / 65535
        let small = (0..<(2 * count)).map { index -> UInt16 in
            UInt16(max(0, min(65535, ((places[index] - (index % 2 == 0 ? x.low : y.low)) / step).rounded())))
        }
        let bits = max(1, Int.bitWidth - max(0, count - 1).leadingZeroBitCount)
        return Document.Map(
            title: part.title, nearest: part.nearest, left: Double(x.low), bottom: Double(y.low), step: Double(step),
            places: base64(small),
            neighbours: neighbours.k > 0
                ? Document.Neighbours(k: neighbours.k, bits: bits, rows: packed(neighbours.rows, bits: bits)) : nil)
    }

    private static func column(_ colouring: PointColouring) -> Document.Column {
        switch colouring {
        case .numbers(let title, let numbers):
            return Document.Column(name: title, names: nil, values: base64(numbers.map { Float($0 ?? .nan) }))
        case .groups(let title, let groups):
            // The largest come first; 65,535 stands for none, and for what has no room.
            var sizes: [String: Int] = [:]
            for case let group? in groups { sizes[group, default: 0] += 1 }
            let names = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(65_535).map(\.key)
            let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16($0)) })
            return Document.Column(
                name: title, names: names, values: base64(groups.map { $0.flatMap { places[$0] } ?? .max }))
        }
    }

    private static func base64<Number>(_ numbers: [Number]) -> String {
        numbers.withUnsafeBytes { Data($0).base64EncodedString() }
    }

    /// Rows in as many bits as the largest needs, the lowest bit first.
    private static func packed(_ rows: [Int32], bits: Int) -> String {
        var bytes = [UInt8]()
        bytes.reserveCapacity(rows.count * bits / 8 + 1)
        var (buffer, held): (UInt64, Int) = (0, 0)
        for row in rows {
            buffer |= UInt64(row) << UInt64(held)
            held += bits
            while held >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: buffer))
                buffer >>= 8
                held -= 8
            }
        }
        if held > 0 { bytes.append(UInt8(truncatingIfNeeded: buffer)) }
        return base64(bytes)
    }
}
