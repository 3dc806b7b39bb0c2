import ZooKernels

/// An array of numbers with a shape, and, where gradients are tracked, the record of how it was computed.
///
/// A value: row-major and contiguous, never changed while somebody else holds it. Reshapes and slices of the leading
/// axis share storage; everything else copies.
public struct Tensor: Sendable {
    /// The sizes of the axes.
    public let shape: Shape
    /// The type of the elements.
    public let dtype: DType
    var storage: PooledBuffer
    let offset: Int  // in elements
    var node: Node?

    init(storage: PooledBuffer, offset: Int = 0, shape: Shape, dtype: DType, node: Node? = nil) {
        self.storage = storage
        self.offset = offset
        self.shape = shape
        self.dtype = dtype
        self.node = node
    }

    /// A tensor of undefined content, for an operation to fill.
    init(uninitialized shape: Shape, _ dtype: DType) {
        self.init(
            storage: PooledBuffer(byteCount: shape.count * dtype.byteCount), shape: shape, dtype: dtype)
    }

    /// The number of elements.
    public var count: Int { shape.count }
    /// The number of axes.
    public var rank: Int { shape.rank }

    /// Whether operations on this tensor are recorded.
    public var requiresGradient: Bool { node != nil }

    /// The same values without the record: a constant for gradients.
    public func detached() -> Tensor {
        var copy = self
        copy.node = nil
        return copy
    }

    /// The same values as the start of a new record: what gradients can be taken with respect to.
    ///
    /// - Precondition: a real element type.
    public func trackingGradients() -> Tensor {
        precondition(dtype.isReal, "trackingGradients: \(dtype) has no gradient")
        var copy = self
        copy.node = Node()
        return copy
    }
}

// The addresses that operations read and write; the storage must outlive the use.
extension Tensor {
    var float32: UnsafeMutablePointer<Float> { address(of: Float.self) }
    var float64: UnsafeMutablePointer<Double> { address(of: Double.self) }
    var int32: UnsafeMutablePointer<Int32> { address(of: Int32.self) }

    var bytes: UnsafeMutableRawPointer { storage.address + offset * dtype.byteCount }
    var byteCount: Int { shape.count * dtype.byteCount }

    @inline(__always) private func address<T>(of type: T.Type) -> UnsafeMutablePointer<T> {
        precondition(
            storage.byteCount != 0 || count == 0, "a gradient rule reads values that its operation did not save")
        return storage.address.assumingMemoryBound(to: T.self) + offset
    }
}
