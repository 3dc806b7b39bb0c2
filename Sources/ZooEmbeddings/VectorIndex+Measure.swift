import ZooKernels

extension VectorIndex {
    /// Chooses how many lists are read and how many candidates are measured, by the nearest of some rows, and measures what that finds.
    ///
    /// What is lost goes half to lists that are not read and half to candidates that are not measured, where a bit is left of a number.
    mutating func measure(
        _ vectors: [Float], _ listOfRow: [Int32], _ recipe: Recipe, using generator: inout RandomGenerator,
        _ threads: ThreadCount
    ) {
        let width = width
        let asked = Self.choose(min(listOfRow.count, recipe.queries), of: listOfRow.count, using: &generator)
        let asking = asked.map { Array(vectors[$0 * width..<($0 + 1) * width]) }
        let exact = NeighbourIndex(vectors: vectors, width: width, metric: .cosine)
        let nearest = zip(asked, exact.nearest(toEach: asking.flatMap { $0 }, count: 11, threads: threads)).map {
            row, found in found.map(\.row).filter { $0 != row }.prefix(10)
        }
        let total = nearest.reduce(0) { $0 + $1.count }
        guard total > 0 else { return }
        // How many lists have to be read until a neighbour's is among them.
        var needed: [Int] = []
        for (query, rows) in zip(asking, nearest) {
            var rank = [Int](repeating: 0, count: lists)
            for (place, list) in order(of: query, count: lists).enumerated() { rank[list] = place + 1 }
            needed += rows.map { rank[Int(listOfRow[$0])] }
        }
        func least(_ needed: [Int], for share: Double) -> Int {
            needed.sorted()[min(needed.count, max(1, Int((share * Double(total)).rounded(.up)))) - 1]
        }
        probes = least(needed, for: recipe.isBinary ? (1 + recipe.recall) / 2 : recipe.recall)
        if recipe.isBinary {
            // How many candidates come before a neighbour.
            let ranks = zip(asking, nearest).flatMap { query, rows in
                let wanted = Set(rows)
                return candidates(
                    for: query, in: read(for: query, count: 10, holding: 0), atMost: listOfRow.count
                ).enumerated()
                    .compactMap { wanted.contains($1) ? $0 + 1 : nil }
            }
            factor = max(2, (least(ranks, for: recipe.recall) + 10) / 11)
        }
        let hits = zip(zip(asked, asking), nearest).reduce(0) { sum, query in
            let candidates = self.candidates(for: query.0.1, count: 11)
            let best = UnitVectors.measured(candidates, query.0.1, count: 11, vectors: vectors, width: width)
            return sum + Set(best.map(\.row)).subtracting([query.0.0]).intersection(query.1).count
        }
        (recall, queries) = (Double(hits) / Double(total), asked.count)
        let entries = asking.flatMap { read(for: $0, count: 10, holding: 0) }.reduce(0) { $0 + $1.count }
        share = Double(entries) / Double(asked.count * listOfRow.count)
    }
}
