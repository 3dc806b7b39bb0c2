import Foundation
import ZooKernels

/// A network for answering: every norm is multiplied into the layer after it.
package struct FoldedNetwork: Sendable {
    private struct Layer {
        let inputs: Int
        let outputs: Int
        let weight: [Float]
        let bias: [Float]
    }

    private let architecture: TabularArchitecture
    private let tables: [[Float]]
    private let layers: [Layer]

    /// - Parameter layers: how many layers are applied; nil for all. With fewer, `apply` gives the last one's output before its
    ///   activation
    package init(_ architecture: TabularArchitecture, _ weights: TabularWeights, layers limit: Int? = nil) {
        self.architecture = architecture
        tables = weights.tables
        var layers: [Layer] = []
        // The continuous columns' norm comes before the first layer; embeddings have none.
        let first = weights.continuousNorm.folded()
        let embedded = architecture.embeddingWidth
        var scale = Array(repeating: Float(1), count: embedded) + first.scale
        var shift = Array(repeating: Float(0), count: embedded) + first.shift
        let matrices = (weights.hidden + [weights.output]).prefix(limit ?? .max)
        for (index, weight) in matrices.enumerated() {
            let inputs = scale.count
            let outputs = index < architecture.hidden.count ? architecture.hidden[index] : architecture.outputs
            var bias = index < architecture.hidden.count ? Array(repeating: 0, count: outputs) : weights.outputBias
            var scaled = weight
            for i in 0..<inputs {
                for j in 0..<outputs {
                    bias[j] += shift[i] * weight[i * outputs + j]
                    scaled[i * outputs + j] *= scale[i]
                }
            }
            layers.append(Layer(inputs: inputs, outputs: outputs, weight: scaled, bias: bias))
            if index < weights.norms.count { (scale, shift) = weights.norms[index].folded() }
        }
        self.layers = layers
    }

    private var outputs: Int { layers.last?.outputs ?? 0 }

    /// Probabilities of classes, or the number within its range, for each record.
    ///
    /// - Parameter isLogarithm: whether the logarithms of the probabilities are wanted
    package func apply(
        _ records: Records, _ layout: RecordLayout, into out: UnsafeMutablePointer<Float>, isLogarithm: Bool = false,
        threads: ThreadCount
    ) {
        let parts = records.count >= 256 ? min(8, records.count / 128) : 1
        parallel(parts, threads: threads) { part in
            let rows = part * records.count / parts..<(part + 1) * records.count / parts
            apply(records[rows], layout, into: out + rows.lowerBound * outputs, isLogarithm)
        }
    }

    private func apply(
        _ records: Records, _ layout: RecordLayout, into out: UnsafeMutablePointer<Float>, _ isLogarithm: Bool
    ) {
        let width = architecture.inputWidth
        var current = FloatBuffer(records.count * width)
        gather(records, layout, into: FloatRows(current.address, stride: width))
        for (index, layer) in layers.enumerated() {
            let isLast = index + 1 == layers.count
            let next = isLast ? nil : FloatBuffer(records.count * layer.outputs)
            let target = next?.address ?? out
            for row in 0..<records.count {
                layer.bias.withUnsafeBufferPointer { bias in
                    if let base = bias.baseAddress {
                        (target + row * layer.outputs).update(from: base, count: layer.outputs)
                    }
                }
            }
            layer.weight.withUnsafeBufferPointer { weight in
                guard let weight = weight.baseAddress else { return }
                gemm(
                    transposeA: false, transposeB: false, m: records.count, n: layer.outputs, k: layer.inputs,
                    alpha: 1, current.address, lda: layer.inputs, weight, ldb: layer.outputs, beta: 1, target,
                    ldc: layer.outputs, threads: .one)
            }
            if let next {
                for index in 0..<next.count { next.address[index] = max(next.address[index], 0) }
                current = next
            }
        }
        if layers.count > architecture.hidden.count { finish(out, rows: records.count, isLogarithm) }
    }

    private func gather(_ records: Records, _ layout: RecordLayout, into input: FloatRows) {
        let columns = architecture.tableColumns
        // One table at a time keeps its address valid without a copy of all of them.
        for (index, table) in tables.enumerated() {
            table.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                let category = RecordCategory(
                    offset: layout.codeOffsets[index], codeBytes: layout.codeBytes[index],
                    width: architecture.tables[index].width, output: columns[index],
                    table: UnsafeMutablePointer(mutating: base))
                TabularKernels.gather(records, [category], into: input)
            }
        }
        guard architecture.continuous > 0 else { return }
        for row in 0..<records.count {
            UnsafeMutableRawPointer(input.address + row * input.stride + architecture.embeddingWidth).copyMemory(
                from: UnsafeRawPointer(records.record(row) + layout.continuousOffset),
                byteCount: architecture.continuous * 4)
        }
    }

    private func finish(_ out: UnsafeMutablePointer<Float>, rows: Int, _ isLogarithm: Bool) {
        let outputs = architecture.outputs
        if outputs > 1 {
            for row in 0..<rows {
                if isLogarithm {
                    Self.logSoftmax(out + row * outputs, outputs)
                } else {
                    softmax(out + row * outputs, outputs)
                }
            }
        } else if let range = architecture.range {
            for row in 0..<rows { out[row] = range.low + (range.high - range.low) / (1 + exp(-out[row])) }
        }
    }

    private static func logSoftmax(_ row: UnsafeMutablePointer<Float>, _ count: Int) {
        var top = row[0]
        for index in 1..<count { top = max(top, row[index]) }
        var sum: Float = 0
        for index in 0..<count { sum += exp(row[index] - top) }
        let shift = top + log(sum)
        for index in 0..<count { row[index] -= shift }
    }
}

/// Turns scores into probabilities where they stand.
///
/// - Parameter scale: what the scores are multiplied by first: one over the temperature
func softmax(_ row: UnsafeMutablePointer<Float>, _ count: Int, scale: Float = 1) {
    var top = row[0]
    for index in 1..<count { top = max(top, row[index]) }
    var sum: Float = 0
    for index in 0..<count {
        row[index] = exp(scale * (row[index] - top))
        sum += row[index]
    }
    for index in 0..<count { row[index] /= sum }
}
