import CZooSIMD

/// The element-wise operations of two operands; comparisons give 0 or 1.
package enum BinaryOperation: Int32, Sendable {
    case add, subtract, multiply, divide, maximum, minimum
    case greater, less, greaterOrEqual, lessOrEqual, equal, notEqual
    case power
    /// Gradients: the left operand is the gradient, the right one what the forward saved (sigmoid and tanh their output, the others their input).
    case reluGradient, sigmoidGradient, tanhGradient, geluGradient, hardSwishGradient, siluGradient
}

/// Rows and columns of a result, and how far each operand moves from row to row and from column to column (0 or 1).
package struct Grid: Sendable {
    /// The extent, and the operands' steps.
    package let rows, columns, aRow, bRow, aColumn, bColumn: Int

    /// Creates a grid of `rows` by `columns` results.
    package init(rows: Int, columns: Int, aRow: Int, bRow: Int, aColumn: Int, bColumn: Int) {
        (self.rows, self.columns) = (rows, columns)
        (self.aRow, self.bRow, self.aColumn, self.bColumn) = (aRow, bRow, aColumn, bColumn)
    }

    /// A grid for operands as long as the result.
    package init(count: Int) { self.init(rows: 1, columns: count, aRow: 0, bRow: 0, aColumn: 1, bColumn: 1) }

    @inline(__always) var c: zoo_grid {
        zoo_grid(rows: rows, columns: columns, a_row: aRow, b_row: bRow, a_column: aColumn, b_column: bColumn)
    }
}

/// Computes `out = a op b` over `grid`; `out` overlaps neither operand.
@inline(__always) package func binary(
    _ operation: BinaryOperation, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>, _ grid: Grid
) { zoo_binary_f32(operation.rawValue, a, b, out, grid.c) }

/// Computes `out = a op b` over `grid`; `out` overlaps neither operand.
@inline(__always) package func binary(
    _ operation: BinaryOperation, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, _ grid: Grid
) { zoo_binary_f64(operation.rawValue, a, b, out, grid.c) }

/// Computes `out = a op b` over `grid`; division, powers and gradients have no integer form.
@inline(__always) package func binary(
    _ operation: BinaryOperation, _ a: UnsafePointer<Int32>, _ b: UnsafePointer<Int32>,
    _ out: UnsafeMutablePointer<Int32>, _ grid: Grid
) { zoo_binary_i32(operation.rawValue, a, b, out, grid.c) }

/// Computes `out[i] = condition[i] != 0 ? a[i] : b[i]`.
package func select(
    _ condition: UnsafePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>,
    _ out: UnsafeMutablePointer<Float>, count: Int
) { zoo_where_f32(condition, a, b, out, count) }

/// Computes `out[i] = condition[i] != 0 ? a[i] : b[i]`.
package func select(
    _ condition: UnsafePointer<Double>, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>,
    _ out: UnsafeMutablePointer<Double>, count: Int
) { zoo_where_f64(condition, a, b, out, count) }

extension BinaryOperation {
    /// Whether int32 operands are allowed.
    package var hasIntegerForm: Bool { self != .divide && rawValue < BinaryOperation.power.rawValue }
}

extension Grid {
    /// Copies the left operand into the result, stretched as the grid says; `size` bytes an element.
    package func copyFirst(_ a: UnsafeRawPointer, _ out: UnsafeMutableRawPointer, size: Int) {
        if size == 4 {
            copyFirst(a.assumingMemoryBound(to: UInt32.self), out.assumingMemoryBound(to: UInt32.self))
        } else {
            copyFirst(a.assumingMemoryBound(to: UInt64.self), out.assumingMemoryBound(to: UInt64.self))
        }
    }

    private func copyFirst<T: FixedWidthInteger>(_ a: UnsafePointer<T>, _ out: UnsafeMutablePointer<T>) {
        for row in 0..<rows {
            let target = out + row * columns
            if aColumn == 1 {
                target.update(from: a + row * aRow, count: columns)
            } else {
                target.update(repeating: a[row * aRow], count: columns)
            }
        }
    }
}
