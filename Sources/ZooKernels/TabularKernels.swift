import CZooSIMD

/// Rows as packed records: the bytes of the codes of their categories, and whatever else the caller keeps there.
package struct Records {
    /// The first byte of the first record.
    package let address: UnsafePointer<UInt8>
    /// Bytes a record.
    package let stride: Int
    /// Which records are meant, in this order; nil for the first, the second, ...
    package let rows: UnsafePointer<Int32>?
    /// How many.
    package let count: Int

    /// Names records.
    package init(address: UnsafePointer<UInt8>, stride: Int, rows: UnsafePointer<Int32>?, count: Int) {
        self.address = address
        self.stride = stride
        self.rows = rows
        self.count = count
    }

    /// A part of them.
    package subscript(range: Range<Int>) -> Records {
        Records(
            address: rows == nil ? address + range.lowerBound * stride : address, stride: stride,
            rows: rows.map { $0 + range.lowerBound }, count: range.count)
    }

    /// The first byte of record `index`.
    @inline(__always) package func record(_ index: Int) -> UnsafePointer<UInt8> {
        address + stride * (rows.map { Int($0[index]) } ?? index)
    }
}

/// One category of a record, with the table that its code looks up.
package struct RecordCategory {
    let c: zoo_tabular_category

    /// A category.
    ///
    /// - Parameter offset: of the code in the record, in bytes
    /// - Parameter codeBytes: 1, 2 or 4
    /// - Parameter width: floats a row of the table
    /// - Parameter output: the first column of the matrix that gets the row
    package init(offset: Int, codeBytes: Int, width: Int, output: Int, table: UnsafeMutablePointer<Float>) {
        c = zoo_tabular_category(
            offset: UInt32(offset), bytes: UInt32(codeBytes), width: UInt32(width), output: UInt32(output),
            table: table)
    }
}

/// Which elements a dropout zeroes: decided by a key and the element's place alone, so that the way back needs no mask.
///
/// - Source: the hash is lowbias32 of Wellons 2018, "Prospecting for Hash Functions"
package struct HashedDropout: Sendable {
    let c: zoo_dropout

    /// Zeroes with `probability` and scales what stays, so that the mean stays.
    ///
    /// - Precondition: `probability` is in 0 ..< 1.
    package init(probability: Float, key: UInt32) {
        precondition((0..<1).contains(probability), "HashedDropout: \(probability) is not in 0 ..< 1")
        c = zoo_dropout(key: key, threshold: UInt32(Double(probability) * 0x1p32), scale: 1 / (1 - probability))
    }

    /// Applies it to `matrix`, whose first row has the number `firstRow`.
    package func apply(to matrix: FloatRows, columns: Int, rows: Int, firstRow: Int) {
        zoo_tabular_dropout(matrix.address, matrix.stride, rows, columns, c, firstRow)
    }
}

/// Rows of floats in memory.
package struct FloatRows {
    /// The first element.
    package let address: UnsafeMutablePointer<Float>
    /// Floats from a row to the next.
    package let stride: Int

    /// Names rows.
    package init(_ address: UnsafeMutablePointer<Float>, stride: Int) {
        self.address = address
        self.stride = stride
    }

    /// The rows from `row` on, from `column` on.
    @inline(__always) package func from(row: Int, column: Int = 0) -> FloatRows {
        FloatRows(address + row * stride + column, stride: stride)
    }
}

/// The loops of a network over embeddings that are neither products nor optimiser steps.
package enum TabularKernels {
    /// Puts the looked-up rows of every record side by side into a row of `output`.
    package static func gather(_ records: Records, _ categories: [RecordCategory], into output: FloatRows) {
        categories.map(\.c).withUnsafeBufferPointer {
            zoo_tabular_gather(
                records.address, records.stride, records.rows, records.count, $0.baseAddress, $0.count,
                output.address, output.stride)
        }
    }

    /// Adds each row of `gradient` to the rows of the tables that its record looked up.
    package static func scatter(_ records: Records, _ categories: [RecordCategory], gradient: FloatRows) {
        categories.map(\.c).withUnsafeBufferPointer {
            zoo_tabular_scatter(
                records.address, records.stride, records.rows, records.count, $0.baseAddress, $0.count,
                gradient.address, gradient.stride)
        }
    }

    /// Adds the columns of x and of x * x to `sums` and `squares`, after `x = max(x, 0)` if asked for.
    package static func columnSums(
        _ x: FloatRows, rows: Int, columns: Int, rectifying: Bool, sums: UnsafeMutablePointer<Float>,
        squares: UnsafeMutablePointer<Float>
    ) { zoo_tabular_column_sums(x.address, x.stride, rows, columns, rectifying ? 1 : 0, sums, squares) }

    /// `y = x * scale + shift` by columns, then dropout where there is one.
    package static func scale(
        _ x: FloatRows, into y: FloatRows, rows: Int, columns: Int, scale: UnsafePointer<Float>,
        shift: UnsafePointer<Float>, dropout: HashedDropout?, firstRow: Int
    ) {
        withOptionalPointer(to: dropout?.c) {
            zoo_tabular_scale(x.address, x.stride, y.address, y.stride, rows, columns, scale, shift, $0, firstRow)
        }
    }

    /// Takes `gradient` back through dropout, and adds up what batch norm's gradient needs: the columns of the gradient,
    /// and of the gradient times the normalised x.
    package static func normSums(
        gradient: FloatRows, _ x: FloatRows, rows: Int, columns: Int, mean: UnsafePointer<Float>,
        inverse: UnsafePointer<Float>, dropout: HashedDropout?, firstRow: Int, sums: UnsafeMutablePointer<Float>,
        products: UnsafeMutablePointer<Float>
    ) {
        withOptionalPointer(to: dropout?.c) {
            zoo_tabular_norm_sums(
                gradient.address, gradient.stride, x.address, x.stride, rows, columns, mean, inverse, $0, firstRow,
                sums, products)
        }
    }

    /// Takes `gradient` back through batch norm and the rectifier: `x > 0 ? a * gradient + b * x + c : 0` by columns.
    package static func normRectifierGradient(
        _ gradient: FloatRows, _ x: FloatRows, rows: Int, columns: Int, a: UnsafePointer<Float>,
        b: UnsafePointer<Float>, c: UnsafePointer<Float>
    ) {
        zoo_tabular_norm_rectifier_gradient(
            gradient.address, gradient.stride, x.address, x.stride, rows, columns, a, b, c)
    }

    /// Back through `x * scale + shift` by columns and the weights [columns, outputs] after it.
    ///
    /// - Parameter gradient: x' times the gradients of the outputs; becomes the gradient of the weights
    /// - Parameter sums: the gradients of the outputs, summed over the rows
    package static func scaledWeightsGradient(
        _ weights: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>, columns: Int, outputs: Int,
        scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, sums: UnsafePointer<Float>,
        scaleGradient: UnsafeMutablePointer<Float>, shiftGradient: UnsafeMutablePointer<Float>
    ) {
        zoo_tabular_scaled_weights_gradient(
            weights, gradient, columns, outputs, scale, shift, sums, scaleGradient, shiftGradient)
    }

    private static func withOptionalPointer<Value>(to value: Value?, _ body: (UnsafePointer<Value>?) -> Void) {
        guard let value else { return body(nil) }
        withUnsafePointer(to: value) { body($0) }
    }
}
