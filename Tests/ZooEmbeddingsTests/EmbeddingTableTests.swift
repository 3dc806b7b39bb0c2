import Testing
import ZooEmbeddings

func filmTable(counts: [Int]? = [50, 60, 90, 20, 5, 200, 3]) throws -> EmbeddingTable {
    try EmbeddingTable(
        keys: ["1", "2", "3", "4", "5", "6", "1984"],
        labels: [
            "Batman Returns (1992)", "Batman (1989)", "Batman Forever (1995)", "Amélie (2001)", "Matrix, The (1999)",
            "All about Batman (1999)", "Nineteen Eighty-Four (1984)",
        ],
        vectors: [1, 0, 2, 0.1, 0, 1, -1, 0, 0, 3, 3, 3, 0, 0], width: 2,
        biases: [0.1, -0.4, 0.3, -0.4, -2, .nan, 0], counts: counts, means: [3, 2, 4, 2, 1, 3, 3])
}

@Test func columnsOfAnotherLengthAreRefused() {
    #expect(throws: EmbeddingError.sizeMismatch(column: "vectors", expected: 4, found: 3)) {
        try EmbeddingTable(keys: ["a", "b"], labels: ["A", "B"], vectors: [1, 2, 3], width: 2)
    }
    #expect(throws: EmbeddingError.sizeMismatch(column: "labels", expected: 1, found: 0)) {
        try EmbeddingTable(keys: ["a"], labels: [], vectors: [1], width: 1)
    }
    #expect(throws: EmbeddingError.sizeMismatch(column: "width", expected: 1, found: 0)) {
        try EmbeddingTable(keys: [], labels: [], vectors: [], width: 0)
    }
    #expect(throws: EmbeddingError.sizeMismatch(column: "counts", expected: 1, found: 2)) {
        try EmbeddingTable(keys: ["a"], labels: ["A"], vectors: [1], width: 1, counts: [1, 2])
    }
}
