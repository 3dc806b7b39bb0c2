import ZooTensor

/// A tensor that is saved with the model but not trained, such as a running mean.
public final class Buffer {
    /// The tensor.
    ///
    /// - Precondition: a new value has the old one's shape.
    public var value: Tensor {
        didSet {
            precondition(value.shape == oldValue.shape, "Buffer: new shape \(value.shape) is not \(oldValue.shape)")
        }
    }

    /// Creates a cell.
    public init(_ value: Tensor) { self.value = value.detached() }
}
