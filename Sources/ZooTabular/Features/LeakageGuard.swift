/// Finds columns that give the target away: equal to it, a linear function of it, or its values by other names.
struct LeakageGuard {
    private struct Pairs {
        var forward: [UInt64: UInt64] = [:]
        var back: [UInt64: UInt64] = [:]
        var isEqual = true
        var rows = 0
        /// Whether nothing speaks against a relabelling yet.
        var isOpen = true
    }

    /// So many different values are compared; a column with more is only compared for equality.
    private static let limit = 100_000
    /// Fewer rows prove nothing.
    private static let enoughRows = 5
    private var columns: [Pairs]

    init(columnCount: Int) { columns = Array(repeating: Pairs(), count: columnCount) }

    /// Compares the columns of some rows with the target's values.
    mutating func add(_ block: RowBlock, rows: [Int], target: ColumnValues, skipping: Set<Int>) {
        let targetKeys = target.keys
        for index in columns.indices where !skipping.contains(index) {
            guard columns[index].isOpen || columns[index].isEqual else { continue }
            compare(&columns[index], block.columns[index].keys, targetKeys, rows)
        }
    }

    private func compare(_ pairs: inout Pairs, _ keys: [UInt64?], _ targets: [UInt64?], _ rows: [Int]) {
        for row in rows {
            guard let target = targets[row] else { continue }
            guard let key = keys[row] else {
                // A missing value where the target has one: neither equal nor a relabelling.
                pairs.isEqual = false
                pairs.isOpen = false
                return
            }
            pairs.rows += 1
            if key != target { pairs.isEqual = false }
            if pairs.isOpen {
                let known = pairs.forward[key]
                let knownBack = pairs.back[target]
                if known == nil, knownBack == nil {
                    pairs.forward[key] = target
                    pairs.back[target] = key
                    if pairs.forward.count > Self.limit { pairs.isOpen = false }
                } else if known != target || knownBack != key {
                    pairs.isOpen = false
                }
            }
            guard pairs.isOpen || pairs.isEqual else {
                pairs.forward = [:]
                pairs.back = [:]
                return
            }
        }
    }

    /// How a column gives the target away; nil where it does not.
    func verdict(_ index: Int, correlation: Double?) -> String? {
        let pairs = columns[index]
        let different = pairs.forward.count
        if pairs.isEqual, pairs.rows >= Self.enoughRows, different != 1 { return "it is equal to it" }
        // Values that come but once can be paired with anything: only repeated pairs are evidence.
        if pairs.isOpen, different > 1, pairs.rows >= max(Self.enoughRows, 2 * different) {
            return "its values are the target's by other names"
        }
        if let correlation, abs(correlation) > 1 - 1e-12 { return "it is a linear function of it" }
        return nil
    }
}

extension ColumnValues {
    /// A key of each value; equal keys, equal values. Nil where a value is missing.
    fileprivate var keys: [UInt64?] {
        switch self {
        case .numbers(let values): return values.map { $0.isNaN ? nil : ($0 + 0).bitPattern }
        case .texts(let codes, let dictionary):
            let keys = dictionary.entries.map { UInt64(bitPattern: Int64($0.hashValue)) }
            return codes.map { $0 < 0 ? nil : keys[Int($0)] }
        }
    }
}
