import ZooKernels

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
