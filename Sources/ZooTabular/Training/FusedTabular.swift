import ZooKernels

/// A network over categories and continuous columns that learns batch by batch, without a record of operations.
///
/// Forward, backward and the optimiser's step run over buffers that are taken once. All vectors are gathered straight
/// into the first layer's input; activation, norm and dropout are single passes; one loop moves all parameters. A batch is
/// cut into parts of at least 128 rows, which may run on several threads: the cut depends on the batch alone, so that the
/// same seed gives the same bits with any number of threads. First-order only.
/// - Source: Guo & Berkhahn 2016, "Entity Embeddings of Categorical Variables"; layers in fast.ai's order
///   Linear > ReLU > BatchNorm > Dropout; AdamW in PyTorch's form. Rows of tables of more than
///   131,072 numbers are moved only by the batches that look them up, as PyTorch's SparseAdam does.
package final class FusedTabular {
    /// Keeps norms finite.
    package static let epsilon: Float = 1e-5
    /// How much of the running statistics a batch replaces.
    package static let momentum: Float = 0.1

    /// The sizes.
    package let architecture: TabularArchitecture
    /// Rows of the largest batch.
    package let capacity: Int
    let layout: ParameterLayout
    let threads: ThreadCount
    let dropout: [Float]
    let embeddingDropout: Float
    let record: RecordLayout

    let parameters: FloatBuffer
    let gradients: FloatBuffer
    let first: FloatBuffer
    let second: FloatBuffer
    /// The parameters, averaged over the last steps, where that is asked for; large tables are not.
    let averages: FloatBuffer?
    let largeTables: [LargeTable?]

    /// The first layer's input, the continuous columns before their norm, and each hidden layer after its activation.
    let input: FloatBuffer
    let continuous: FloatBuffer
    let rectified: [FloatBuffer]
    /// Each hidden layer's output, and the gradients of all of them.
    let normed: [FloatBuffer]
    let slopes: [FloatBuffer]
    /// The gradients of the vectors in the first layer's input.
    let inputSlopes: FloatBuffer
    /// The gradients of the first layer's outputs, summed over the batch, and room for their squares.
    let inputSums: FloatBuffer
    let logits: FloatBuffer
    let continuousNorm: NormState
    let norms: [NormState]
    var losses: [Double] = []
    var key: UInt32 = 0

    /// A network with given numbers, ready to learn from batches of up to `capacity` records.
    ///
    /// - Parameter dropout: probability of dropping a hidden unit, one a layer
    /// - Parameter embeddingDropout: probability of dropping a number of an embedding
    /// - Parameter isAveraging: whether the parameters are averaged, too
    package init(
        _ architecture: TabularArchitecture, weights: TabularWeights, record: RecordLayout, capacity: Int,
        dropout: [Float] = [], embeddingDropout: Float = 0, isAveraging: Bool = false, threads: ThreadCount = .all
    ) {
        self.architecture = architecture
        self.capacity = capacity
        self.record = record
        self.threads = threads
        self.dropout = architecture.hidden.indices.map { $0 < dropout.count ? dropout[$0] : 0 }
        self.embeddingDropout = embeddingDropout
        let layout = ParameterLayout(architecture)
        self.layout = layout
        parameters = FloatBuffer(layout.count)
        gradients = FloatBuffer(layout.count)
        first = FloatBuffer(layout.count)
        second = FloatBuffer(layout.count)
        averages = isAveraging ? FloatBuffer(layout.count) : nil
        largeTables = zip(architecture.tables, layout.tables).map { table, place in
            place == nil ? LargeTable(rows: table.count, width: table.width) : nil
        }
        let parts = Self.parts(of: capacity)
        input = FloatBuffer(capacity * architecture.inputWidth)
        inputSlopes = FloatBuffer(capacity * architecture.embeddingWidth)
        inputSums = FloatBuffer(2 * (architecture.hidden.first ?? architecture.outputs))
        continuous = FloatBuffer(capacity * architecture.continuous)
        rectified = architecture.hidden.map { FloatBuffer(capacity * $0) }
        normed = architecture.hidden.map { FloatBuffer(capacity * $0) }
        slopes = architecture.hidden.map { FloatBuffer(capacity * $0) }
        logits = FloatBuffer(capacity * architecture.outputs)
        continuousNorm = NormState(architecture.continuous, parts: parts)
        norms = architecture.hidden.map { NormState($0, parts: parts) }
        load(weights)
    }

    /// How many parts a batch is cut into.
    static func parts(of rows: Int) -> Int { max(1, min(8, rows / 128)) }

    /// Replaces all numbers; the optimiser's moments stay.
    package func load(_ weights: TabularWeights) {
        for (index, table) in weights.tables.enumerated() {
            if let place = layout.tables[index] { parameters.copy(table, at: place) }
            largeTables[index]?.values.copy(table)
        }
        func copy(_ norm: TabularWeights.Norm, to state: NormState, _ place: ParameterLayout.NormPlace) {
            parameters.copy(norm.weight, at: place.weight)
            parameters.copy(norm.bias, at: place.bias)
            state.mean.copy(norm.mean)
            state.variance.copy(norm.variance)
        }
        copy(weights.continuousNorm, to: continuousNorm, layout.continuousNorm)
        for (layer, weight) in weights.hidden.enumerated() {
            parameters.copy(weight, at: layout.hidden[layer])
            copy(weights.norms[layer], to: norms[layer], layout.norms[layer])
        }
        parameters.copy(weights.output, at: layout.output)
        parameters.copy(weights.outputBias, at: layout.outputBias)
        averages?.address.update(from: parameters.address, count: layout.count)
    }

    /// A copy of all numbers.
    package var weights: TabularWeights { weights(of: parameters) }

    /// A copy of all numbers, averaged over the last steps where that is asked for.
    package var averagedWeights: TabularWeights { weights(of: averages ?? parameters) }

    private func weights(of parameters: FloatBuffer) -> TabularWeights {
        func norm(_ state: NormState, _ place: ParameterLayout.NormPlace) -> TabularWeights.Norm {
            var norm = TabularWeights.Norm(state.size)
            norm.weight = parameters.array(place.weight, state.size)
            norm.bias = parameters.array(place.bias, state.size)
            norm.mean = state.mean.array(0, state.size)
            norm.variance = state.variance.array(0, state.size)
            return norm
        }
        return TabularWeights(
            tables: architecture.tables.indices.map { index in
                let size = architecture.tables[index].count * architecture.tables[index].width
                if let place = layout.tables[index] { return parameters.array(place, size) }
                return largeTables[index]?.values.array(0, size) ?? []
            },
            continuousNorm: norm(continuousNorm, layout.continuousNorm),
            hidden: architecture.hidden.indices.map {
                parameters.array(layout.hidden[$0], architecture.inputs(of: $0) * architecture.hidden[$0])
            },
            norms: zip(norms, layout.norms).map { norm($0, $1) },
            output: parameters.array(
                layout.output, architecture.inputs(of: architecture.hidden.count) * architecture.outputs),
            outputBias: parameters.array(layout.outputBias, architecture.outputs))
    }

    /// Takes one step: forward, backward, AdamW.
    ///
    /// - Parameter key: decides what dropout drops
    /// - Returns: the mean loss of the batch, before the step
    /// - Precondition: at least two records, at most `capacity`
    package func step(_ records: Records, adam: TabularStep, key: UInt32) -> Double {
        let loss = gradients(of: records, key: key)
        update(adam)
        return loss
    }

    /// The mean loss of a batch; the gradients are left in the buffers.
    func gradients(of records: Records, key: UInt32) -> Double {
        precondition(
            (2...capacity).contains(records.count),
            "FusedTabular: \(records.count) records; a batch has from 2 to \(capacity)")
        self.key = key
        let parts = Self.parts(of: records.count)
        let batch = Batch(records: records, parts: parts)
        forward(batch)
        backward(batch)
        return losses.reduce(0, +) / Double(records.count)
    }

    /// A batch and its cut.
    struct Batch {
        let records: Records
        let parts: Int
        var count: Int { records.count }

        func range(_ part: Int) -> Range<Int> { part * count / parts..<(part + 1) * count / parts }
    }

    /// The dropout after a hidden layer, or of the embeddings for -1; nil where nothing is dropped.
    func dropout(after layer: Int) -> HashedDropout? {
        let probability = layer < 0 ? embeddingDropout : dropout[layer]
        guard probability > 0 else { return nil }
        return HashedDropout(probability: probability, key: key &+ UInt32(layer + 1) &* 0x85eb_ca6b)
    }
}
