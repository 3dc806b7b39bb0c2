import ZooKernels

extension FusedTabular {
    /// The gradient of the last hidden layer's output (or of the network's input), for one part of the batch.
    func backThroughOutput(_ batch: Batch, _ part: Int) {
        backThrough(
            weight: layout.output, outputs: architecture.outputs, slopes: logits.address,
            into: architecture.hidden.count - 1, batch, part)
    }

    /// From the gradients of the last layer to those of all parameters.
    func backward(_ batch: Batch) {
        for layer in architecture.hidden.indices.reversed() {
            finish(norms[layer], layout.norms[layer], batch)
            let size = architecture.hidden[layer]
            parallel(batch.parts, threads: threads) { part in
                let rows = batch.range(part)
                TabularKernels.normRectifierGradient(
                    FloatRows(slopes[layer].address, stride: size).from(row: rows.lowerBound),
                    FloatRows(rectified[layer].address, stride: size).from(row: rows.lowerBound), rows: rows.count,
                    columns: size, a: norms[layer].a.address, b: norms[layer].b.address, c: norms[layer].c.address)
                backThrough(
                    weight: layout.hidden[layer], outputs: size, slopes: slopes[layer].address, into: layer - 1,
                    batch, part)
            }
        }
        parameterGradients(batch)
        normedInputGradients(batch)
    }

    private func finish(_ norm: NormState, _ place: ParameterLayout.NormPlace, _ batch: Batch) {
        norm.finishBackward(
            rows: batch.count, parts: batch.parts, weight: parameters.address + place.weight,
            weightGradient: gradients.address + place.weight, biasGradient: gradients.address + place.bias)
    }

    /// `input slopes = slopes W'`, then back through dropout, with the sums that the norm below needs.
    ///
    /// Of the network's input only the vectors are reached so: see `normedInputGradients` for the continuous columns.
    private func backThrough(
        weight: Int, outputs: Int, slopes: UnsafeMutablePointer<Float>, into layer: Int, _ batch: Batch, _ part: Int
    ) {
        let rows = batch.range(part)
        let size = layer < 0 ? architecture.embeddingWidth : architecture.hidden[layer]
        guard size > 0 else { return }
        let target = layer < 0 ? inputSlopes.address : self.slopes[layer].address
        gemm(
            transposeA: false, transposeB: true, m: rows.count, n: size, k: outputs, alpha: 1,
            slopes + rows.lowerBound * outputs, lda: outputs, parameters.address + weight, ldb: outputs, beta: 0,
            target + rows.lowerBound * size, ldc: size, threads: .one)
        let gradient = FloatRows(target, stride: size).from(row: rows.lowerBound)
        guard layer >= 0 else {
            dropout(after: -1)?.apply(to: gradient, columns: size, rows: rows.count, firstRow: rows.lowerBound)
            return
        }
        let sums = norms[layer].cleared(part: part)
        TabularKernels.normSums(
            gradient: gradient, FloatRows(rectified[layer].address, stride: size).from(row: rows.lowerBound),
            rows: rows.count, columns: size, mean: norms[layer].batchMean.address,
            inverse: norms[layer].inverse.address, dropout: dropout(after: layer), firstRow: rows.lowerBound,
            sums: sums.sums, products: sums.squares)
    }

    /// The gradients of the continuous columns' norm and of the weights that they meet, without those of the columns themselves.
    ///
    /// Of the columns x after norm, before its scale s and shift t, the products P = x' slopes and the sums S of the slopes are enough:
    /// the weights W have the gradient s P + t S, the scale of column j has W[j] P[j], its shift W[j] S.
    private func normedInputGradients(_ batch: Batch) {
        guard architecture.continuous > 0 else { return }
        let isOutput = architecture.hidden.isEmpty
        let outputs = isOutput ? architecture.outputs : architecture.hidden[0]
        let place = (isOutput ? layout.output : layout.hidden[0]) + architecture.embeddingWidth * outputs
        let sums = inputSums.address
        inputSums.clear()
        TabularKernels.columnSums(
            FloatRows(isOutput ? logits.address : slopes[0].address, stride: outputs), rows: batch.count,
            columns: outputs, rectifying: false, sums: sums, squares: sums + outputs)
        TabularKernels.scaledWeightsGradient(
            parameters.address + place, gradient: gradients.address + place, columns: architecture.continuous,
            outputs: outputs, scale: parameters.address + layout.continuousNorm.weight,
            shift: parameters.address + layout.continuousNorm.bias, sums: sums,
            scaleGradient: gradients.address + layout.continuousNorm.weight,
            shiftGradient: gradients.address + layout.continuousNorm.bias)
    }

    /// One task for each weight matrix (cut by columns in large batches) and each few tables.
    private func parameterGradients(_ batch: Batch) {
        // The scale and the shift of the continuous columns' norm come in afterwards.
        parallel(batch.parts, threads: threads) { writeContinuous(batch.range($0), isScaled: false) }
        var tasks: [GradientTask] = []
        for layer in 0...architecture.hidden.count {
            let outputs = layer < architecture.hidden.count ? architecture.hidden[layer] : architecture.outputs
            let blocks = (outputs + 31) / 32
            let cuts = min(blocks, batch.parts)
            for cut in 0..<cuts {
                tasks.append(
                    .weights(layer, cut * blocks / cuts * 32..<min(outputs, (cut + 1) * blocks / cuts * 32)))
            }
        }
        for index in architecture.tables.indices { tasks.append(.table(index)) }
        let categories = categories { index in
            largeTables[index]?.gradients.address ?? gradients.address + (layout.tables[index] ?? 0)
        }
        parallel(tasks.count, threads: batch.parts > 1 ? threads : .one) { number in
            switch tasks[number] {
            case .weights(let layer, let columns): weightGradient(layer, columns, batch)
            case .table(let index): tableGradient(index, categories[index], batch)
            }
        }
    }

    private enum GradientTask {
        case weights(_ layer: Int, _ columns: Range<Int>)
        case table(_ index: Int)
    }

    private func weightGradient(_ layer: Int, _ columns: Range<Int>, _ batch: Batch) {
        let isOutput = layer == architecture.hidden.count
        let outputs = isOutput ? architecture.outputs : architecture.hidden[layer]
        let slopes = isOutput ? logits.address : self.slopes[layer].address
        let input = inputRows(of: layer)
        let place = isOutput ? layout.output : layout.hidden[layer]
        gemm(
            transposeA: true, transposeB: false, m: architecture.inputs(of: layer), n: columns.count, k: batch.count,
            alpha: 1, input.address, lda: input.stride, slopes + columns.lowerBound, ldb: outputs, beta: 0,
            gradients.address + place + columns.lowerBound, ldc: outputs, threads: .one)
        guard isOutput else { return }
        for column in columns {
            var sum: Float = 0
            for row in 0..<batch.count { sum += slopes[row * outputs + column] }
            gradients.address[layout.outputBias + column] = sum
        }
    }

    private func tableGradient(_ index: Int, _ category: RecordCategory, _ batch: Batch) {
        let table = architecture.tables[index]
        if let large = largeTables[index] {
            let (offset, bytes) = (record.codeOffsets[index], record.codeBytes[index])
            for row in 0..<batch.count {
                large.touch(RecordLayout.code(at: batch.records.record(row) + offset, bytes: bytes))
            }
        } else if let place = layout.tables[index] {
            (gradients.address + place).update(repeating: 0, count: table.count * table.width)
        }
        TabularKernels.scatter(
            batch.records, [category], gradient: FloatRows(inputSlopes.address, stride: architecture.embeddingWidth))
    }
}
