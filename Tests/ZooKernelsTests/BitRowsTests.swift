import Testing
import ZooKernels

/// Counted bit by bit, for rows of up to three words, ranges that begin and end inside of a block.
@Test(arguments: [1, 63, 64, 65, 130]) func theBitsOfRowsThatDifferAreCounted(width: Int) {
    var generator = RandomGenerator(seed: UInt64(width))
    let count = 1050
    let values = (0..<count * width).map { _ -> Float in generator.normal() + 0.3 }
    let query = (0..<width).map { _ -> Float in generator.normal() }
    let order = (0..<count).map { Int32(count - 1 - $0) }
    let factors = (0..<count).map { $0 == 3 ? 0 : Float($0 % 3 + 1) }
    let rows = values.withUnsafeBufferPointer { BitRows($0, width: width, factors: factors, order: order) }
    let means = (0..<width).map { column in
        Float((0..<count).reduce(0.0) { $0 + Double(values[$1 * width + column] * factors[$1]) } / Double(count))
    }
    #expect(rows.means == means && rows.count == count)
    let expected = order.map { row in
        UInt32(
            (0..<width).count {
                (values[Int(row) * width + $0] * factors[Int(row)] > means[$0]) != (query[$0] > means[$0])
            })
    }
    for range in [0..<count, 0..<0, 3..<5, 7..<9, 13..<1037] {
        var found = [UInt32](repeating: 9999, count: range.count)
        found.withUnsafeMutableBufferPointer {
            if let start = $0.baseAddress { rows.distances(range, rows.query(query), into: start) }
        }
        #expect(found == Array(expected[range]))
    }
    #expect(BitRows(count: count, means: rows.means, blocks: rows.blocks) == rows)
}
