import Testing
import ZooEmbeddings
import ZooKernels

@Test func neighboursLeaveTheEntryItselfOut() throws {
    let table = try filmTable()
    let cosine = table.neighbours(of: 0, count: 2, metric: .cosine)
    #expect(cosine.map(\.row) == [1, 5])
    #expect(abs((cosine.last?.value ?? .nan) - 0.70710678) < 1e-6)
    let dot = table.neighbours(of: 0, count: 2, metric: .dot)
    #expect(dot.map(\.row) == [5, 1])
    #expect(dot.map(\.value) == [3, 2])
    let near = table.neighbours(of: 0, count: 2, metric: .euclidean)
    #expect(near.map(\.row) == [6, 1])
    #expect(near.first?.value == 1)
    #expect(near.first?.label == "Nineteen Eighty-Four (1984)")
    #expect(table.neighbours(of: 0, count: 100).count == 6)
    #expect(table.neighbours(of: 0, count: 0).isEmpty)
}

@Test func zeroVectorsHaveCosineZero() throws {
    let all = try filmTable().neighbours(of: 6, count: 10, metric: .cosine)
    #expect(all.map(\.value).allSatisfy { $0 == 0 })
    #expect(all.map(\.row) == [0, 1, 2, 3, 4, 5])
}

@Test func analogiesAddTheDifferenceAndLeaveTheThreeOut() throws {
    // man, woman, king, queen on two axes, and noise
    let table = try EmbeddingTable(
        keys: ["man", "woman", "king", "queen", "apple"], labels: ["man", "woman", "king", "queen", "apple"],
        vectors: [1, 0, 1, 0, 1, 1, 1, 0, 6, 1, 1, 5, 0, 0, -1], width: 3)
    for metric in SimilarityMetric.allCases {
        let answer = table.analogy(0, isTo: 1, as: 2, count: 5, metric: metric)
        #expect(answer.first?.key == "queen")
        #expect(answer.map(\.row).sorted() == [3, 4])
    }
}

@Test func equalVectorsComeLowestFirst() {
    let vectors = [Float](repeating: 0.1, count: 50 * 40)
    for metric in SimilarityMetric.allCases {
        let index = NeighbourIndex(vectors: vectors, width: 50, metric: metric)
        let found = index.nearest(to: Array(vectors.prefix(50)), count: 5, excluding: [1])
        #expect(index.nearest(to: Array(vectors.prefix(50)), count: .max, excluding: [1]).count == index.count - 1)
        #expect(found.map(\.row) == [0, 2, 3, 4, 5])
        #expect(
            index.nearest(toEach: Array(vectors.prefix(100)), count: 3).map { $0.map(\.row) } == [
                [0, 1, 2], [0, 1, 2],
            ])
    }
}

@Test func oneByOneAndTogetherAgree() {
    var generator = RandomGenerator(seed: 31)
    let (width, rows) = (20, 3000)
    let vectors: [Float] = (0..<(rows * width)).map { _ in generator.uniform() - 0.5 }
    for metric in SimilarityMetric.allCases {
        let index = NeighbourIndex(vectors: vectors, width: width, metric: metric)
        let together = index.nearest(toEach: Array(vectors.prefix(50 * width)), count: 10)
        for query in 0..<50 {
            let one = index.nearest(to: Array(vectors[(query * width)..<((query + 1) * width)]), count: 10)
            #expect(one == together[query])
            if metric != .dot { #expect(one[0].row == query) }
        }
    }
}

@Test func closeVectorsFarFromTheOriginKeepTheirDistances() {
    // |x|^2 - 2 x.q + |q|^2 would lose these distances in Float32.
    let vectors: [Float] = (0..<64).flatMap { [Float(10_000 + $0), 10_000, 10_000] }
    let index = NeighbourIndex(vectors: vectors, width: 3, metric: .euclidean)
    let found = index.nearest(toEach: [10_003, 10_000, 10_000], count: 3)[0]
    #expect(found.map(\.row) == [3, 2, 4])
    #expect(found.map(\.value) == [0, 1, 1])
}
