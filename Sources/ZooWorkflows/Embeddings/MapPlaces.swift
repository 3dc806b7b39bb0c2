import Foundation
import ZooEmbeddings
import ZooKernels

/// Places of entries, with what was found on the way.
struct MapPlaces {
    let places: [Float]
    var lists: NeighbourLists?
    var recall = 1.0
    var notes: [String] = []
    /// Up to so many multiplications, all pairs are compared for a page.
    private static let exactWork = 1 << 36

    /// The nearest entries in the original space: all of them compared, as `zoo query embeddings` does, or where there are too many,
    /// those that the map rests on.
    func nearest(_ table: EmbeddingTable, _ request: MapRequest) throws -> (rows: [Int32], k: Int, heading: String) {
        let (count, metric) = (table.count, request.options.metric)
        let k = min(count <= 200_000 ? 10 : 5, count - 1)
        let said = metric == .cosine ? "cosine" : "distance"
        if request.options.isExact == true || count * count <= Self.exactWork / table.width {
            let index = NeighbourIndex(vectors: table.vectors, width: table.width, metric: metric)
            var rows: [Int32] = []
            rows.reserveCapacity(count * k)
            for first in stride(from: 0, to: count, by: 1536) {
                let end = min(first + 1536, count)
                let queries = Array(table.vectors[(first * table.width)..<(end * table.width)])
                for (place, found) in index.nearest(toEach: queries, count: k + 1).enumerated() {
                    rows += found.lazy.map(\.row).filter { $0 != first + place }.prefix(k).map(Int32.init)
                }
            }
            return (rows, k, "Nearest by \(said), in the original space")
        }
        var (lists, recall) = (lists, recall)
        if (lists?.k ?? 0) < k {
            (lists, recall) = try {
                let points = try MetricPoints(table.vectors, width: table.width, metric: metric)
                let found = points.lists(
                    k: max(k, 14), isExact: false, seed: request.options.seed, threads: request.threads)
                return (found.lists, found.recall)
            }()
        }
        guard let lists else { return ([], 0, "") }
        let share = (100 * recall).formatted(.number.precision(.fractionLength(1)))
        return (
            (0..<count).flatMap { lists.rows[($0 * lists.k)..<($0 * lists.k + k)] }, k,
            "Nearest by \(said), in the original space (approximate, \(share) % found)"
        )
    }
}
