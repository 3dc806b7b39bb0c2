import ZooKernels
import ZooTensor

extension RecurrentLayers {
    /// Reads texts of different lengths in both directions, each backwards from its own end, without joining the outputs.
    ///
    /// - Shapes: x [time, batch, in], lengths [batch] -> outputs [time, batch, hidden] in the order of x, those behind a text
    ///   without a meaning; ends [batch, hidden], what each direction gives after its last step
    /// - Precondition: one layer in both directions; every length is from 1 to `time`
    package final func bothWays(
        _ input: Tensor, lengths: [Int], weightDropout: Float = 0, mode: Mode = .inference,
        using generator: inout RandomGenerator
    ) -> (outputs: [Tensor], ends: [Tensor]) {
        precondition(isBidirectional && layerCount == 1, "bothWays: one layer in both directions")
        let (time, batch) = (input.shape[0], input.shape[1])
        let start = initialState(batchSize: batch, input.dtype)
        func rows(_ place: (_ step: Int, _ length: Int) -> Int, steps: Int) -> Tensor {
            let all = (0..<steps).flatMap { step in
                lengths.enumerated().map { Int32(place(step, $1) * batch + $0) }
            }
            return Tensor(all, shape: [steps * batch])
        }
        func gathered(_ x: Tensor, _ rows: Tensor) -> Tensor {
            x.reshaped([time * batch, x.shape[2]]).gathered(rows: rows).reshaped([
                rows.count / batch, batch, x.shape[2],
            ])
        }
        let turned = rows({ $0 < $1 ? $1 - 1 - $0 : $0 }, steps: time)
        let last = rows({ $1 - 1 }, steps: 1)
        var (outputs, ends): ([Tensor], [Tensor]) = ([], [])
        for (direction, x) in [input, gathered(input, turned)].enumerated() {
            let output = run(
                direction, x, start, mode == .training ? weightDropout : 0, false, isReversed: false, &generator
            ).output
            outputs.append(direction == 0 ? output : gathered(output, turned))
            ends.append(gathered(output, last).reshaped([batch, hiddenSize]))
        }
        return (outputs, ends)
    }
}
