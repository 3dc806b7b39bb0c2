/// Learns the merges of byte-pair encoding from the words of a text.
///
/// Every distinct word is kept once with its count, and every pair with the words that it is in: a merge visits those
/// words only. Pairs wait in a heap by their counts; one whose count has changed since is put back with the new count.
struct BytePairTraining {
    private typealias Pair = BytePairTokenizer.Pair
    private let minimumFrequency: Int
    private var counts: [ArraySlice<UInt8>: Int] = [:]

    init(minimumFrequency: Int) { self.minimumFrequency = minimumFrequency }

    /// Counts the words of a text.
    mutating func add(_ text: String) {
        for piece in BytePieces(Array(text.utf8)) {
            if counts[piece] != nil { counts[piece, default: 0] += 1 } else { counts[ArraySlice(Array(piece))] = 1 }
        }
    }

    /// The first `most` merges. The order in which words came does not matter.
    func merges(_ most: Int) -> [BytePairTokenizer.Pair] {
        var words: [(tokens: [Int32], count: Int)] = counts.map { (tokens: $0.key.map { Int32($0) }, count: $0.value) }
        var pairCounts: [Pair: Int] = [:]
        var places: [Pair: Set<Int>] = [:]
        for (index, word) in words.enumerated() {
            for pair in Self.pairs(of: word.tokens) {
                pairCounts[pair, default: 0] += word.count
                places[pair, default: []].insert(index)
            }
        }
        var heap = PairHeap(pairCounts.map { PairHeap.Entry(pair: $0.key, count: $0.value) })
        var merges: [Pair] = []
        var bytes = (0..<256).map { [UInt8($0)] }
        var known = Set(bytes)
        while merges.count < most, let top = heap.pop() {
            let count = pairCounts[top.pair] ?? 0
            if count != top.count {
                if count > 0 { heap.push(PairHeap.Entry(pair: top.pair, count: count)) }
                continue
            }
            guard count >= minimumFrequency else { break }
            // Two ways to the same bytes would make two tokens of one name.
            let merge = bytes[Int(top.pair.left)] + bytes[Int(top.pair.right)]
            guard known.insert(merge).inserted else { continue }
            let token = Int32(256 + merges.count)
            merges.append(top.pair)
            bytes.append(merge)
            var risen: Set<Pair> = []
            for index in places.removeValue(forKey: top.pair) ?? [] {
                let word = words[index]
                let merged = top.pair.replaced(in: word.tokens, by: token)
                guard merged.count < word.tokens.count else { continue }  // an earlier merge took it
                for pair in Self.pairs(of: word.tokens) { pairCounts[pair, default: 0] -= word.count }
                for pair in Self.pairs(of: merged) {
                    pairCounts[pair, default: 0] += word.count
                    if pair.left == token || pair.right == token {
                        places[pair, default: []].insert(index)
                        risen.insert(pair)
                    }
                }
                words[index].tokens = merged
            }
            pairCounts[top.pair] = nil
            for pair in risen { heap.push(PairHeap.Entry(pair: pair, count: pairCounts[pair] ?? 0)) }
        }
        return merges
    }

    private static func pairs(of tokens: [Int32]) -> some Sequence<BytePairTokenizer.Pair> {
        zip(tokens, tokens.dropFirst()).lazy.map { Pair(left: $0, right: $1) }
    }
}

/// Pairs, the most frequent on top; of equally frequent ones that with the lower tokens.
private struct PairHeap {
    struct Entry {
        let pair: BytePairTokenizer.Pair
        let count: Int

        func precedes(_ other: Entry) -> Bool {
            if count != other.count { return count > other.count }
            return (pair.left, pair.right) < (other.pair.left, other.pair.right)
        }
    }

    private var entries: [Entry]

    init(_ entries: [Entry]) { self.entries = entries.sorted { $0.precedes($1) } }  // sorted is a heap

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, entries[child].precedes(entries[(child - 1) / 2]) {
            entries.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func pop() -> Entry? {
        guard let top = entries.first, let last = entries.popLast() else { return nil }
        guard !entries.isEmpty else { return top }
        entries[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < entries.count && entries[child].precedes(entries[best]) {
                best = child
            }
            if best == parent { return top }
            entries.swapAt(parent, best)
            parent = best
        }
    }
}
