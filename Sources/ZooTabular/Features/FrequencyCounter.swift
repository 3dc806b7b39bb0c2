/// Counts how often values come, in bounded memory: where there are too many different ones, the rarest are forgotten.
///
/// - Source: Manku & Motwani 2002, "Approximate Frequency Counts over Data Streams": when the table is full, everything
///   that was counted once since the last time is dropped, and every count is at most that number of times too high.
package struct FrequencyCounter<Key: Hashable> {
    /// Counts by value.
    package private(set) var counts: [Key: Int] = [:]
    /// Whether values were forgotten.
    package private(set) var isLossy = false
    private let capacity: Int
    private var floor = 0

    package init(capacity: Int) { self.capacity = capacity }

    package mutating func add(_ key: Key, _ count: Int = 1) {
        counts[key, default: floor] += count
        guard counts.count > capacity else { return }
        isLossy = true
        // Halving in one go keeps the cost of a value constant.
        while counts.count > capacity / 2 {
            floor += 1
            let limit = floor
            counts = counts.filter { $0.value > limit }
        }
    }
}

/// A sample of numbers in which each had the same chance to be (Vitter 1985, Algorithm R).
struct Reservoir {
    private(set) var values: [Double] = []
    private let capacity: Int
    private var seen = 0
    private var state: UInt64 = 0x9e37_79b9_7f4a_7c15

    init(capacity: Int) { self.capacity = capacity }

    mutating func add(_ value: Double) {
        seen += 1
        guard values.count == capacity else { return values.append(value) }
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        let place = Int(state % UInt64(seen))
        if place < capacity { values[place] = value }
    }

    /// The middle of the sample: exact while nothing had to be left out.
    var median: Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
