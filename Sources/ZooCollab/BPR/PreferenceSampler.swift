import ZooKernels

/// Draws preferences: a rating of the training part, and an item that the same person did not rate, both uniformly.
struct PreferenceSampler: Sendable {
    private let byUser: SparseMatrix
    private let items: Int
    /// The user of every rating.
    private let users: [Int32]

    /// - Parameter byUser: of each user, the items in rising order
    init(_ byUser: SparseMatrix, items: Int) {
        (self.byUser, self.items) = (byUser, items)
        users = (0..<byUser.count).flatMap { user in
            repeatElement(Int32(user), count: byUser.bounds[user + 1] - byUser.bounds[user])
        }
    }

    /// How many ratings there are.
    var count: Int { users.count }

    /// Draws preferences; a person who rated everything prefers nothing, and is left out.
    func draw(_ count: Int, using generator: inout RandomGenerator) -> [Preference] {
        var local = generator
        defer { generator = local }
        return [Preference](unsafeUninitializedCapacity: count) { drawn, filled in
            users.withUnsafeBufferPointer { users in
                byUser.bounds.withUnsafeBufferPointer { bounds in
                    byUser.columns.withUnsafeBufferPointer { columns in
                        for _ in 0..<count {
                            let rating = Self.index(below: users.count, &local)
                            let user = Int(users[rating])
                            let own = UnsafeBufferPointer(rebasing: columns[bounds[user]..<bounds[user + 1]])
                            guard own.count < items else { continue }
                            var other = Int32(Self.index(below: items, &local))
                            while Self.contains(own, other) { other = Int32(Self.index(below: items, &local)) }
                            drawn.initializeElement(
                                at: filled, to: Preference(user: Int32(user), chosen: columns[rating], other: other))
                            filled += 1
                        }
                    }
                }
            }
        }
    }

    /// By multiplication, whose bias at these sizes is below one in 100.
    private static func index(below count: Int, _ generator: inout RandomGenerator) -> Int {
        Int(((generator.next() >> 32) &* UInt64(count)) >> 32)
    }

    private static func contains(_ sorted: UnsafeBufferPointer<Int32>, _ item: Int32) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < item { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == item
    }
}
