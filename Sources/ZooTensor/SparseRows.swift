import ZooKernels

/// A matrix of which only some rows are not zero: the gradient of an embedding table.
public struct SparseRows: Sendable {
    /// The rows' numbers, int32 [n], rising and unique.
    public let indices: Tensor
    /// The rows' values [n, width...].
    public let rows: Tensor
    /// The shape of the whole.
    public let shape: Shape

    /// Adds up `rows` that fall on the same index.
    ///
    /// - Shapes: indices int32 [...], rows [indices..., width...]; shape [count, width...]
    /// - Precondition: the shapes agree, and every index is in 0 ..< count.
    public init(summing rows: Tensor, at indices: Tensor, shape: Shape) {
        precondition(
            shape.rank > 0 && rows.shape.dimensions == indices.shape.dimensions + shape.dimensions.dropFirst(),
            "SparseRows: rows \(rows.shape) at indices \(indices.shape) of \(shape)")
        let width = shape.count(of: 1..<shape.rank)
        let order = RowOrder(indices: indices, rowCount: shape[0])
        let sum = Tensor(
            uninitialized: Shape([order.unique.count] + shape.dimensions.dropFirst()), rows.dtype)
        let n = indices.count
        defer { withExtendedLifetime(order) {} }
        switch rows.dtype {
        case .float32: sumRows(rows.float32, keys: order.keys, count: n, into: sum.float32, width: width)
        case .float64: sumRows(rows.float64, keys: order.keys, count: n, into: sum.float64, width: width)
        case .int32: preconditionFailure("SparseRows: int32 rows")
        }
        self.indices = order.unique
        self.rows = sum
        self.shape = shape
    }

    /// The whole matrix.
    public var dense: Tensor { rows.scatteredAdd(rows: indices, count: shape[0]) }

    /// The sum of two gradients of the same table.
    static func + (a: SparseRows, b: SparseRows) -> SparseRows {
        SparseRows(
            summing: Tensor.concatenated([a.rows, b.rows], axis: 0),
            at: Tensor.concatenated([a.indices, b.indices], axis: 0), shape: a.shape)
    }
}

/// Indices sorted stably: each key has the index above and the position below, 32 bits each.
private struct RowOrder {
    let keys: UnsafeMutablePointer<UInt64>
    let unique: Tensor
    private let buffer: PooledBuffer

    init(indices: Tensor, rowCount: Int) {
        let n = indices.count
        buffer = PooledBuffer(byteCount: n * 16)
        keys = sortedRowKeys(indices.int32, count: n, rowCount: rowCount, scratch: buffer)
        var uniqueCount = 0
        for i in 0..<n where i == 0 || keys[i] >> 32 != keys[i - 1] >> 32 { uniqueCount += 1 }
        unique = Tensor(uninitialized: [uniqueCount], .int32)
        var u = 0
        for i in 0..<n where i == 0 || keys[i] >> 32 != keys[i - 1] >> 32 {
            unique.int32[u] = Int32(truncatingIfNeeded: keys[i] >> 32)
            u += 1
        }
    }
}
