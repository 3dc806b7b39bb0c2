import CZooSIMD

/// What a recurrent layer computes at each step; the order of its gates is PyTorch's.
package enum RecurrenceKind: Int32, Sendable {
    case rnn, rectifiedRNN, gru, lstm

    /// Blocks of rows in the weights.
    package var gateCount: Int { [1, 1, 3, 4][Int(rawValue)] }
    /// Blocks of numbers that are kept of each step: a GRU's new gate needs its product with the state besides.
    var blockCount: Int { [1, 1, 4, 4][Int(rawValue)] }
}

/// The sizes of one recurrent layer over one sequence.
package struct RecurrenceSizes: Sendable {
    let kind: RecurrenceKind
    let steps, batch, input, hidden: Int
    let isReversed: Bool

    /// Puts sizes together.
    package init(kind: RecurrenceKind, steps: Int, batch: Int, input: Int, hidden: Int, isReversed: Bool) {
        self.kind = kind
        self.steps = steps
        self.batch = batch
        self.input = input
        self.hidden = hidden
        self.isReversed = isReversed
    }

    /// From one row of gates to the next: an odd number of cache lines, so that rows do not fall on the same set.
    var gateStride: Int { kind.blockCount * hidden + 16 }
    var stateStride: Int { hidden + 16 }
    var rows: Int { steps * batch }
    var stateCount: Int { batch * hidden }
    /// Floats of the gates that a forward pass keeps for the way back.
    package var gateFloats: Int { rows * gateStride }
    /// Floats of the cells that an LSTM keeps: before the first step and after each.
    package var cellFloats: Int { kind == .lstm ? (steps + 1) * stateCount : 0 }

    /// Where an LSTM's last cell lies among the cells.
    package var lastCellOffset: Int { steps * stateCount }

    var unitBlocks: Int {
        let units = zoo_recurrent_block_units()
        return (hidden + units - 1) / units
    }
    var packedFloats: Int { zoo_recurrent_packed_floats(kind.rawValue, hidden) }

    /// The time of the step that is taken as number `order`.
    func time(_ order: Int) -> Int { isReversed ? steps - 1 - order : order }
}

/// The weights of one recurrent layer in one direction, rows in blocks of gates.
package struct RecurrenceWeights {
    let input: UnsafePointer<Float>
    let hidden: UnsafePointer<Float>
    let inputBias: UnsafePointer<Float>
    let hiddenBias: UnsafePointer<Float>

    /// Names the addresses: W [gates * hidden, in], U [gates * hidden, hidden], two biases [gates * hidden].
    package init(
        input: UnsafePointer<Float>, hidden: UnsafePointer<Float>, inputBias: UnsafePointer<Float>,
        hiddenBias: UnsafePointer<Float>
    ) {
        self.input = input
        self.hidden = hidden
        self.inputBias = inputBias
        self.hiddenBias = hiddenBias
    }
}

/// Runs one layer over a whole sequence: one product for the inputs of all steps, then step after step with the gates
/// applied where their products arise, U packed once for all of them.
///
/// - Shapes: x [steps, batch, in], hidden [batch, hidden] -> output [steps, batch, hidden]
/// - Parameter gates: `sizes.gateFloats` for ``recurrenceBackward``
/// - Parameter cells: `sizes.cellFloats`; an LSTM's first cell is in its first [batch, hidden], its last in the last
package func recurrenceForward(
    _ sizes: RecurrenceSizes, _ x: UnsafePointer<Float>, hidden: UnsafePointer<Float>, weights: RecurrenceWeights,
    gates: UnsafeMutablePointer<Float>, cells: UnsafeMutablePointer<Float>, output: UnsafeMutablePointer<Float>,
    threads: ThreadCount = .all
) {
    guard sizes.rows > 0 else { return }
    multiplyInputs(sizes, x, weights.input, gates, threads)
    let (packed, bias) = (FloatScratch(sizes.packedFloats), gateBias(sizes.kind, sizes.hidden, weights))
    let states = FloatScratch(2 * sizes.batch * sizes.stateStride)
    for row in 0..<sizes.batch {
        (states.start + row * sizes.stateStride).update(from: hidden + row * sizes.hidden, count: sizes.hidden)
    }
    parallel(sizes.unitBlocks, threads: threads) {
        zoo_recurrent_pack_forward(sizes.kind.rawValue, weights.hidden, sizes.hidden, $0, packed.start)
    }
    for order in 0..<sizes.steps {
        let time = sizes.time(order)
        let (now, next) = (order % 2, 1 - order % 2)
        let step = zoo_recurrent_forward(
            cell: sizes.kind.rawValue, batch: sizes.batch, hidden: sizes.hidden, stride: sizes.gateStride,
            state_stride: sizes.stateStride, packed: packed.start, bias: bias.start,
            gates: gates + time * sizes.batch * sizes.gateStride,
            state: states.start + now * sizes.batch * sizes.stateStride,
            next: states.start + next * sizes.batch * sizes.stateStride, output: output + time * sizes.stateCount,
            cell_before: cells + order * sizes.stateCount * (sizes.kind == .lstm ? 1 : 0),
            cell_after: cells + (order + 1) * sizes.stateCount * (sizes.kind == .lstm ? 1 : 0))
        parallel(sizes.unitBlocks, threads: threads) { block in
            withUnsafePointer(to: step) { zoo_recurrent_forward_units($0, block) }
        }
    }
    withExtendedLifetime((packed, bias, states)) {}
}

/// Memory of the pool that lasts as long as this value.
struct FloatScratch {
    private let buffer: PooledBuffer
    let start: UnsafeMutablePointer<Float>

    init(_ count: Int) {
        buffer = PooledBuffer(byteCount: count * 4)
        start = buffer.address.assumingMemoryBound(to: Float.self)
    }

    init(zeros count: Int) {
        self.init(count)
        start.initialize(repeating: 0, count: count)
    }
}

/// W x of all steps into the gates, without biases.
private func multiplyInputs(
    _ sizes: RecurrenceSizes, _ x: UnsafePointer<Float>, _ w: UnsafePointer<Float>,
    _ gates: UnsafeMutablePointer<Float>, _ threads: ThreadCount
) {
    for part in sizes.inputParts {
        gemm(
            transposeA: false, transposeB: true, m: sizes.rows, n: part.count, k: sizes.input, alpha: 1, x,
            lda: sizes.input, w + part.weightRow * sizes.input, ldb: sizes.input, beta: 0, gates + part.gateColumn,
            ldc: sizes.gateStride, threads: threads)
    }
}

extension RecurrenceSizes {
    /// Which rows of W belong to which columns of the gates: all, but for a GRU, whose third block is the state's alone.
    var inputParts: [(weightRow: Int, gateColumn: Int, count: Int)] {
        kind == .gru
            ? [(0, 0, 2 * hidden), (2 * hidden, 3 * hidden, hidden)] : [(0, 0, kind.gateCount * hidden)]
    }
}

/// What is added to each block of gates.
func gateBias(_ kind: RecurrenceKind, _ size: Int, _ weights: RecurrenceWeights) -> FloatScratch {
    let bias = FloatScratch(kind.blockCount * size)
    let (b, c) = (weights.inputBias, weights.hiddenBias)
    if kind == .gru {
        for i in 0..<2 * size { bias.start[i] = b[i] + c[i] }
        for i in 0..<size { (bias.start[2 * size + i], bias.start[3 * size + i]) = (c[2 * size + i], b[2 * size + i]) }
    } else {
        for i in 0..<kind.gateCount * size { bias.start[i] = b[i] + c[i] }
    }
    return bias
}
