import Foundation
import ZooKernels

/// A map of two dimensions that keeps neighbours together, fitted.
///
/// - Source: McInnes, Healy & Melville 2018, "UMAP: Uniform Manifold Approximation and Projection"; constants as in umap-learn.
///   It differs in how points are moved: in groups, each of which sees where the ones before it went, and not one after the
///   other, so that the number of threads changes nothing.
package struct UMAP: Sendable {
    /// How a map is made.
    package struct Options: Sendable {
        /// How many neighbours a neighbourhood has, the point itself counted.
        package var neighbours = 15
        /// How near two points of a map may lie.
        package var minimumDistance = 0.1
        /// The scale of the map, in which the minimum distance is measured.
        package var spread = 1.0
        /// Which vectors are neighbours: `.cosine` or `.euclidean`.
        package var metric = SimilarityMetric.cosine
        /// How often every point is moved; nil for 500 times up to 10,000 points, else 200 times.
        package var epochs: Int?
        /// Whether all pairs are compared; nil where that is a second's work or so.
        package var isExact: Bool?
        /// Decides every random choice.
        package var seed: UInt64 = 0

        /// umap-learn's defaults, but for the metric.
        package init() {}
    }

    /// Where a map began.
    package enum Start: String, Sendable { case spectral, pca }

    /// How it was made.
    package let options: Options
    /// Where the points are, [n, 2].
    package let places: [Float]
    /// Where it began: the graph's eigenvectors, or the principal components where the graph falls into parts.
    package let start: Start
    /// The neighbours that it rests on.
    package let lists: NeighbourLists
    /// The share of the true neighbours that were found, from a sample; 1 where all pairs were compared.
    package let recall: Double

    private let points: MetricPoints
    private let curve: MapCurve

    /// Makes a map of `vectors` [n, width].
    ///
    /// - Parameter onProgress: hears the share that is done, 0 to 1
    /// - Throws: `EmbeddingError.tooFew` for fewer than four vectors, `.notFinite`
    /// - Precondition: `metric` is the cosine or the distance; neighbours >= 2
    package static func fit(
        _ vectors: [Float], width: Int, _ options: Options, threads: ThreadCount = .all,
        onProgress: (Double) -> Void = { _ in }
    ) throws -> UMAP {
        let points = try MetricPoints(vectors, width: width, metric: options.metric)
        let neighbours = min(options.neighbours, points.count - 1)
        let found = points.lists(k: neighbours - 1, isExact: options.isExact, seed: options.seed, threads: threads)
        onProgress(0.4)
        let distances = points.distances(found.lists.squares)
        let graph = FuzzyGraph(rows: found.lists.rows, distances: distances, neighbours: neighbours, threads: threads)
            .graph
        let spectral = SpectralStart.vectors(of: graph, seed: options.seed, threads: threads)
        var places = try spectral ?? points.principal(threads: threads)
        Self.spreadOut(&places, noise: options.seed)
        onProgress(0.5)
        let curve = MapCurve(minimumDistance: options.minimumDistance, spread: options.spread)
        let epochs = options.epochs ?? (points.count <= 10_000 ? 500 : 200)
        let layout = MapLayout(
            graph: sampled(graph, epochs: epochs), a: Float(curve.a), b: Float(curve.b), epochs: epochs, rate: 1,
            seed: options.seed)
        layout.move(&places, threads: threads) { onProgress(0.5 + 0.5 * Double($0 + 1) / Double(epochs)) }
        return UMAP(
            options: options, places: places, start: spectral == nil ? .pca : .spectral, lists: found.lists,
            recall: found.recall, points: points, curve: curve)
    }

    /// Places new vectors [m, width] among those of the map, which stay where they are.
    ///
    /// - Throws: `EmbeddingError.notFinite`
    package func place(_ vectors: [Float], threads: ThreadCount = .all) throws -> [Float] {
        try Self.place(vectors, among: points, at: places, options, curve, threads)
    }

    /// Places new vectors [m, width] among others [n, width] that are at `places` [n, 2] of an earlier map.
    ///
    /// - Throws: as `fit`
    package static func place(
        _ vectors: [Float], among others: [Float], at places: [Float], width: Int, _ options: Options,
        threads: ThreadCount = .all
    ) throws -> [Float] {
        try place(
            vectors, among: MetricPoints(others, width: width, metric: options.metric), at: places, options,
            MapCurve(minimumDistance: options.minimumDistance, spread: options.spread), threads)
    }

    private static func place(
        _ vectors: [Float], among points: MetricPoints, at places: [Float], _ options: Options, _ curve: MapCurve,
        _ threads: ThreadCount
    ) throws -> [Float] {
        guard !vectors.isEmpty else { return [] }
        let new = try MetricPoints(vectors, width: points.width, metric: options.metric, minimum: 1)
        let k = min(options.neighbours, points.count)
        let lists = points.nearest(to: new, k: k, threads: threads)
        let distances = points.distances(lists.squares)
        let smooth = SmoothDistances(distances, neighbours: k, connectivity: 0, threads: threads)
        let weights = smooth.memberships(distances, threads: threads)
        var start = [Float](repeating: 0, count: 2 * new.count)
        for point in 0..<new.count {
            let edges = (point * k)..<((point + 1) * k)
            let total = edges.reduce(Float(0)) { $0 + weights[$1] }
            for edge in edges where total > 0 {
                for axis in 0..<2 {
                    start[2 * point + axis] += weights[edge] / total * places[2 * Int(lists.rows[edge]) + axis]
                }
            }
        }
        let graph = WeightedGraph(
            bounds: (0...new.count).map { Int64($0 * k) }, columns: lists.rows, weights: weights)
        let epochs = options.epochs.map { $0 / 3 } ?? (new.count <= 10_000 ? 100 : 30)
        MapLayout(
            graph: sampled(graph, epochs: epochs), a: Float(curve.a), b: Float(curve.b), epochs: epochs, rate: 0.25,
            seed: options.seed
        ).move(&start, among: places, threads: threads)
        return start
    }

    /// The edges that are sampled at least once, with the epochs from one sample to the next as weights.
    private static func sampled(_ graph: WeightedGraph, epochs: Int) -> WeightedGraph {
        let largest = graph.weights.max() ?? 1
        let least = largest / Float(max(1, epochs))
        var (bounds, columns, periods) = ([Int64(0)], [Int32](), [Float]())
        bounds.reserveCapacity(graph.count + 1)
        columns.reserveCapacity(graph.columns.count)
        periods.reserveCapacity(graph.columns.count)
        for row in 0..<graph.count {
            for edge in Int(graph.bounds[row])..<Int(graph.bounds[row + 1]) where graph.weights[edge] >= least {
                columns.append(graph.columns[edge])
                periods.append(largest / graph.weights[edge])
            }
            bounds.append(Int64(columns.count))
        }
        return WeightedGraph(bounds: bounds, columns: columns, weights: periods)
    }

    /// Brings each axis to 0 ... 10, with a little noise, so that no two points stay at the same place.
    private static func spreadOut(_ places: inout [Float], noise seed: UInt64) {
        var generator = RandomGenerator(seed: seed &+ 0x5EED)
        let largest = places.reduce(0) { max($0, abs($1)) }
        let scale = largest > 0 ? 10 / largest : 1
        for index in places.indices { places[index] = places[index] * scale + 1e-4 * generator.normal() }
        for axis in 0..<2 {
            let axisPlaces = stride(from: axis, to: places.count, by: 2)
            var (low, high) = (Float.infinity, -Float.infinity)
            for index in axisPlaces { (low, high) = (min(low, places[index]), max(high, places[index])) }
            let range = high - low
            for index in axisPlaces { places[index] = range > 0 ? 10 * (places[index] - low) / range : 0 }
        }
    }
}
