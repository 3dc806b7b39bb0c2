import ZooKernels
import ZooTensor

extension RecurrentLayers {
    /// A single layer packed for one row at a time.
    ///
    /// - Precondition: one layer in one direction, of Float32 parameters.
    package final func streamed(_ precision: WeightPrecision, _ threads: ThreadCount) -> StreamedLayer {
        precondition(weights.count == 1, "streamed: one layer in one direction, not \(weights.count)")
        let values = weights[0].values
        return values.inputWeight.withPointer { inputWeight in
            values.hiddenWeight.withPointer { hiddenWeight in
                values.inputBias.withPointer { inputBias in
                    values.hiddenBias.withPointer { hiddenBias in
                        StreamedLayer(
                            cell.recurrence, inputSize: inputSize, hiddenSize: hiddenSize,
                            weights: RecurrenceWeights(
                                input: inputWeight, hidden: hiddenWeight, inputBias: inputBias, hiddenBias: hiddenBias),
                            precision: precision, threads: threads)
                    }
                }
            }
        }
    }
}

extension Tensor {
    /// The address of the first of the float32 elements.
    ///
    /// - Precondition: float32, and not empty.
    package func withPointer<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
        try withUnsafeFloats { elements in
            guard let start = elements.baseAddress else { preconditionFailure("withPointer: no elements") }
            return try body(start)
        }
    }
}
