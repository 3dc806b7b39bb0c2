import ZooKernels
import ZooNN
import ZooTensor

/// What a generator knows after the tokens that it read.
struct GenerationState {
    /// The network's memory: hidden vector and cell of each layer, one after the other.
    var memory: [Float]
    /// A score for every token to come next.
    var logits: [Float]
}

/// A language model made ready to read one token after the other: its weights lie in the order in which a step reads them.
///
/// `@unchecked Sendable`: nothing changes after it is made; the tensor is only read.
final class GenerationNetwork: @unchecked Sendable {
    private let embeddings: Tensor
    private let layers: [StreamedLayer]
    private let decoder: StreamedLayer
    private let hasCells: Bool
    private let threads: ThreadCount
    // Where each layer's hidden vector begins in the memory; its cell follows.
    private let offsets: [Int]
    private let memoryCount: Int
    private let widest: Int

    init(_ model: LanguageModel, precision: WeightPrecision, threads: ThreadCount) {
        self.threads = threads
        let hasCells = model.configuration.cell.hasCellState
        self.hasCells = hasCells
        embeddings = model.encoder.weight.value.detached()
        layers = model.layers.map { $0.streamed(precision, threads) }
        decoder = model.decoder.streamed(precision, threads)
        var (offsets, count) = ([Int](), 0)
        for layer in layers {
            offsets.append(count)
            count += layer.outputSize * (hasCells ? 2 : 1)
        }
        (self.offsets, memoryCount) = (offsets, count)
        widest = layers.map(\.outputSize).max() ?? 0
    }

    /// Nothing read: all tokens are alike.
    func initialState() -> GenerationState {
        GenerationState(
            memory: [Float](repeating: 0, count: memoryCount), logits: [Float](repeating: 0, count: decoder.outputSize))
    }

    /// Reads a token.
    ///
    /// - Parameter scores: whether the scores of what comes next are wanted; else they stay as they were
    func read(_ token: Int32, _ state: inout GenerationState, scores: Bool = true) {
        let width = embeddings.shape[1]
        embeddings.withUnsafeFloats { table in
            state.memory.withUnsafeMutableBufferPointer { memory in
                guard var input = table.baseAddress.map({ $0 + Int(token) * width }), let memory = memory.baseAddress
                else { return }
                withUnsafeTemporaryAllocation(of: Float.self, capacity: widest) { scratch in
                    guard let result = scratch.baseAddress else { return }
                    for (layer, offset) in zip(layers, offsets) {
                        let (size, hidden) = (layer.outputSize, memory + offset)
                        layer.step(
                            input, state: hidden, cell: hasCells ? hidden + size : nil, into: result, threads: threads)
                        hidden.update(from: result, count: size)
                        input = UnsafePointer(hidden)
                    }
                }
                guard scores else { return }
                state.logits.withUnsafeMutableBufferPointer { logits in
                    guard let logits = logits.baseAddress else { return }
                    decoder.step(input, state: nil, cell: nil, into: logits, threads: threads)
                }
            }
        }
    }
}

extension Decoder {
    /// The layer packed for one row at a time.
    fileprivate func streamed(_ precision: WeightPrecision, _ threads: ThreadCount) -> StreamedLayer {
        let (table, isTied) = (sharedTable ?? weight?.value ?? Tensor.zeros([0, 0]), sharedTable != nil)
        let (inputs, outputs) = isTied ? (table.shape[1], table.shape[0]) : (table.shape[0], table.shape[1])
        return table.withPointer { weight in
            bias.value.withPointer { bias in
                StreamedLayer(
                    inputSize: inputs, outputSize: outputs, weight: weight, inputStep: isTied ? 1 : outputs,
                    outputStep: isTied ? inputs : 1, bias: bias, precision: precision, threads: threads)
            }
        }
    }
}
