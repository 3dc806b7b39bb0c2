import ZooKernels

extension IALSModel: Explains {
    /// One term for each item of the history; without one, the vector of the person's row is the only term.
    ///
    /// With A the matrix of the person's normal equations, the score of item q is `sum c (q . inverse of A . b)` over the items b
    /// of the history: each term is the item's similarity to q in this person's eyes, times its confidence.
    /// - Source: Hu, Koren & Volinsky 2008, section 5
    package func explanations(of items: [Int], for history: UserHistory) -> [Explanation] {
        guard history.isKnown else { return vocabulary.popularityExplanations(of: items) }
        let (factors, vectors) = (configuration.factors, itemVectors)
        func vector(_ item: Int) -> [Double] { vectors[item * factors..<(item + 1) * factors].map(Double.init) }
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        guard !history.ratings.isEmpty else {
            let taste = self.vector(for: history).map(Double.init)
            return items.map {
                Explanation(item: $0, terms: [.init(source: .learnedTaste, amount: dot(taste, vector($0)))])
            }
        }
        let confidence = configuration.confidences(on: scale)
        let rated = history.ratings.map { rated in
            (item: rated.item, confidence: Double(confidence?(rated.rating) ?? 1), vector: vector(rated.item))
        }
        var matrix = vectors.withUnsafeBufferPointer {
            columnProducts($0, width: factors, centring: .none).products.map {
                Double(configuration.w0) * $0
            }
        }
        for (_, confidence, vector) in rated {
            for f in 0..<factors {
                for g in 0...f { matrix[f * factors + g] += confidence * vector[f] * vector[g] }
            }
        }
        let penalty = Double(configuration.penalty(count: rated.count, others: vocabulary.itemKeys.count))
        for f in 0..<factors { matrix[f * factors + f] += penalty }
        let factor = CholeskyFactor(lowerTriangleOf: matrix, size: factors)
        return items.map { item in
            let solved = factor.solve(vector(item))
            let terms = rated.map {
                Explanation.Term(source: .ratedItem($0.item), amount: $0.confidence * dot(solved, $0.vector))
            }
            return Explanation(item: item, terms: terms.sorted { abs($0.amount) > abs($1.amount) })
        }
    }
}
