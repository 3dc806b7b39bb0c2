import CZooSIMD

/// A linear layer that is asked for one row at a time.
package struct RowLayer: Sendable {
    /// Outputs, filled up to a multiple of 16.
    package let stride: Int
    /// [inputs, stride]
    private let weight: [Float]
    private let bias: [Float]

    /// - Shapes: weight [inputs, outputs], bias [outputs]
    package init(_ weight: [Float], bias: [Float]) {
        let outputs = bias.count
        let stride = (outputs + 15) / 16 * 16
        var filled = [Float](repeating: 0, count: weight.count / outputs * stride)
        for input in 0..<weight.count / outputs {
            filled.replaceSubrange(
                input * stride..<input * stride + outputs, with: weight[input * outputs..<(input + 1) * outputs])
        }
        self.stride = stride
        self.weight = filled
        self.bias = bias + Array(repeating: 0, count: stride - outputs)
    }

    /// Writes the bias, to which inputs are then added.
    package func begin(_ out: UnsafeMutablePointer<Float>) {
        bias.withUnsafeBufferPointer { bias in
            if let base = bias.baseAddress { out.update(from: base, count: stride) }
        }
    }

    /// Adds what `count` inputs from number `first` on make of the outputs.
    ///
    /// - Parameter rectified: whether negative inputs count as 0
    /// - Shapes: x [count], out [stride]
    package func add(
        _ x: UnsafePointer<Float>, first: Int, count: Int, rectified: Bool, to out: UnsafeMutablePointer<Float>
    ) {
        precondition((first + count) * stride <= weight.count, "RowLayer: inputs \(first)..<\(first + count)")
        weight.withUnsafeBufferPointer { weight in
            if let base = weight.baseAddress {
                zoo_row_layer(x, count, rectified, base + first * stride, stride, out)
            }
        }
    }
}
