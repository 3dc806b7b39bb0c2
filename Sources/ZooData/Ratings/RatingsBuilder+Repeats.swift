extension RatingsBuilder {
    /// Settles what is kept of each pair of user and item that occurs more than once.
    ///
    /// - Parameter order: all rows, by their keys, then as they stand in the file
    mutating func withoutRepeats(_ order: [Int], _ keys: [UInt64]) throws -> [Int] {
        var kept: [Int] = []
        kept.reserveCapacity(order.count)
        var dropped: [(row: Int, kept: Int)] = []
        var start = 0
        while start < order.count {
            var end = start + 1
            while end < order.count, keys[order[end]] == keys[order[start]] { end += 1 }
            if end - start == 1 {
                kept.append(order[start])
            } else {
                let row = keep(of: order[start..<end])
                kept.append(row)
                dropped += order[start..<end].filter { $0 != row }.map { ($0, row) }
            }
            start = end
        }
        try report(dropped)
        return kept
    }

    /// The row that is kept of several of one pair; for means and sums it takes the others in.
    private mutating func keep(of rows: ArraySlice<Int>) -> Int {
        func time(_ row: Int) -> Int64 { timestamps.isEmpty ? 0 : timestamps[row] }
        let inOrder = rows.sorted { (time($0), $0) < (time($1), $1) }
        let last = inOrder[inOrder.count - 1]
        switch repeated.rule {
        case .last, .refuse: return last
        case .first: return inOrder[0]
        case .mean, .sum:
            let sum = rows.reduce(0) { $0 + ratings[$1] }
            ratings[last] = repeated.rule == .sum ? sum : sum / Double(rows.count)
            return last
        }
    }

    private mutating func report(_ dropped: [(row: Int, kept: Int)]) throws {
        func bad(_ row: Int, _ text: String) -> BadRow {
            BadRow(file: file, line: Int(lines[row]), column: nil, reason: text)
        }
        func pair(_ row: Int) -> String {
            "user '\(users.keys[Int(userColumn[row])])' rated item '\(items.keys[Int(itemColumn[row])])'"
        }
        guard repeated.rule == .refuse else {
            repeated.count = dropped.count
            let verb =
                repeated.rule == .sum ? "is added to" : repeated.rule == .mean ? "is averaged with" : "gives way to"
            repeated.listed = dropped.sorted { $0.row < $1.row }.prefix(20).map {
                bad($0.row, "\(pair($0.row)) on line \(lines[$0.kept]) too: this row \(verb) that one")
            }
            return
        }
        // Without skipping, the first that comes is the error, and it is the later of two.
        let isSkipping = badRows.isSkipping
        for (row, kept) in dropped.sorted(by: { max($0.row, $0.kept) < max($1.row, $1.kept) }) {
            let (named, other) = isSkipping ? (row, kept) : (max(row, kept), min(row, kept))
            try badRows.report(bad(named, "\(pair(named)) on line \(lines[other]) \(isSkipping ? "too" : "already")"))
        }
    }
}
