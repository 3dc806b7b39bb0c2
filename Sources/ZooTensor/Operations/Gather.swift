import ZooKernels

extension Tensor {
    /// Looks up rows by number, as an embedding does.
    ///
    /// Where the table is a leaf its gradient is sparse: only the rows that were looked up.
    /// - Shapes: table [count, width...], rows int32 [...] -> [..., width...]
    /// - Precondition: every number is in 0 ..< count.
    public func gathered(rows: Tensor) -> Tensor {
        precondition(rank > 0 && rows.dtype == .int32, "gathered: int32 rows of a table, not \(rows.dtype) of \(shape)")
        let width = shape.count(of: 1..<rank)
        let bytesPerRow = width * dtype.byteCount
        let result = Tensor(uninitialized: Shape(rows.shape.dimensions + shape.dimensions.dropFirst()), dtype)
        copyRows(
            bytes, rowCount: shape[0], at: rows.int32, count: rows.count, to: result.bytes, bytesPerRow: bytesPerRow)
        guard requiresGradient else { return result }
        var recorded = result
        recorded.node = Node(
            inputs: [self], output: result, saving: [],
            rule: { step in
                let shape = step.input(0).shape
                return [step.gradient.scatteredAdd(rows: rows, count: shape[0]).reshaped(shape)]
            },
            sparseRule: { step in SparseRows(summing: step.gradient, at: rows, shape: step.input(0).shape) })
        return recorded
    }

    /// Adds each row to the row of the result that `rows` names: the transpose of ``gathered(rows:)``.
    ///
    /// - Shapes: self [rows..., width...], rows int32 [...] -> [count, width...]
    /// - Precondition: every number is in 0 ..< count.
    public func scatteredAdd(rows: Tensor, count rowCount: Int) -> Tensor {
        precondition(
            rows.dtype == .int32 && shape.dimensions.starts(with: rows.shape.dimensions),
            "scatteredAdd: \(shape) at rows \(rows.dtype) \(rows.shape)")
        let rest = shape.dimensions.dropFirst(rows.rank)
        let result = Tensor.zeros(Shape([rowCount] + rest), dtype)
        let width = rest.reduce(1, *)
        let indices = rows.int32
        for i in 0..<rows.count {
            precondition(
                indices[i] >= 0 && Int(indices[i]) < rowCount, "scatteredAdd: row \(indices[i]) of \(rowCount)")
        }
        switch dtype {
        case .float32: addRows(float32, at: indices, count: rows.count, to: result.float32, width: width)
        case .float64: addRows(float64, at: indices, count: rows.count, to: result.float64, width: width)
        case .int32: preconditionFailure("scatteredAdd: int32 values")
        }
        return result.recorded(from: self) { step in [step.gradient.gathered(rows: rows)] }
    }
}
