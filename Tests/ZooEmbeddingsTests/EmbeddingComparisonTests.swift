import Foundation
import Testing
import ZooEmbeddings
import ZooKernels

private struct Golden: Decodable {
    struct Pair: Decodable {
        let widths: [Int]
        let first, second: [Float]
        let cka, procrustes: Double
        let overlaps, changes: [Double]
    }
    let neighbours: Int
    let pairs: [Pair]
}

/// Vectors of 0 ... 1 in every number, less a half.
private func random(_ count: Int, _ generator: inout RandomGenerator) -> [Float] {
    (0..<count).map { _ in generator.uniform() - 0.5 }
}

@Test func figuresAreThoseOfNumPyAndSciPy() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")
    let data = try Data(contentsOf: folder.appendingPathComponent("comparison.json"))
    let golden = try JSONDecoder().decode(Golden.self, from: data)
    for pair in golden.pairs {
        let found = try EmbeddingComparison.compare(
            pair.first, pair.second, widths: (pair.widths[0], pair.widths[1]), neighbours: golden.neighbours)
        #expect(abs(found.linearCKA.value - pair.cka) < 1e-5)
        #expect(abs(found.procrustesResidual.value - pair.procrustes) < 1e-5)
        #expect(found.overlaps == pair.overlaps)
        #expect(abs(found.overlap.value - pair.overlaps.reduce(0, +) / Double(pair.overlaps.count)) < 1e-12)
        #expect(zip(found.changes, pair.changes).allSatisfy { abs($0 - $1) < 1e-5 })
        for estimate in [found.overlap, found.linearCKA, found.procrustesResidual] {
            #expect(estimate.low < estimate.value && estimate.value < estimate.high)
        }
    }
}

@Test func turnsScalesAndShiftsAreNoDifference() throws {
    var generator = RandomGenerator(seed: 1)
    let a = random(300 * 2, &generator)
    // Turned by an angle of sine 0.6, three times as long.
    var b: [Float] = []
    for row in 0..<300 {
        let (x, y) = (a[2 * row], a[2 * row + 1])
        b.append(2.4 * x - 1.8 * y)
        b.append(1.8 * x + 2.4 * y)
    }
    let found = try EmbeddingComparison.compare(a, b, widths: (2, 2), neighbours: 4)
    #expect(found.overlap.value > 0.99)
    #expect(found.linearCKA.value > 1 - 1e-6 && found.linearCKA.low > 1 - 1e-5)
    #expect(found.procrustesResidual.value < 1e-6)
    #expect(found.changes.allSatisfy { $0 < 1e-6 })
}

@Test func plantedMovesAreFoundAndNothingElse() throws {
    var generator = RandomGenerator(seed: 2)
    let (count, width) = (1000, 16)
    let centres = random(20 * width, &generator)
    let noise = random(2 * count * width, &generator)
    let moved = Set((0..<count).shuffled(using: &generator).prefix(10))
    var (a, b): ([Float], [Float]) = ([], [])
    for row in 0..<count {
        let (before, after) = (row % 20, moved.contains(row) ? (row + 7) % 20 : row % 20)
        for column in 0..<width {
            let place: Float = 0.3 * noise[row * width + column]
            let shake: Float = 0.02 * noise[(count + row) * width + column]
            a.append(centres[before * width + column] + place)
            b.append(centres[after * width + column] + place + shake)
        }
    }
    let found = try EmbeddingComparison.compare(a, b, widths: (width, width), neighbours: 15)
    let order = (0..<count).sorted { found.changes[$0] > found.changes[$1] }
    #expect(Set(order.prefix(10)) == moved)
    #expect(found.linearCKA.low < found.linearCKA.value && found.linearCKA.value < 1)
}

@Test func unrelatedVectorsShareWhatChanceGives() throws {
    var generator = RandomGenerator(seed: 3)
    let (count, k) = (2000, 40)
    let found = try EmbeddingComparison.compare(
        random(count * 8, &generator), random(count * 5, &generator), widths: (8, 5), neighbours: k)
    let chance = Double(k) / Double(count - 1)
    #expect(abs(found.overlap.value - chance) < chance / 5)
    #expect(found.linearCKA.value < 0.02)
    #expect(found.procrustesResidual.value > 0.97)
}

@Test func threadsAndSeedsChangeNoFigure() throws {
    var generator = RandomGenerator(seed: 4)
    let (a, b) = (random(700 * 6, &generator), random(700 * 6, &generator))
    let one = try EmbeddingComparison.compare(a, b, widths: (6, 6), neighbours: 5, threads: .one)
    let two = try EmbeddingComparison.compare(a, b, widths: (6, 6), neighbours: 5, seed: 9, threads: ThreadCount(2))
    #expect(one.overlaps == two.overlaps && one.changes == two.changes)
    #expect(abs(one.linearCKA.value - two.linearCKA.value) < 1e-6)
}

@Test func whatCannotBeComparedIsRefused() {
    #expect(throws: EmbeddingError.self) {
        try EmbeddingComparison.compare([1, 2], [3, 4], widths: (1, 1), neighbours: 1)
    }
    #expect(throws: EmbeddingError.self) {
        try EmbeddingComparison.compare([1, 1, 1, 1], [3, 4, 5, 6], widths: (1, 1), neighbours: 1)
    }
}
