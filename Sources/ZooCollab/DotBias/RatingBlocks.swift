import ZooKernels

/// Training ratings in grid x grid blocks: block (a, b) holds the ratings of user part a on item part b.
///
/// Phase p trains the blocks (a, a + p): they share no row, so they may be trained at the same time. The grid depends on the
/// number of ratings alone, so that the number of threads changes no bit.
final class RatingBlocks {
    /// How many parts each side has.
    let grid: Int
    /// Pieces that a phase is cut into to follow the learning rate's schedule.
    private static let pieces = 8

    private let ratings: UnsafeMutableBufferPointer<RatingTriple>
    private var bounds: [Int] = [0]
    private var generators: [RandomGenerator]

    /// - Parameters:
    ///   - paged: the ratings where there are many
    ///   - rows: the model's row of every user and item of the data
    init(
        _ interactions: Interactions, _ paged: PagedRatings, rows: (users: [Int32], items: [Int32]),
        using generator: inout RandomGenerator
    ) {
        let grid = Self.grid(ratings: interactions.count)
        let unit = RatingUnit(interactions.scale)
        self.grid = grid
        func parts(of rows: [Int32]) -> [Int] {
            (0...(rows.max() ?? 0)).map { _ in Int(generator.next() % UInt64(grid)) }
        }
        let userParts = parts(of: rows.users)
        let itemParts = parts(of: rows.items)
        func place(_ index: Int) -> (block: Int, triple: RatingTriple) {
            let user = rows.users[Int(interactions.users[index])]
            let item = rows.items[Int(interactions.items[index])]
            return (
                userParts[Int(user)] * grid + itemParts[Int(item)],
                RatingTriple(user: user, item: item, rating: unit.inTraining(interactions.ratings[index]))
            )
        }
        var counts = [Int](repeating: 0, count: grid * grid)
        let cut = Array(stride(from: 0, to: interactions.count, by: 1 << 20)) + [interactions.count]
        let stretches = zip(cut, cut.dropFirst()).map { $0..<$1 }
        for stretch in stretches {
            for index in stretch { counts[place(index).block] += 1 }
            paged.release()
        }
        for count in counts { bounds.append(bounds[bounds.count - 1] + count) }
        ratings = .allocate(capacity: interactions.count)
        var next = bounds
        for stretch in stretches {
            for index in stretch {
                let (block, triple) = place(index)
                ratings.initializeElement(at: next[block], to: triple)
                next[block] += 1
            }
            paged.release()
        }
        generators = counts.map { _ in RandomGenerator(seed: generator.next()) }
    }

    /// Many ratings are cut finely: the rows of a block, some hundred bytes each, then stay in the second-level cache.
    private static func grid(ratings count: Int) -> Int { count < 1 << 20 ? 2 : 16 }

    deinit { ratings.deallocate() }

    /// Shuffles and trains the blocks of one phase.
    ///
    /// - Parameter rate: the learning rate when a share (0 ... 1) of the phase is done.
    /// - Returns: the sum of the squared errors.
    func train(
        _ committee: DotBiasCommittee, phase: Int, threads: ThreadCount, rate: (Double) -> Double
    ) -> Double {
        let grid = grid
        let rates = (0...Self.pieces).map { Float(rate(Double($0) / Double(Self.pieces))) }
        var squares = [Double](repeating: 0, count: grid)
        squares.withUnsafeMutableBufferPointer { squares in
            generators.withUnsafeMutableBufferPointer { generators in
                parallel(grid, threads: threads) { part in
                    let block = part * grid + (part + phase) % grid
                    let own = UnsafeMutableBufferPointer(rebasing: ratings[bounds[block]..<bounds[block + 1]])
                    Self.shuffle(own, using: &generators[block])
                    for piece in 0..<Self.pieces {
                        let range = own.count * piece / Self.pieces..<own.count * (piece + 1) / Self.pieces
                        squares[part] += committee.train(
                            UnsafeBufferPointer(rebasing: own[range]), rates: (rates[piece], rates[piece + 1]))
                    }
                }
            }
        }
        return squares.reduce(0, +)
    }

    /// How many ratings the blocks of a phase have.
    func count(phase: Int) -> Int {
        (0..<grid).reduce(0) { sum, part in
            let block = part * grid + (part + phase) % grid
            return sum + bounds[block + 1] - bounds[block]
        }
    }

    /// Shuffles the blocks of one phase as `train` does, for a training that is resumed.
    func shuffle(phase: Int, threads: ThreadCount) {
        let grid = grid
        generators.withUnsafeMutableBufferPointer { generators in
            parallel(grid, threads: threads) { part in
                let block = part * grid + (part + phase) % grid
                let own = UnsafeMutableBufferPointer(rebasing: ratings[bounds[block]..<bounds[block + 1]])
                Self.shuffle(own, using: &generators[block])
            }
        }
    }

    /// Fisher-Yates with indices by multiplication, whose bias at these sizes is below one in 10,000.
    private static func shuffle(
        _ block: UnsafeMutableBufferPointer<RatingTriple>, using generator: inout RandomGenerator
    ) {
        var local = generator
        for last in stride(from: block.count - 1, to: 0, by: -1) {
            let other = Int(((local.next() >> 32) &* UInt64(last + 1)) >> 32)
            block.swapAt(last, other)
        }
        generator = local
    }
}
