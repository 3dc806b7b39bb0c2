import ZooKernels

extension Tensor {
    /// The matrix product over the last two axes, either operand transposed on the way.
    ///
    /// - Shapes: [..., m, k] x [..., k, n] -> [..., m, n]; leading axes broadcast. A transposed operand has its last two
    ///   axes the other way round.
    /// - Precondition: two axes or more each, equal inner sizes, real and equal element types.
    public func matmul(_ other: Tensor, transposeSelf: Bool = false, transposeOther: Bool = false) -> Tensor {
        let result = product(other, transposeSelf, transposeOther)
        return result.recorded(from: self, other, saving: .inputs) { step in
            let (a, b, gradient) = (step.input(0), step.input(1), step.gradient)
            // Y = op(A) op(B): dop(A) = G op(B)', dop(B) = op(A)' G, transposed back where A or B was.
            var (forA, forB): (Tensor?, Tensor?)
            if step.needs(0) {
                forA =
                    transposeSelf
                    ? b.matmul(gradient, transposeSelf: transposeOther, transposeOther: true)
                    : gradient.matmul(b, transposeOther: !transposeOther)
            }
            if step.needs(1) {
                forB =
                    transposeOther
                    ? gradient.matmul(a, transposeSelf: true, transposeOther: transposeSelf)
                    : a.matmul(gradient, transposeSelf: !transposeSelf)
            }
            return [forA?.reduced(to: a.shape), forB?.reduced(to: b.shape)]
        }
    }

    private func product(_ other: Tensor, _ transposeSelf: Bool, _ transposeOther: Bool) -> Tensor {
        precondition(rank >= 2 && other.rank >= 2, "matmul: matrices have two axes: \(shape) x \(other.shape)")
        precondition(
            dtype == other.dtype && dtype.isReal,
            "matmul: element types \(dtype) x \(other.dtype) must be real and equal")
        let layout = MatrixLayout(
            (rows: shape[-2], columns: shape[-1]), transposeSelf, (rows: other.shape[-2], columns: other.shape[-1]),
            transposeOther)
        precondition(layout.innerSizesAgree, "matmul: inner sizes differ: \(shape) x \(other.shape)")
        if rank == 2 && other.rank == 2 {
            let result = Tensor(uninitialized: [layout.m, layout.n], dtype)
            multiply(other, result, layout, 0, 0, 0)
            return result
        }
        if other.rank == 2 && !transposeSelf {  // one tall product
            let result = Tensor(uninitialized: Shape(shape.dimensions.dropLast() + [layout.n]), dtype)
            var tall = layout
            tall.m = shape.count(of: 0..<rank - 1)
            multiply(other, result, tall, 0, 0, 0)
            return result
        }
        let batches = BroadcastPlan(
            Shape(Array(shape.dimensions.dropLast(2))), Shape(Array(other.shape.dimensions.dropLast(2))), name: "matmul"
        )
        let result = Tensor(uninitialized: Shape(batches.shape.dimensions + [layout.m, layout.n]), dtype)
        if batches.shape.count > 0 {
            batches.forEachElement { a, b, out in
                multiply(
                    other, result, layout, a * shape[-2] * shape[-1], b * other.shape[-2] * other.shape[-1],
                    out * layout.m * layout.n)
            }
        }
        return result
    }

    private func multiply(_ other: Tensor, _ result: Tensor, _ layout: MatrixLayout, _ a: Int, _ b: Int, _ out: Int) {
        let (m, n, k) = (layout.m, layout.n, layout.k)
        guard m > 0, n > 0 else { return }
        guard k > 0 else {
            (result.bytes + out * dtype.byteCount).initializeMemory(
                as: UInt8.self, repeating: 0, count: m * n * dtype.byteCount)
            return
        }
        switch dtype {
        case .float32:
            gemm(
                transposeA: layout.transposeA, transposeB: layout.transposeB, m: m, n: n, k: k, alpha: 1, float32 + a,
                lda: layout.lda, other.float32 + b, ldb: layout.ldb, beta: 0, result.float32 + out, ldc: n)
        case .float64:
            gemm(
                transposeA: layout.transposeA, transposeB: layout.transposeB, m: m, n: n, k: k, alpha: 1, float64 + a,
                lda: layout.lda, other.float64 + b, ldb: layout.ldb, beta: 0, result.float64 + out, ldc: n)
        case .int32: preconditionFailure("matmul: int32")
        }
    }
}

/// The sizes and row strides of one product `op(A) [m, k] x op(B) [k, n]`.
private struct MatrixLayout {
    var m: Int
    let n, k, lda, ldb: Int
    let transposeA, transposeB, innerSizesAgree: Bool

    init(_ a: (rows: Int, columns: Int), _ transposeA: Bool, _ b: (rows: Int, columns: Int), _ transposeB: Bool) {
        m = transposeA ? a.columns : a.rows
        k = transposeA ? a.rows : a.columns
        n = transposeB ? b.rows : b.columns
        (lda, ldb) = (max(a.columns, 1), max(b.columns, 1))
        (self.transposeA, self.transposeB) = (transposeA, transposeB)
        innerSizesAgree = k == (transposeB ? b.columns : b.rows)
    }
}
