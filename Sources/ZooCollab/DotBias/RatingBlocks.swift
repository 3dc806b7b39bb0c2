import ZooKernels

/// Training ratings in grid x grid blocks: block (a, b) holds the ratings of user part a on item part b.
///
/// Phase p trains the blocks (a, a + p): they share no row, so they may be trained at the same time.
final class RatingBlocks {
    static let grid = 2
    /// Pieces that a phase is cut into to follow the learning rate's schedule.
    private static let pieces = 8

    private let ratings: UnsafeMutableBufferPointer<RatingTriple>
    private var bounds: [Int] = [0]
    private var generators: [RandomGenerator]

    init(
        _ interactions: Interactions, rows: (users: [Int32], items: [Int32]), using generator: inout RandomGenerator
    ) {
        let grid = Self.grid
        func parts(of rows: [Int32]) -> [Int] {
            (0...(rows.max() ?? 0)).map { _ in Int(generator.next() % UInt64(grid)) }
        }
        let userParts = parts(of: rows.users)
        let itemParts = parts(of: rows.items)
        var blocks = [[RatingTriple]](repeating: [], count: grid * grid)
        for row in 0..<interactions.count {
            let (user, item) = (rows.users[row], rows.items[row])
            blocks[userParts[Int(user)] * grid + itemParts[Int(item)]].append(
                RatingTriple(user: user, item: item, stars: interactions.ratings[row]))
        }
        ratings = .allocate(capacity: interactions.count)
        for block in blocks {
            let start = bounds[bounds.count - 1]
            _ = UnsafeMutableBufferPointer(rebasing: ratings[start..<start + block.count]).initialize(from: block)
            bounds.append(start + block.count)
        }
        generators = blocks.map { _ in RandomGenerator(seed: generator.next()) }
    }

    deinit { ratings.deallocate() }

    /// Shuffles and trains the blocks of one phase.
    ///
    /// - Parameter rate: the learning rate when a share (0 ... 1) of the phase is done.
    /// - Returns: the sum of the squared errors.
    func train(
        _ committee: DotBiasCommittee, phase: Int, threads: ThreadCount, rate: (Double) -> Double
    ) -> Double {
        let grid = Self.grid
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
        (0..<Self.grid).reduce(0) { sum, part in
            let block = part * Self.grid + (part + phase) % Self.grid
            return sum + bounds[block + 1] - bounds[block]
        }
    }

    /// Shuffles the blocks of one phase as `train` does, for a training that is resumed.
    func shuffle(phase: Int, threads: ThreadCount) {
        let grid = Self.grid
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
