import Testing
import ZooKernels

private func exactProducts(_ rows: [Float], _ width: Int, _ centring: Centring) -> [Double] {
    var values = rows.map(Double.init)
    let count = rows.count / width
    for column in 0..<width where centring == .columns {
        let places = stride(from: column, to: rows.count, by: width)
        let mean = places.reduce(0.0) { $0 + values[$1] } / Double(count)
        for index in places { values[index] -= mean }
    }
    for row in 0..<count where centring == .rows {
        let places = (row * width)..<((row + 1) * width)
        let mean = places.reduce(0.0) { $0 + values[$1] } / Double(width)
        for index in places { values[index] -= mean }
    }
    var products = [Double](repeating: 0, count: width * width)
    for row in 0..<count {
        for i in 0..<width {
            for j in 0..<width { products[i * width + j] += values[row * width + i] * values[row * width + j] }
        }
    }
    return products
}

@Test(
    arguments: [(1, 1), (3, 5), (5, 1), (300, 16), (257, 17), (1000, 50), (70, 130)],
    [Centring.none, .columns, .rows])
func columnProductsAreThoseOfTheCentredMatrix(shape: (Int, Int), centring: Centring) {
    var generator = RandomGenerator(seed: 11)
    let rows: [Float] = (0..<(shape.0 * shape.1)).map { _ in generator.uniform() - 0.3 }
    let found = rows.withUnsafeBufferPointer { columnProducts($0, width: shape.1, centring: centring) }
    let exact = exactProducts(rows, shape.1, centring)
    for (a, b) in zip(found.products, exact) { #expect(abs(a - b) < 1e-6 * Double(shape.0)) }
}

@Test func noRowsGiveZeroProducts() {
    let found = [Float]().withUnsafeBufferPointer { columnProducts($0, width: 2, centring: .columns) }
    #expect(found.products == [0, 0, 0, 0])
    #expect(found.columnMeans == [0, 0])
}

@Test(arguments: [(1, 1), (7, 3), (513, 20), (2000, 64)]) func projectionsAreProductsOfTheCentredRows(shape: (Int, Int))
{
    let (count, width) = shape
    var generator = RandomGenerator(seed: 12)
    let rows: [Float] = (0..<(count * width)).map { _ in generator.uniform() }
    let directions: [Float] = (0..<(2 * width)).map { _ in generator.uniform() }
    let means: [Float] = (0..<width).map { _ in generator.uniform() }
    let found = rows.withUnsafeBufferPointer {
        centredProjections($0, width: width, centring: .columns, columnMeans: means, directions: directions)
    }
    #expect(found.count == 2 * count)
    for row in 0..<count {
        for direction in 0..<2 {
            let exact = (0..<width).reduce(0.0) {
                $0 + Double(rows[row * width + $1] - means[$1]) * Double(directions[direction * width + $1])
            }
            #expect(abs(Double(found[row * 2 + direction]) - exact) < 1e-5)
        }
    }
}
