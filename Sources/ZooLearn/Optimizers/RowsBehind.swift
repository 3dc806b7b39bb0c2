/// Which rows of a parameter missed steps, and what those steps amount to.
struct RowsBehind {
    /// Missed steps after which every row is to be brought up to date, so that the table stays short.
    static let limit = 256

    // Entry t: what a row misses that was up to date after step t, counted since all rows were.
    private(set) var missed: [Idle]
    // The t of each row.
    private(set) var upToDateAt: [Int32]

    init(rowCount: Int, rule: any UpdateRule) {
        missed = [rule.nothingMissed]
        upToDateAt = Array(repeating: 0, count: rowCount)
    }

    init(missed: [Idle], upToDateAt: [Int32]) {
        self.missed = missed
        self.upToDateAt = upToDateAt
    }

    var hasMissed: Bool { missed.count > 1 }

    var isFull: Bool { missed.count > Self.limit }

    /// Notes a step that touched the rows of `indices`, which were up to date before it, and left out the others.
    mutating func add(_ step: UpdateStep, rule: any UpdateRule, touching indices: UnsafeBufferPointer<Int32>) {
        rule.advance(&missed, step: step)
        missed.append(rule.nothingMissed)
        let now = Int32(missed.count - 1)
        for index in indices { upToDateAt[Int(index)] = now }
    }

    /// Visits the rows of `indices` that are behind, each once, and counts them as up to date.
    @inline(__always)
    mutating func catchUp(_ indices: UnsafeBufferPointer<Int32>, _ body: (_ row: Int, _ missed: Idle) -> Void) {
        let now = Int32(missed.count - 1)
        for index in indices {
            let row = Int(index)
            let last = upToDateAt[row]
            guard last != now else { continue }
            upToDateAt[row] = now
            let idle = missed[Int(last)]
            if idle != missed[Int(now)] { body(row, idle) }
        }
    }

    /// Visits every row that is behind, and starts to count from 0.
    @inline(__always)
    mutating func catchUpAll(_ body: (_ row: Int, _ missed: Idle) -> Void) {
        let now = missed.count - 1
        guard now > 0 else { return }
        for row in upToDateAt.indices {
            let idle = missed[Int(upToDateAt[row])]
            if idle != missed[now] { body(row, idle) }
            upToDateAt[row] = 0
        }
        missed.removeSubrange(..<now)
    }

    /// Counts every row as up to date.
    mutating func reset() {
        missed.removeSubrange(..<(missed.count - 1))
        for row in upToDateAt.indices { upToDateAt[row] = 0 }
    }
}
