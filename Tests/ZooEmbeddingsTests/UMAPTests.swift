import Foundation
import Testing
import ZooEmbeddings
import ZooKernels

private func close(_ a: [Float], _ b: [Double], _ tolerance: Double) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs(Double($0) - $1) <= tolerance * max(1, abs($1)) }
}

private func fuzzy(
    _ golden: MapGolden, _ wanted: MapGolden.Neighbourhood, _ metric: SimilarityMetric
) throws -> FuzzyGraph {
    let points = try MetricPoints(golden.points, width: 5, metric: metric)
    let lists = points.lists(k: wanted.neighbours - 1, isExact: true, seed: 0).lists
    let own = (0..<lists.count).flatMap { [Int32($0)] + lists.rows[($0 * lists.k)..<(($0 + 1) * lists.k)] }
    #expect(own == wanted.indices)
    return FuzzyGraph(
        rows: lists.rows, distances: points.distances(lists.squares), neighbours: wanted.neighbours)
}

@Test(arguments: [SimilarityMetric.euclidean, .cosine])
func neighbourhoodsAreThoseOfUmapLearn(metric: SimilarityMetric) throws {
    let golden = try MapGolden.read()
    let wanted = metric == .cosine ? golden.cosine : golden.euclidean
    let graph = try fuzzy(golden, wanted, metric)
    // umap-learn stops at 1e-5 of the sum, and distances have 32 bits.
    #expect(close(graph.sigmas, wanted.sigmas, 1e-3))
    #expect(close(graph.rhos, wanted.rhos, 1e-6))
    #expect(graph.graph.bounds == wanted.bounds)
    #expect(graph.graph.columns == wanted.columns)
    #expect(close(graph.graph.weights, wanted.weights, 1e-3))
}

@Test func curvesAreThoseOfUmapLearn() throws {
    for curve in try MapGolden.read().curves {
        let fitted = MapCurve(minimumDistance: curve[0], spread: curve[1])
        #expect(abs(fitted.a - curve[2]) < 1e-5 && abs(fitted.b - curve[3]) < 1e-5)
    }
}

@Test func aSpectralStartIsUmapLearnsUpToItsSigns() throws {
    let golden = try MapGolden.read()
    let graph = try fuzzy(golden, golden.euclidean, .euclidean).graph
    let found = try #require(SpectralStart.vectors(of: graph, seed: 1))
    for axis in 0..<2 {
        let along = (0..<40).reduce(0.0) { $0 + Double(found[2 * $1 + axis]) * golden.spectral[2 * $1 + axis] }
        #expect(abs(abs(along) - 1) < 1e-4)
    }
    // Two parts that no edge joins have no such start.
    let parts = WeightedGraph(
        bounds: [0, 1, 2, 3, 4, 5, 6], columns: [1, 0, 3, 2, 5, 4], weights: Array(repeating: 1, count: 6))
    #expect(SpectralStart.vectors(of: parts, seed: 1) == nil)
}

@Test(arguments: [(SimilarityMetric.euclidean, 0.9807), (.cosine, 0.9954)])
func aMapIsAsTrueAsUmapLearns(metric: SimilarityMetric, wanted: Double) throws {
    let vectors = MapGolden.sheets()
    var options = UMAP.Options()
    options.metric = metric
    let map = try UMAP.fit(vectors, width: 64, options)
    #expect(map.recall == 1)
    let alone = try UMAP.fit(vectors, width: 64, options, threads: .one)
    #expect(map.places == alone.places)
    let normalised =
        metric == .euclidean
        ? vectors
        : stride(from: 0, to: vectors.count, by: 64).flatMap { start -> [Float] in
            let own = vectors[start..<(start + 64)]
            let length = own.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return own.map { $0 / length }
        }
    #expect(trustworthiness(normalised, width: 64, places: map.places, k: 15) > wanted - 0.005)
    // New points come to where their likes are: here, to themselves.
    let again = try map.place(Array(vectors.prefix(64 * 100)))
    let moved = (0..<100).map { point -> Float in
        let (x, y) = (again[2 * point] - map.places[2 * point], again[2 * point + 1] - map.places[2 * point + 1])
        return (x * x + y * y).squareRoot()
    }
    #expect(moved.sorted()[50] < 0.5)
}

@Test func approximateNeighboursAreNearlyAllAndTheSameForAnyNumberOfThreads() throws {
    let vectors = MapGolden.sheets()
    let (exact, found, alone) = vectors.withUnsafeBufferPointer { vectors in
        (
            NeighbourLists.exact(vectors, width: 64, k: 14),
            NeighbourLists.approximate(vectors, width: 64, k: 14, seed: 3),
            NeighbourLists.approximate(vectors, width: 64, k: 14, seed: 3, threads: .one)
        )
    }
    #expect(found.rows == alone.rows)
    #expect(found.squares == alone.squares)
    let hits = (0..<found.count).reduce(0) { sum, row in
        let place = (row * 14)..<((row + 1) * 14)
        return sum + Set(exact.rows[place]).intersection(found.rows[place]).count
    }
    #expect(Double(hits) / Double(exact.rows.count) > 0.99)
}

@Test func equalVectorsHaveAMapAndTooFewHaveNone() throws {
    let map = try UMAP.fit([Float](repeating: 1, count: 3 * 40), width: 3, UMAP.Options())
    #expect(map.places.allSatisfy { $0.isFinite })
    var options = UMAP.Options()
    options.isExact = false
    let approximate = try UMAP.fit([Float](repeating: 1, count: 3 * 400), width: 3, options)
    #expect(approximate.places.allSatisfy { $0.isFinite })
    #expect(throws: EmbeddingError.tooFew(found: 3, needed: 4)) { try UMAP.fit([1, 2, 3], width: 1, UMAP.Options()) }
    #expect(throws: EmbeddingError.notFinite(row: 1)) {
        try UMAP.fit([1, .nan, 3, 4, 5], width: 1, UMAP.Options())
    }
}
