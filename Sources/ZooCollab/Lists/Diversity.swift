/// Lists of items that are less alike, by maximal marginal relevance.
///
/// An item at a time is taken: the one with the most `(1 - x) relevance - x similarity`. The relevance is the item's score, from
/// 0 for the least to 1 for the best among the candidates; the similarity is the largest cosine between the vectors of the item
/// and of those taken before.
/// - Source: Carbonell & Goldstein 1998, "The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing
///   Summaries"
package struct Diversity: Sendable {
    /// x: 0 is the order of the scores, 1 takes no account of them after the first item.
    private let weight: Float
    /// Of length 1 or 0, [items, width].
    private let vectors: [Float]
    private let width: Int

    /// - Parameter weight: x, 0 ... 1
    /// - Parameter unrated: the model with items that it was not trained on, where lists name some
    /// - Returns: nil for a model without vectors of items
    package init?(_ weight: Double, of model: any StoredRecommender, unrated: UnratedItems? = nil) {
        precondition((0...1).contains(weight), "diversity: \(weight) is not from 0 to 1")
        guard let embeddings = model.vectors else { return nil }
        self.weight = Float(weight)
        width = embeddings.width
        let items = unrated?.vectors(embeddings.items, width: embeddings.width) ?? embeddings.items
        vectors = Self.normalized(items, width)
    }

    private static func normalized(_ vectors: [Float], _ width: Int) -> [Float] {
        var vectors = vectors
        for start in stride(from: 0, to: vectors.count, by: max(1, width)) {
            let length = vectors[start..<start + width].reduce(0) { $0 + $1 * $1 }.squareRoot()
            guard length > 0 else { continue }
            for place in start..<start + width { vectors[place] /= length }
        }
        return vectors
    }

    /// How many of the best items are candidates for a list of `count`.
    package func poolSize(for count: Int) -> Int { max(100, 10 * count) }

    /// Takes `count` of the candidates, which come in the order of their scores and keep those.
    package func reordered(_ candidates: [ScoredItem], count: Int) -> [ScoredItem] {
        guard weight > 0, let first = candidates.first, let last = candidates.last else {
            return Array(candidates.prefix(count))
        }
        let span = max(first.score - last.score, .leastNormalMagnitude)
        var left = candidates.map { (item: $0, relevance: ($0.score - last.score) / span, similarity: -Float.infinity) }
        var list: [ScoredItem] = []
        while list.count < count, !left.isEmpty {
            var (best, most) = (0, -Float.infinity)
            for index in left.indices {
                let similarity = list.isEmpty ? 0 : left[index].similarity
                let value = (1 - weight) * left[index].relevance - weight * similarity
                if value > most { (best, most) = (index, value) }
            }
            let taken = left.remove(at: best).item
            list.append(taken)
            for index in left.indices {
                left[index].similarity = max(left[index].similarity, cosine(left[index].item.item, taken.item))
            }
        }
        return list
    }

    private func cosine(_ a: Int, _ b: Int) -> Float {
        vectors.withUnsafeBufferPointer { vectors in
            var sum: Float = 0
            for place in 0..<width { sum += vectors[a * width + place] * vectors[b * width + place] }
            return sum
        }
    }
}
