import Testing
import ZooEmbeddings
import ZooKernels

/// Vectors in 40 groups, as embeddings lie: a group's middle and some noise; a zero vector and two equal ones among them.
private func grouped(_ count: Int, width: Int, seed: UInt64 = 1) -> [Float] {
    var generator = RandomGenerator(seed: seed)
    let middles = (0..<40 * width).map { _ -> Float in generator.normal() }
    var vectors = (0..<count * width).map { place -> Float in
        middles[place / width % 40 * width + place % width] + 0.7 * generator.normal()
    }
    for column in 0..<width {
        vectors[5 * width + column] = 0
        vectors[9 * width + column] = vectors[8 * width + column]
    }
    return vectors
}

@Test(arguments: [(3000, 48), (70, 3), (1, 5), (2000, 128)])
func theSearchOf8BitsFindsWhatTheExactOneFinds(count: Int, width: Int) {
    let vectors = grouped(max(count, 10), width: width)
    let (quantized, exact) = (
        QuantizedIndex(vectors: vectors, width: width),
        NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
    )
    for row in stride(from: 0, to: max(count, 10), by: max(1, count / 20)) {
        let query = Array(vectors[row * width..<(row + 1) * width])
        for threads in [ThreadCount.one, .all] {
            let found = quantized.nearest(to: query, count: 7, excluding: [row], threads: threads)
            #expect(found == exact.nearest(to: query, count: 7, excluding: [row]))
        }
    }
    #expect(quantized.nearest(to: Array(repeating: .nan, count: width), count: 3).count <= max(count, 10))
    #expect(quantized.nearest(to: Array(vectors.prefix(width)), count: 0).isEmpty)
}

@Test(arguments: [false, true]) func anIndexFindsTheShareThatItSays(isBinary: Bool) {
    let (width, count) = (32, 4000)
    let vectors = grouped(count, width: width)
    var recipe = VectorIndex.Recipe()
    recipe.queries = 100
    recipe.isBinary = isBinary
    let index = VectorIndex(vectors, width: width, recipe: recipe)
    #expect(index.recall >= 0.95 && index.queries == 100 && index.probes < index.lists / 2)
    let exact = NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
    var hits = 0
    for row in 0..<100 {
        let query = Array(vectors[row * width..<(row + 1) * width])
        let candidates = Set(index.candidates(for: query, count: 10))
        hits += exact.nearest(to: query, count: 10).count { candidates.contains($0.row) }
    }
    #expect(hits >= 930)
    if isBinary { #expect(index.factor > 2) }
    // All lists: everything that is near is found.
    recipe.recall = 1
    #expect(VectorIndex(vectors, width: width, recipe: recipe).recall > 0.999)
}

@Test(arguments: [false, true]) func moreThanTenAreFoundAsWell(isBinary: Bool) {
    let (width, count) = (32, 6000)
    let vectors = grouped(count, width: width)
    var recipe = VectorIndex.Recipe()
    (recipe.queries, recipe.isBinary) = (100, isBinary)
    let index = VectorIndex(vectors, width: width, recipe: recipe)
    let exact = NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
    for asked in [50, 100, 300] {
        #expect(VectorIndex.isFor(asked, of: count))
        var hits = 0
        for row in 0..<40 {
            let query = Array(vectors[row * width..<(row + 1) * width])
            let candidates = Set(index.candidates(for: query, count: asked))
            #expect(candidates.count >= asked)
            hits += exact.nearest(to: query, count: asked).count { candidates.contains($0.row) }
        }
        #expect(Double(hits) >= recipe.recall * Double(40 * asked), "\(asked): \(hits)")
    }
    #expect(!VectorIndex.isFor(301, of: count) && !VectorIndex.isFor(1001, of: 1 << 30) && VectorIndex.isFor(10, of: 2))
    // However few lists are read for ten, there are as many candidates as are asked for.
    recipe.recall = 0.01
    let coarse = VectorIndex(vectors, width: width, recipe: recipe)
    #expect(coarse.candidates(for: Array(vectors.prefix(width)), count: 6000).count == 6000)
}

@Test(arguments: [false, true]) func anIndexIsTheSameWithAnyNumberOfThreads(isBinary: Bool) {
    let vectors = grouped(2000, width: 20)
    var recipe = VectorIndex.Recipe()
    recipe.isBinary = isBinary
    let (one, all) = (
        VectorIndex(vectors, width: 20, recipe: recipe, threads: .one),
        VectorIndex(vectors, width: 20, recipe: recipe, threads: .all)
    )
    #expect(one.centroids == all.centroids && one.rows == all.rows && one.codes == all.codes)
    #expect(one.probes == all.probes && one.recall == all.recall && one.bounds == all.bounds)
    #expect(one.rows.sorted() == (0..<2000).map(Int32.init))
}

@Test(arguments: [1, 2, 9]) func anIndexOfFewVectorsIsOne(count: Int) {
    let index = VectorIndex(Array(grouped(10, width: 3).prefix(count * 3)), width: 3)
    #expect(index.candidates(for: [1, 0, 0], count: 20).count <= count && index.lists >= 1)
}
