import Foundation
import ZooKernels

extension FusedTabular {
    /// From the records to the loss, and to the gradient of the output layer's input.
    func forward(_ batch: Batch) {
        let categories = categories { index in tableValues(index) }
        let (width, columns) = (architecture.inputWidth, architecture.continuous)
        parallel(batch.parts, threads: threads) { part in
            let rows = batch.range(part)
            let records = batch.records[rows]
            let input = FloatRows(self.input.address, stride: width).from(row: rows.lowerBound)
            TabularKernels.gather(records, categories, into: input)
            dropout(after: -1)?.apply(
                to: input, columns: architecture.embeddingWidth, rows: rows.count, firstRow: rows.lowerBound)
            let raw = FloatRows(continuous.address, stride: columns).from(row: rows.lowerBound)
            copyContinuous(records, to: raw)
            let sums = continuousNorm.cleared(part: part)
            TabularKernels.columnSums(
                raw, rows: rows.count, columns: columns, rectifying: false, sums: sums.sums, squares: sums.squares)
        }
        finish(continuousNorm, layout.continuousNorm, batch)
        for layer in architecture.hidden.indices {
            parallel(batch.parts, threads: threads) { part in
                let rows = batch.range(part)
                prepareInput(of: layer, rows)
                multiply(layer, rows, into: rectified[layer].address, layout.hidden[layer], beta: 0)
                let size = architecture.hidden[layer]
                let output = FloatRows(rectified[layer].address, stride: size).from(row: rows.lowerBound)
                let sums = norms[layer].cleared(part: part)
                TabularKernels.columnSums(
                    output, rows: rows.count, columns: size, rectifying: true, sums: sums.sums,
                    squares: sums.squares)
            }
            finish(norms[layer], layout.norms[layer], batch)
        }
        losses = Array(repeating: 0, count: batch.parts)
        losses.withUnsafeMutableBufferPointer { losses in
            parallel(batch.parts, threads: threads) { part in
                let rows = batch.range(part)
                prepareInput(of: architecture.hidden.count, rows)
                losses[part] = outputLoss(batch, rows)
                backThroughOutput(batch, part)
            }
        }
    }

    /// The categories of a record with the tables given by `table`.
    func categories(_ table: (Int) -> UnsafeMutablePointer<Float>) -> [RecordCategory] {
        architecture.tableColumns.enumerated().map { index, column in
            RecordCategory(
                offset: record.codeOffsets[index], codeBytes: record.codeBytes[index],
                width: architecture.tables[index].width, output: column, table: table(index))
        }
    }

    func tableValues(_ index: Int) -> UnsafeMutablePointer<Float> {
        if let large = largeTables[index] { return large.values.address }
        return parameters.address + (layout.tables[index] ?? 0)
    }

    private func copyContinuous(_ records: Records, to output: FloatRows) {
        guard architecture.continuous > 0 else { return }
        for row in 0..<records.count {
            let from = UnsafeRawPointer(records.record(row) + record.continuousOffset)
            UnsafeMutableRawPointer(output.address + row * output.stride).copyMemory(
                from: from, byteCount: architecture.continuous * 4)
        }
    }

    private func finish(_ norm: NormState, _ place: ParameterLayout.NormPlace, _ batch: Batch) {
        norm.finishForward(
            rows: batch.count, parts: batch.parts, weight: parameters.address + place.weight,
            bias: parameters.address + place.bias, momentum: Self.momentum)
    }

    /// The input of a layer: the embeddings are there already; norms and dropout are applied.
    private func prepareInput(of layer: Int, _ rows: Range<Int>) {
        guard layer > 0 else { return writeContinuous(rows, isScaled: true) }
        let size = architecture.hidden[layer - 1]
        TabularKernels.scale(
            FloatRows(rectified[layer - 1].address, stride: size).from(row: rows.lowerBound),
            into: FloatRows(normed[layer - 1].address, stride: size).from(row: rows.lowerBound), rows: rows.count,
            columns: size, scale: norms[layer - 1].scale.address, shift: norms[layer - 1].shift.address,
            dropout: dropout(after: layer - 1), firstRow: rows.lowerBound)
    }

    /// Puts the continuous columns after their norm into the first layer's input.
    ///
    /// - Parameter isScaled: whether the norm's scale and shift are applied, too
    func writeContinuous(_ rows: Range<Int>, isScaled: Bool) {
        guard architecture.continuous > 0 else { return }
        let norm = continuousNorm
        TabularKernels.scale(
            FloatRows(continuous.address, stride: norm.size).from(row: rows.lowerBound),
            into: FloatRows(input.address, stride: architecture.inputWidth)
                .from(row: rows.lowerBound, column: architecture.embeddingWidth),
            rows: rows.count, columns: norm.size, scale: (isScaled ? norm.scale : norm.inverse).address,
            shift: (isScaled ? norm.shift : norm.centring).address, dropout: nil, firstRow: rows.lowerBound)
    }

    /// Where the input of a layer lies: of a hidden one, or of the output layer.
    func inputRows(of layer: Int) -> FloatRows {
        layer == 0
            ? FloatRows(input.address, stride: architecture.inputWidth)
            : FloatRows(normed[layer - 1].address, stride: architecture.hidden[layer - 1])
    }

    /// `out = input W (+ out)` for some rows of a layer.
    private func multiply(
        _ layer: Int, _ rows: Range<Int>, into out: UnsafeMutablePointer<Float>, _ weight: Int, beta: Float
    ) {
        let input = inputRows(of: layer).from(row: rows.lowerBound)
        let outputs = layer < architecture.hidden.count ? architecture.hidden[layer] : architecture.outputs
        gemm(
            transposeA: false, transposeB: false, m: rows.count, n: outputs, k: architecture.inputs(of: layer),
            alpha: 1, input.address, lda: input.stride, parameters.address + weight, ldb: outputs, beta: beta,
            out + rows.lowerBound * outputs, ldc: outputs, threads: .one)
    }

    /// The summed loss of some rows; the logits become the gradient of the mean loss.
    private func outputLoss(_ batch: Batch, _ rows: Range<Int>) -> Double {
        let outputs = architecture.outputs
        let bias = parameters.address + layout.outputBias
        for row in rows { (logits.address + row * outputs).update(from: bias, count: outputs) }
        multiply(architecture.hidden.count, rows, into: logits.address, layout.output, beta: 1)
        let scale = 1 / Float(batch.count)
        var total = 0.0
        for row in rows {
            let logit = logits.address + row * outputs
            let target = UnsafeRawPointer(batch.records.record(row) + record.targetOffset)
            if outputs > 1 {
                let label = Int(target.loadUnaligned(as: Int32.self))
                total += Double(crossEntropyGradient(logit, outputs, label: label, scale: scale))
            } else {
                total += Double(squareGradient(logit, target: target.loadUnaligned(as: Float.self), scale: scale))
            }
        }
        return total
    }

    /// The loss of one row whose class is `label`; its logits become their gradient times `scale`.
    private func crossEntropyGradient(
        _ logits: UnsafeMutablePointer<Float>, _ count: Int, label: Int, scale: Float
    ) -> Float {
        var top = logits[0]
        for index in 1..<count { top = max(top, logits[index]) }
        let wanted = logits[label] - top
        var sum: Float = 0
        for index in 0..<count {
            logits[index] = exp(logits[index] - top)
            sum += logits[index]
        }
        for index in 0..<count { logits[index] *= scale / sum }
        logits[label] -= scale
        return log(sum) - wanted
    }

    private func squareGradient(_ output: UnsafeMutablePointer<Float>, target: Float, scale: Float) -> Float {
        guard let range = architecture.range else {
            let error = output[0] - target
            output[0] = 2 * error * scale
            return error * error
        }
        let share = 1 / (1 + exp(-output[0]))
        let width = range.high - range.low
        let error = range.low + width * share - target
        output[0] = 2 * error * scale * width * share * (1 - share)
        return error * error
    }
}
