import Foundation
import ZooKernels

/// A linear layer into which the norm before it is multiplied.
struct FoldedLayer: Sendable {
    let inputs: Int
    let outputs: Int
    /// [inputs, outputs]
    let weight: [Float]
    let bias: [Float]

    /// - Parameters:
    ///   - weight: [inputs, outputs]
    ///   - bias: nil for none
    ///   - scale: what the norm multiplies each input by
    ///   - shift: what it adds then
    init(_ weight: [Float], bias: [Float]?, outputs: Int, scale: [Float], shift: [Float]) {
        (inputs, self.outputs) = (scale.count, outputs)
        var (scaled, sums) = (weight, bias ?? Array(repeating: 0, count: outputs))
        scaled.withUnsafeMutableBufferPointer { scaled in
            sums.withUnsafeMutableBufferPointer { sums in
                for i in 0..<scale.count {
                    let (row, scale, shift) = (scaled.extracting(i * outputs..<(i + 1) * outputs), scale[i], shift[i])
                    for j in 0..<outputs {
                        sums[j] += shift * row[j]
                        row[j] *= scale
                    }
                }
            }
        }
        (self.weight, self.bias) = (scaled, sums)
    }

    /// Writes the outputs of rows, [rows, outputs].
    ///
    /// - Parameter isRectified: whether negative outputs become 0
    func apply(
        _ input: UnsafeMutablePointer<Float>, rows: Int, into output: UnsafeMutablePointer<Float>, isRectified: Bool
    ) {
        bias.withUnsafeBufferPointer { bias in
            guard let base = bias.baseAddress else { return }
            for row in 0..<rows { (output + row * outputs).update(from: base, count: outputs) }
        }
        weight.withUnsafeBufferPointer { weight in
            guard let weight = weight.baseAddress else { return }
            gemm(
                transposeA: false, transposeB: false, m: rows, n: outputs, k: inputs, alpha: 1, input, lda: inputs,
                weight,
                ldb: outputs, beta: 1, output, ldc: outputs, threads: .one)
        }
        if isRectified { for index in 0..<rows * outputs { output[index] = max(output[index], 0) } }
    }
}

/// A network for answering: every norm is multiplied into the layer after it.
package struct FoldedNetwork: Sendable {
    let architecture: TabularArchitecture
    let tables: [[Float]]
    let layers: [FoldedLayer]

    package init(_ architecture: TabularArchitecture, _ weights: TabularWeights) {
        self.architecture = architecture
        tables = weights.tables
        layers = (0...architecture.hidden.count).map { weights.folded($0, architecture) }
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
        architecture.gather(tables, records, layout, into: FloatRows(current.address, stride: width))
        for layer in layers.dropLast() {
            let next = FloatBuffer(records.count * layer.outputs)
            layer.apply(current.address, rows: records.count, into: next.address, isRectified: true)
            current = next
        }
        layers.last?.apply(current.address, rows: records.count, into: out, isRectified: false)
        finish(out, rows: records.count, isLogarithm)
    }

    /// Makes probabilities of scores, or keeps the number within its range.
    func finish(_ out: UnsafeMutablePointer<Float>, rows: Int, _ isLogarithm: Bool) {
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

extension TabularArchitecture {
    /// Writes the inputs of records, [records, inputWidth]: vectors of the categories, then numbers.
    func gather(_ tables: [[Float]], _ records: Records, _ layout: RecordLayout, into input: FloatRows) {
        let columns = tableColumns
        // One table at a time keeps its address valid without a copy of all of them.
        for (index, table) in tables.enumerated() {
            table.withUnsafeBufferPointer { values in
                guard let base = values.baseAddress else { return }
                let category = RecordCategory(
                    offset: layout.codeOffsets[index], codeBytes: layout.codeBytes[index],
                    width: self.tables[index].width, output: columns[index],
                    table: UnsafeMutablePointer(mutating: base))
                TabularKernels.gather(records, [category], into: input)
            }
        }
        guard continuous > 0 else { return }
        for row in 0..<records.count {
            UnsafeMutableRawPointer(input.address + row * input.stride + embeddingWidth).copyMemory(
                from: UnsafeRawPointer(records.record(row) + layout.continuousOffset),
                byteCount: continuous * 4)
        }
    }
}

extension TabularWeights {
    /// A layer with the norm before it; the one after the hidden layers is the output.
    func folded(_ layer: Int, _ architecture: TabularArchitecture) -> FoldedLayer {
        let isOutput = layer == architecture.hidden.count
        // The numbers' norm comes before the first layer; vectors of categories have none.
        let norm = layer == 0 ? continuousNorm.folded() : norms[layer - 1].folded()
        let embedded = layer == 0 ? architecture.embeddingWidth : 0
        return FoldedLayer(
            isOutput ? output : hidden[layer], bias: isOutput ? outputBias : biases.isEmpty ? nil : biases[layer],
            outputs: isOutput ? architecture.outputs : architecture.hidden[layer],
            scale: Array(repeating: 1, count: embedded) + norm.scale,
            shift: Array(repeating: 0, count: embedded) + norm.shift)
    }
}
