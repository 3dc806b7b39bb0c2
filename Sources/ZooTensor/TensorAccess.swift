extension Tensor {
    /// The elements of a float32 tensor in row-major order.
    ///
    /// - Precondition: dtype is float32; likewise for the other two.
    public var floats: [Float] {
        if let shared = storage.sharedFloats, offset == 0, shared.count == count { return shared }
        return withUnsafeFloats { Array($0) }
    }

    /// The elements of a float64 tensor in row-major order.
    public var doubles: [Double] { withUnsafeDoubles { Array($0) } }

    /// The elements of an int32 tensor in row-major order.
    public var int32s: [Int32] { withUnsafeInt32s { Array($0) } }

    /// The only element, whatever its type.
    ///
    /// - Precondition: one element.
    public var item: Double {
        precondition(count == 1, "item: \(shape) has not one element")
        return switch dtype {
        case .float32: Double(float32[0])
        case .float64: float64[0]
        case .int32: Double(int32[0])
        }
    }

    /// Reads the elements in place.
    public func withUnsafeFloats<R>(_ body: (UnsafeBufferPointer<Float>) throws -> R) rethrows -> R {
        require(.float32)
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: float32, count: count))
    }

    /// Reads the elements in place.
    public func withUnsafeDoubles<R>(_ body: (UnsafeBufferPointer<Double>) throws -> R) rethrows -> R {
        require(.float64)
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: float64, count: count))
    }

    /// Reads the elements in place.
    public func withUnsafeInt32s<R>(_ body: (UnsafeBufferPointer<Int32>) throws -> R) rethrows -> R {
        require(.int32)
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: int32, count: count))
    }

    /// Changes the elements in place; copies them first if anything else (a graph that is still alive, a slice) holds them.
    ///
    /// - Precondition: not the result of a recorded operation, whose record would no longer be true.
    public mutating func withUnsafeMutableFloats<R>(
        _ body: (UnsafeMutableBufferPointer<Float>) throws -> R
    ) rethrows -> R {
        require(.float32)
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: float32, count: count))
    }

    /// Changes the elements in place; as ``withUnsafeMutableFloats(_:)``.
    public mutating func withUnsafeMutableDoubles<R>(
        _ body: (UnsafeMutableBufferPointer<Double>) throws -> R
    ) rethrows -> R {
        require(.float64)
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: float64, count: count))
    }

    /// Changes the elements in place; as ``withUnsafeMutableFloats(_:)``.
    public mutating func withUnsafeMutableInt32s<R>(
        _ body: (UnsafeMutableBufferPointer<Int32>) throws -> R
    ) rethrows -> R {
        require(.int32)
        makeUnique()
        return try body(UnsafeMutableBufferPointer(start: int32, count: count))
    }

    /// Makes this tensor the only holder of its storage.
    mutating func makeUnique() {
        precondition(node?.isLeaf ?? true, "a recorded result cannot be changed in place: detach it first")
        guard !holdsStorageAlone() else { return }
        var copy = copied()
        copy.node = node
        self = copy
    }

    /// Whether nothing else holds the storage, so that it can change in place.
    mutating func holdsStorageAlone() -> Bool {
        storage.sharedFloats == nil && isKnownUniquelyReferenced(&storage)
    }

    /// The same values in storage of their own, not recorded.
    func copied() -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        result.bytes.copyMemory(from: bytes, byteCount: byteCount)
        return result
    }

    private func require(_ wanted: DType) {
        precondition(dtype == wanted, "the tensor \(shape) is \(dtype), not \(wanted)")
    }
}
