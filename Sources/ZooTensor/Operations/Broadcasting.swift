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
        let result = Tensor(uninitialized: shape, dtype)
        let grid = Grid(rows: 1, columns: count, aRow: 0, bRow: 0, aColumn: 0, bColumn: 1)
        switch dtype {
        case .float32: withUnsafePointer(to: Float(number)) { binary(operation, $0, float32, result.float32, grid) }
        case .float64: withUnsafePointer(to: number) { binary(operation, $0, float64, result.float64, grid) }
        case .int32: withUnsafePointer(to: Int32(number)) { binary(operation, $0, int32, result.int32, grid) }
        }
        return result
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

extension Grid {
    /// The grid of two shapes of which one (the left one if `isLeft`) is the result's and the other stretches to it along
    /// its first or its last axes; nil for anything else. Allocates nothing.
    static func stretching(_ a: Shape, _ b: Shape) -> (isLeft: Bool, grid: Grid)? {
        if a.rank >= b.rank, let (rows, columns, alongRows) = edges(of: a, b) {
            let (bRow, bColumn) = alongRows ? (0, 1) : (1, 0)
            return (
                true, Grid(rows: rows, columns: columns, aRow: columns, bRow: bRow, aColumn: 1, bColumn: bColumn)
            )
        }
        if b.rank >= a.rank, let (rows, columns, alongRows) = edges(of: b, a) {
            let (aRow, aColumn) = alongRows ? (0, 1) : (1, 0)
            return (
                false, Grid(rows: rows, columns: columns, aRow: aRow, bRow: columns, aColumn: aColumn, bColumn: 1)
            )
        }
        return nil
    }

    private static func edges(of big: Shape, _ small: Shape) -> (rows: Int, columns: Int, alongRows: Bool)? {
        let extra = big.rank - small.rank
        // Equal axes at the end, then nothing but ones: a row for every row.
        var same = 0
        while same < small.rank && small.dimensions[small.rank - 1 - same] == big.dimensions[big.rank - 1 - same] {
            same += 1
        }
        var columns = 1
        for axis in big.rank - same..<big.rank { columns *= big.dimensions[axis] }
        if small.count == columns { return columns > 0 ? (big.count / columns, columns, true) : nil }
        guard extra == 0 else { return nil }
        // Equal axes at the start, then nothing but ones: a number for every row.
        var rows = 1
        for axis in 0..<big.rank {
            guard small.dimensions[axis] == big.dimensions[axis] else { break }
            rows *= big.dimensions[axis]
        }
        return small.count == rows && rows > 0 ? (rows, big.count / rows, false) : nil
    }
}

/// How two shapes stretch to a common one: axes that move alike are merged, the innermost two become a grid.
struct BroadcastPlan {
    let shape: Shape
    // Merged axes, innermost first: size, and the operands' steps (0 where stretched).
    private let axes: [(size: Int, a: Int, b: Int)]

    init(_ a: Shape, _ b: Shape, name: StaticString) {
        let rank = max(a.rank, b.rank)
        var sizes = [Int](repeating: 1, count: rank)
        var axes: [(size: Int, a: Int, b: Int)] = []
        axes.reserveCapacity(rank)
        var (aStep, bStep) = (1, 1)
        for position in 1...max(rank, 1) where position <= rank {
            let aSize = position <= a.rank ? a.dimensions[a.rank - position] : 1
            let bSize = position <= b.rank ? b.dimensions[b.rank - position] : 1
            precondition(aSize == bSize || aSize == 1 || bSize == 1, "\(name): shapes do not broadcast: \(a) and \(b)")
            let size = aSize == 1 ? bSize : aSize
            sizes[rank - position] = size
            if size != 1 {
                Self.add((size, aSize == 1 ? 0 : aStep, bSize == 1 ? 0 : bStep), to: &axes)
            }
            aStep *= aSize
            bStep *= bSize
        }
        shape = Shape(sizes)
        self.axes = axes
    }

    private static func add(_ axis: (size: Int, a: Int, b: Int), to axes: inout [(size: Int, a: Int, b: Int)]) {
        if let inner = axes.last, axis.a == inner.a * inner.size, axis.b == inner.b * inner.size {
            axes[axes.count - 1].size *= axis.size
        } else {
            axes.append(axis)
        }
    }

    /// Calls `body` with the operands' and the result's first elements for each grid.
    func forEachGrid(_ body: (_ a: Int, _ b: Int, _ out: Int, _ grid: Grid) -> Void) {
        let inner = axes.first ?? (size: 1, a: 0, b: 0)
        let rows = axes.count > 1 ? axes[1] : (size: 1, a: 0, b: 0)
        let grid = Grid(
            rows: rows.size, columns: inner.size, aRow: rows.a, bRow: rows.b, aColumn: inner.a, bColumn: inner.b)
        let outer = axes.dropFirst(2)
        var position = [Int](repeating: 0, count: outer.count)
        var (a, b, out) = (0, 0, 0)
        for _ in 0..<outer.reduce(1, { $0 * $1.size }) {
            body(a, b, out, grid)
            out += rows.size * inner.size
            for (index, axis) in outer.enumerated() {
                position[index] += 1
                a += axis.a
                b += axis.b
                if position[index] < axis.size { break }
                a -= axis.a * axis.size
                b -= axis.b * axis.size
                position[index] = 0
            }
        }
    }

    /// Calls `body` with the number of each operand's and the result's element.
    func forEachElement(_ body: (_ a: Int, _ b: Int, _ out: Int) -> Void) {
        forEachGrid { a, b, out, grid in
            for row in 0..<grid.rows {
                for column in 0..<grid.columns {
                    body(
                        a + row * grid.aRow + column * grid.aColumn, b + row * grid.bRow + column * grid.bColumn,
                        out + row * grid.columns + column)
                }
            }
        }
    }
}
