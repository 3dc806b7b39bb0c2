/// Which rows of a parameter missed steps, and what those steps amount to.
struct PendingRows {
    /// Missed steps after which every row is to be brought up to date, so that the table stays short.
    static let limit = 256

    // Entry t: what a row misses that was up to date after step t, counted since all rows were.
    private(set) var missed: [PendingUpdate]
    // The t of each row.
    private(set) var upToDateAt: [Int32]

    init(rowCount: Int, rule: any UpdateRule) {
        missed = [rule.nonePending]
        upToDateAt = Array(repeating: 0, count: rowCount)
    }

    init(missed: [PendingUpdate], upToDateAt: [Int32]) {
        self.missed = missed
        self.upToDateAt = upToDateAt
    }

    var hasMissed: Bool { missed.count > 1 }

    var isFull: Bool { missed.count > Self.limit }

    /// Notes a step that touched the rows of `indices`, which were up to date before it, and left out the others.
    mutating func add(_ step: UpdateStep, rule: any UpdateRule, touching indices: UnsafeBufferPointer<Int32>) {
        rule.advance(&missed, step: step)
        missed.append(rule.nonePending)
        let now = Int32(missed.count - 1)
        for index in indices { upToDateAt[Int(index)] = now }
    }

    /// Visits the rows of `indices` with pending updates, each once, and counts them as up to date.
    @inline(__always)
    mutating func apply(_ indices: UnsafeBufferPointer<Int32>, _ body: (_ row: Int, _ missed: PendingUpdate) -> Void) {
        let now = Int32(missed.count - 1)
        for index in indices {
            let row = Int(index)
            let last = upToDateAt[row]
            guard last != now else { continue }
            upToDateAt[row] = now
            let pending = missed[Int(last)]
            if pending != missed[Int(now)] { body(row, pending) }
        }
    }

    /// Visits every row with a pending update, and starts to count from 0.
    @inline(__always)
    mutating func applyAll(_ body: (_ row: Int, _ missed: PendingUpdate) -> Void) {
        let now = missed.count - 1
        guard now > 0 else { return }
        for row in upToDateAt.indices {
            let pending = missed[Int(upToDateAt[row])]
            if pending != missed[now] { body(row, pending) }
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
