/// The items of the highest scores.
enum TopItems {
    /// The `count` items with the highest scores, ties by the lower row; never one whose score is -infinity.
    static func best(
        _ count: Int, of scores: UnsafeBufferPointer<Float>, isExcluded: (Int) -> Bool = { _ in false }
    ) -> [ScoredItem] {
        guard count > 0 else { return [] }
        // Sorting everything pays for long lists only.
        if count > 200 {
            let candidates = scores.indices.filter { scores[$0] > -.infinity && !isExcluded($0) }
            let sorted = candidates.sorted { scores[$0] != scores[$1] ? scores[$0] > scores[$1] : $0 < $1 }
            return sorted.prefix(count).map { ScoredItem(item: $0, score: scores[$0]) }
        }
        var best: [ScoredItem] = []
        best.reserveCapacity(count)
        var least = -Float.infinity
        for item in 0..<scores.count {
            let score = scores[item]
            guard score > least, !isExcluded(item) else { continue }
            if best.count == count { best.removeLast() }
            // Behind those of the same score, whose rows are lower.
            let place = best.lastIndex { $0.score >= score }.map { $0 + 1 } ?? 0
            best.insert(ScoredItem(item: item, score: score), at: place)
            if best.count == count { least = best[count - 1].score }
        }
        return best
    }
}
