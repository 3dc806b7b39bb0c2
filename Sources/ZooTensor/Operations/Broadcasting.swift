import ZooKernels

extension Tensor {
    /// Applies an element-wise operation, operands stretched along axes of size 1 as NumPy does. Not recorded.
    ///
    /// - Precondition: equal element types; shapes that agree from the last axis on, or are 1.
    func applying(_ operation: BinaryOperation, _ other: Tensor, name: StaticString) -> Tensor {
        precondition(dtype == other.dtype, "\(name): element types differ: \(dtype) and \(other.dtype)")
        if shape == other.shape { return computed(operation, other, shape: shape, Grid(count: count)) }
        if other.count == 1 && other.rank <= rank {
            return computed(
                operation, other, shape: shape,
                Grid(rows: 1, columns: count, aRow: 0, bRow: 0, aColumn: 1, bColumn: 0))
        }
        if count == 1 && rank <= other.rank {
            return computed(
                operation, other, shape: other.shape,
                Grid(rows: 1, columns: other.count, aRow: 0, bRow: 0, aColumn: 0, bColumn: 1))
        }
        if let (isLeft, grid) = Grid.stretching(shape, other.shape) {
            return computed(operation, other, shape: isLeft ? shape : other.shape, grid)
        }
        let plan = BroadcastPlan(shape, other.shape, name: name)
        let result = Tensor(uninitialized: plan.shape, dtype)
        if result.count > 0 {
            plan.forEachGrid { a, b, out, grid in compute(operation, other, result, grid, a, b, out) }
        }
        return result
    }

    /// Applies an element-wise operation with a number on the right. Not recorded.
    func applying(_ operation: BinaryOperation, _ number: Double) -> Tensor {
        checkInteger(operation, number)
        let result = Tensor(uninitialized: shape, dtype)
        let grid = Grid(rows: 1, columns: count, aRow: 0, bRow: 0, aColumn: 1, bColumn: 0)
        switch dtype {
        case .float32: withUnsafePointer(to: Float(number)) { binary(operation, float32, $0, result.float32, grid) }
        case .float64: withUnsafePointer(to: number) { binary(operation, float64, $0, result.float64, grid) }
        case .int32: withUnsafePointer(to: Int32(number)) { binary(operation, int32, $0, result.int32, grid) }
        }
        return result
    }

    /// Applies an element-wise operation with a number on the left. Not recorded.
    func applying(_ operation: BinaryOperation, to number: Double) -> Tensor {
        checkInteger(operation, number)
        let result = Tensor(uninitialized: shape, dtype)
        let grid = Grid(rows: 1, columns: count, aRow: 0, bRow: 0, aColumn: 0, bColumn: 1)
        switch dtype {
        case .float32: withUnsafePointer(to: Float(number)) { binary(operation, $0, float32, result.float32, grid) }
        case .float64: withUnsafePointer(to: number) { binary(operation, $0, float64, result.float64, grid) }
        case .int32: withUnsafePointer(to: Int32(number)) { binary(operation, $0, int32, result.int32, grid) }
        }
        return result
    }

    /// - Precondition: whole numbers are reckoned with whole numbers, by what leaves them whole.
    private func checkInteger(_ operation: BinaryOperation, _ number: Double) {
        guard dtype == .int32 else { return }
        precondition(
            operation.hasIntegerForm && Int32(exactly: number) != nil,
            "\(operation) of int32 with \(number): convert to a real type first")
    }

    private func computed(_ operation: BinaryOperation, _ other: Tensor, shape: Shape, _ grid: Grid) -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        compute(operation, other, result, grid, 0, 0, 0)
        return result
    }

    private func compute(
        _ operation: BinaryOperation, _ other: Tensor, _ result: Tensor, _ grid: Grid, _ a: Int, _ b: Int, _ out: Int
    ) {
        switch dtype {
        case .float32: binary(operation, float32 + a, other.float32 + b, result.float32 + out, grid)
        case .float64: binary(operation, float64 + a, other.float64 + b, result.float64 + out, grid)
        case .int32:
            precondition(operation.hasIntegerForm, "\(operation) has no integer form")
            binary(operation, int32 + a, other.int32 + b, result.int32 + out, grid)
        }
    }

    /// This gradient added up over the axes along which an operand of `shape` was stretched.
    func reduced(to shape: Shape) -> Tensor {
        if self.shape == shape { return self }
        let extra = rank - shape.rank
        let stretched = (0..<shape.rank).filter { shape.dimensions[$0] == 1 && self.shape.dimensions[$0 + extra] != 1 }
        return sum(axes: Array(0..<extra) + stretched.map { $0 + extra }).reshaped(shape)
    }

    /// This tensor stretched to `shape`.
    ///
    /// - Precondition: each axis, counted from the last, has the size wanted or 1.
    public func expanded(_ shape: Shape) -> Tensor {
        if self.shape == shape { return self }
        if count == 1 && rank <= shape.rank && !requiresGradient { return filled(shape) }
        let plan = BroadcastPlan(self.shape, shape, name: "expanded")
        precondition(plan.shape == shape, "expanded: \(self.shape) does not stretch to \(shape)")
        let result = Tensor(uninitialized: shape, dtype)
        let size = dtype.byteCount
        if result.count > 0 {
            plan.forEachGrid { a, _, out, grid in
                grid.copyFirst(bytes + a * size, result.bytes + out * size, size: size)
            }
        }
        return result.recorded(from: self) { step in [step.gradient.reduced(to: step.input(0).shape)] }
    }

    /// The only element in every place of `shape`.
    private func filled(_ shape: Shape) -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        switch dtype {
        case .float32: result.float32.update(repeating: float32[0], count: shape.count)
        case .float64: result.float64.update(repeating: float64[0], count: shape.count)
        case .int32: result.int32.update(repeating: int32[0], count: shape.count)
        }
        return result
    }
}
