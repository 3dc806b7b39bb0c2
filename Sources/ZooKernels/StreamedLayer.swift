import CZooSIMD

/// How weights are held in memory.
public enum WeightPrecision: String, Sendable, Hashable, Codable, CaseIterable {
    /// As they were trained: 4 bytes each.
    case float32
    /// Rounded to 11 significant bits: 2 bytes each, for half the traffic where memory is what a step waits for.
    case float16
}

/// A layer that reads one row at a time and all of its weights for it, packed in the order in which they are read.
///
/// `@unchecked Sendable`: nothing changes after it is made.
package final class StreamedLayer: @unchecked Sendable {
    /// Numbers that it reads.
    package let inputSize: Int
    /// Numbers that it gives.
    package let outputSize: Int
    private let kind: Int32
    private let isHalf: Bool
    private let packed: PooledBuffer
    private let bias: FloatScratch

    /// Packs a recurrent layer.
    package init(
        _ kind: RecurrenceKind, inputSize: Int, hiddenSize: Int, weights: RecurrenceWeights, precision: WeightPrecision,
        threads: ThreadCount = .all
    ) {
        (self.inputSize, outputSize, self.kind, isHalf) = (inputSize, hiddenSize, kind.rawValue, precision == .float16)
        let source = zoo_streamed_source(
            cell: kind.rawValue, half: isHalf, input: inputSize, outputs: hiddenSize, w: weights.input,
            u: weights.hidden, w_row: inputSize, w_step: 1)
        packed = Self.pack(source, state: hiddenSize, threads)
        bias = gateBias(kind, hiddenSize, weights)
    }

    /// Packs `y = x W + b`, where element (input, output) of W is `weight[input * inputStep + output * outputStep]`.
    package init(
        inputSize: Int, outputSize: Int, weight: UnsafePointer<Float>, inputStep: Int, outputStep: Int,
        bias: UnsafePointer<Float>, precision: WeightPrecision, threads: ThreadCount = .all
    ) {
        (self.inputSize, self.outputSize, kind) = (inputSize, outputSize, Int32(ZOO_LINEAR))
        isHalf = precision == .float16
        let source = zoo_streamed_source(
            cell: kind, half: isHalf, input: inputSize, outputs: outputSize, w: weight, u: nil, w_row: outputStep,
            w_step: inputStep)
        packed = Self.pack(source, state: 0, threads)
        self.bias = FloatScratch(outputSize)
        self.bias.start.update(from: bias, count: outputSize)
    }

    private static func pack(_ source: zoo_streamed_source, state: Int, _ threads: ThreadCount) -> PooledBuffer {
        let blocks = zoo_streamed_blocks(source.cell, source.outputs)
        let count = zoo_streamed_block_count(source.cell, source.input, state) * blocks
        let buffer = PooledBuffer(byteCount: count * (source.half ? 2 : 4))
        let address = buffer.address
        parallel(blocks, threads: threads) { block in
            withUnsafePointer(to: source) { zoo_streamed_pack($0, block, address) }
        }
        return buffer
    }

    /// Takes a step.
    ///
    /// - Parameter state: [output] of a recurrent layer: the state before
    /// - Parameter cell: [output] of an LSTM, moved on in place
    /// - Parameter result: [output], another memory than `state`
    package func step(
        _ x: UnsafePointer<Float>, state: UnsafePointer<Float>?, cell: UnsafeMutablePointer<Float>?,
        into result: UnsafeMutablePointer<Float>, threads: ThreadCount = .all
    ) {
        let step = zoo_streamed_step(
            cell: kind, half: isHalf, input: inputSize, outputs: outputSize, packed: packed.address, bias: bias.start,
            x: x, state: state, cell_before: cell, cell_after: cell, result: result)
        let blocks = zoo_streamed_blocks(kind, outputSize)
        // A few thousand multiplications are done before another thread has woken.
        let isSmall = packed.byteCount < 1 << 17
        parallel(blocks, threads: isSmall ? .one : threads) { block in
            withUnsafePointer(to: step) { zoo_streamed_units($0, block) }
        }
    }
}
