import Foundation
import ZooEmbeddings
import ZooKernels
import ZooPlots

extension Workspace {
    /// The page of two maps of the same entries, the second turned onto the first.
    func page(
        _ tables: (EmbeddingTable, EmbeddingTable), _ comparison: EmbeddingComparison, _ order: [Int], titles: [String],
        _ request: CompareEmbeddingsRequest, _ onProgress: (Double) -> Void
    ) throws -> MapPage {
        var layouts: [[Float]] = []
        for (index, table) in [tables.0, tables.1].enumerated() {
            var map = MapRequest(model: index == 0 ? request.models.0 : request.models.1, field: request.field)
            (map.method, map.options.seed) = (request.method, request.seed)
            layouts.append(try layout(table, map) { onProgress((Double(index) + $0) / 2) }.places)
        }
        layouts[1] = Self.turned(layouts[1], onto: layouts[0])
        let k = min(10, comparison.neighbourCount)
        let maps = zip(layouts, [comparison.neighbours.first, comparison.neighbours.second]).enumerated().map {
            index, map in
            MapPage.Part(
                title: titles[index], places: map.0,
                neighbours: ((0..<tables.0.count).flatMap { map.1[$0].prefix(k) }, k), nearest: "Nearest by cosine")
        }
        var columns: [PointColouring] = [
            .numbers(title: "change", comparison.changes), .numbers(title: "overlap", comparison.overlaps),
        ]
        if let counts = tables.0.counts { columns.append(.numbers(title: "count", counts.map { Double($0) })) }
        let count = tables.0.count.formatted(.number.locale(Locale(identifier: "en")))
        return MapPage(
            title: titles.joined(separator: " and "),
            about:
                "\(count) entries of both, \(request.method.rawValue), the overlap of \(comparison.neighbourCount) nearest "
                + "neighbours is \(comparison.overlap.value.formatted(.number.precision(.fractionLength(3))))",
            table: tables.0, maps: maps, columns: columns,
            moved: order.prefix(Self.mostListed).map { ($0, comparison.changes[$0]) })
    }

    private static var mostListed: Int { 200 }

    /// Places [n, 2] turned, and perhaps mirrored, such that their squared distances to others are the least.
    ///
    /// - Source: Gower & Dijksterhuis 2004, "Procrustes Problems", in the plane
    static func turned(_ places: [Float], onto others: [Float]) -> [Float] {
        let count = places.count / 2
        func means(_ places: [Float]) -> (Double, Double) {
            (0..<count).reduce((0.0, 0.0)) {
                ($0.0 + Double(places[2 * $1]) / Double(count), $0.1 + Double(places[2 * $1 + 1]) / Double(count))
            }
        }
        let (own, goal) = (means(places), means(others))
        // Sums of products as complex numbers: of z and the goal, and of z's mirror image and the goal.
        var (turn, mirror) = ((0.0, 0.0), (0.0, 0.0))
        for row in 0..<count {
            let (x, y) = (Double(places[2 * row]) - own.0, Double(places[2 * row + 1]) - own.1)
            let (u, v) = (Double(others[2 * row]) - goal.0, Double(others[2 * row + 1]) - goal.1)
            turn = (turn.0 + u * x + v * y, turn.1 + v * x - u * y)
            mirror = (mirror.0 + u * x - v * y, mirror.1 + v * x + u * y)
        }
        let isMirrored = hypot(mirror.0, mirror.1) > hypot(turn.0, turn.1)
        let best = isMirrored ? mirror : turn
        let length = hypot(best.0, best.1)
        guard length > 0 else { return places }
        let (a, b) = (best.0 / length, best.1 / length)
        return (0..<count).flatMap { row -> [Float] in
            let x = Double(places[2 * row]) - own.0
            let y = (Double(places[2 * row + 1]) - own.1) * (isMirrored ? -1 : 1)
            return [Float(a * x - b * y + goal.0), Float(b * x + a * y + goal.1)]
        }
    }
}
