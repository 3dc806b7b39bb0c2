/// Sorts row numbers stably into keys: the row above and its position below, 32 bits each.
///
/// - Parameter scratch: 16 bytes an index; the result lies in it.
/// - Precondition: every index is in 0 ..< rowCount.
package func sortedRowKeys(
    _ indices: UnsafePointer<Int32>, count: Int, rowCount: Int, scratch: PooledBuffer
) -> UnsafeMutablePointer<UInt64> {
    precondition(scratch.byteCount >= count * 16, "sortedRowKeys: the scratch buffer is too small")
    var keys = scratch.address.assumingMemoryBound(to: UInt64.self)
    var spare = keys + count
    for i in 0..<count {
        let index = Int(indices[i])
        precondition(index >= 0 && index < rowCount, "row \(index) is out of range: there are \(rowCount) rows")
        keys[i] = UInt64(index) << 32 | UInt64(i)
    }
    guard count > 128 else {
        var unsorted = UnsafeMutableBufferPointer(start: keys, count: count)
        unsorted.sort()
        return keys
    }
    // Positions are in order already: only the digits of the row are left to sort by.
    var shift = 32
    while shift < 64 && rowCount >> (shift - 32) > 0 {
        sortByDigit(keys, spare, count: count, shift: UInt64(shift))
        swap(&keys, &spare)
        shift += 11
    }
    return keys
}

/// One pass of a radix sort, stable.
private func sortByDigit(
    _ keys: UnsafeMutablePointer<UInt64>, _ out: UnsafeMutablePointer<UInt64>, count: Int, shift: UInt64
) {
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2048) { starts in
        starts.initialize(repeating: 0)
        for i in 0..<count { starts[Int(keys[i] >> shift & 2047)] += 1 }
        var start = 0
        for digit in 0..<2048 {
            let size = starts[digit]
            starts[digit] = start
            start += size
        }
        for i in 0..<count {
            let digit = Int(keys[i] >> shift & 2047)
            out[starts[digit]] = keys[i]
            starts[digit] += 1
        }
    }
}

/// Adds up the rows of each number, in the order of `keys`, into one row after the other of `sums`.
package func sumRows(
    _ rows: UnsafePointer<Float>, keys: UnsafePointer<UInt64>, count: Int,
    into sums: UnsafeMutablePointer<Float>, width: Int
) {
    var sum = sums - width
    for i in 0..<count {
        let row = rows + Int(keys[i] & 0xffff_ffff) * width
        if i == 0 || keys[i] >> 32 != keys[i - 1] >> 32 {
            sum += width
            sum.update(from: row, count: width)
        } else {
            axpy(1, row, sum, count: width)
        }
    }
}

/// Adds up the rows of each number, in the order of `keys`, into one row after the other of `sums`.
package func sumRows(
    _ rows: UnsafePointer<Double>, keys: UnsafePointer<UInt64>, count: Int,
    into sums: UnsafeMutablePointer<Double>, width: Int
) {
    var sum = sums - width
    for i in 0..<count {
        let row = rows + Int(keys[i] & 0xffff_ffff) * width
        if i == 0 || keys[i] >> 32 != keys[i - 1] >> 32 {
            sum += width
            sum.update(from: row, count: width)
        } else {
            axpy(1, row, sum, count: width)
        }
    }
}

/// Adds row i of `rows` to row `indices[i]` of `sums`.
package func addRows(
    _ rows: UnsafePointer<Float>, at indices: UnsafePointer<Int32>, count: Int,
    to sums: UnsafeMutablePointer<Float>, width: Int
) {
    for i in 0..<count { axpy(1, rows + i * width, sums + Int(indices[i]) * width, count: width) }
}

/// Adds row i of `rows` to row `indices[i]` of `sums`.
package func addRows(
    _ rows: UnsafePointer<Double>, at indices: UnsafePointer<Int32>, count: Int,
    to sums: UnsafeMutablePointer<Double>, width: Int
) {
    for i in 0..<count { axpy(1, rows + i * width, sums + Int(indices[i]) * width, count: width) }
}

/// Copies row `indices[i]` of `table` to row i of `out`.
///
/// - Precondition: every index is in 0 ..< rowCount.
package func copyRows(
    _ table: UnsafeRawPointer, rowCount: Int, at indices: UnsafePointer<Int32>, count: Int,
    to out: UnsafeMutableRawPointer, bytesPerRow: Int
) {
    for i in 0..<count {
        let index = Int(indices[i])
        precondition(index >= 0 && index < rowCount, "row \(index) is out of range: there are \(rowCount) rows")
        (out + i * bytesPerRow).copyMemory(from: table + index * bytesPerRow, byteCount: bytesPerRow)
    }
}
