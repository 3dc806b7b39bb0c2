import Foundation
import Testing
import ZooEmbeddings
import ZooKernels

private struct Golden: Decodable {
    struct Fitted: Decodable {
        let components, scores, explainedVariance, explainedVarianceRatio, singularValues: [Double]
    }
    let rows, width, count: Int
    let vectors: [Float]
    let features, items: Fitted

    static func read() throws -> Golden {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens")
        let data = try Data(contentsOf: folder.appendingPathComponent("principal-components.json"))
        return try JSONDecoder().decode(Golden.self, from: data)
    }
}

private func largestDifference(_ a: [some BinaryFloatingPoint], _ b: [Double]) -> Double {
    #expect(a.count == b.count)
    return zip(a, b).map { abs(Double($0) - $1) }.max() ?? 0
}

private func check(_ fitted: PrincipalComponents, _ golden: Golden.Fitted) {
    #expect(largestDifference(fitted.scores, golden.scores) < 2e-5)
    #expect(largestDifference(fitted.explainedVariance, golden.explainedVariance) < 2e-5)
    #expect(largestDifference(fitted.explainedVarianceRatio, golden.explainedVarianceRatio) < 1e-6)
    #expect(largestDifference(fitted.singularValues, golden.singularValues) < 2e-5)
}

@Test func centredFeaturesAreTheUsualComponents() throws {
    let golden = try Golden.read()
    let fitted = try PrincipalComponents.fit(golden.vectors, width: golden.width, count: golden.count)
    check(fitted, golden.features)
    #expect(largestDifference(fitted.directions, golden.features.components) < 1e-5)
}

@Test func centredItemsAreThoseOfTheTransposedMatrix() throws {
    let golden = try Golden.read()
    let fitted = try PrincipalComponents.fit(golden.vectors, width: golden.width, count: golden.count, centre: .items)
    check(fitted, golden.items)
    for component in 0..<golden.count {
        let column = fitted.scores(of: component)
        let start = component * golden.rows
        #expect(largestDifference(column, Array(golden.items.components[start..<(start + golden.rows)])) < 1e-5)
    }
}

@Test func pointsOnALineHaveOneComponent() throws {
    // (1, 2, 2) / 3 is the line's direction; the positions -2 ... 2 have variance 2.5.
    let positions: [Float] = [-2, -1, 0, 1, 2]
    let vectors = positions.flatMap { (t: Float) -> [Float] in
        let step = t / 3
        return [10 + step, 2 * step, 2 * step - 4]
    }
    let fitted = try PrincipalComponents.fit(vectors, width: 3, count: 2)
    #expect(largestDifference(Array(fitted.directions.prefix(3)), [1 / 3, 2 / 3, 2 / 3]) < 1e-6)
    #expect(largestDifference(fitted.scores(of: 0), [-2, -1, 0, 1, 2]) < 1e-5)
    #expect(largestDifference(fitted.explainedVariance, [2.5, 0]) < 1e-5)
    #expect(fitted.ends(of: 0, count: 2).lowest == [0, 1])
    #expect(fitted.ends(of: 0, count: 2).highest == [4, 3])
}

@Test func aLargeOffsetDoesNotHideTheVariance() throws {
    var generator = RandomGenerator(seed: 3)
    let spread: [Float] = (0..<3000).map { _ in generator.uniform() }
    let plain = try PrincipalComponents.fit(spread, width: 3, count: 3)
    let shifted = try PrincipalComponents.fit(spread.map { ($0 * 4096).rounded() + 1_000_000 }, width: 3, count: 3)
    for (a, b) in zip(plain.explainedVariance, shifted.explainedVariance) {
        #expect(abs(b / (4096 * 4096) - a) < 1e-4 * a)
    }
}

@Test(arguments: [1, 2, 5, 16, 17, 50]) func varianceOfTheScoresIsTheExplainedVariance(width: Int) throws {
    var generator = RandomGenerator(seed: 5)
    let rows = 9001
    let vectors: [Float] = (0..<(rows * width)).map { generator.uniform() * Float(1 + $0 % width) }
    let fitted = try PrincipalComponents.fit(vectors, width: width, count: width)
    for component in 0..<width {
        let squares = fitted.scores(of: component).reduce(0.0) { $0 + Double($1) * Double($1) }
        let variance = squares / Double(rows - 1)
        #expect(abs(variance - fitted.explainedVariance[component]) < 1e-4 * fitted.explainedVariance[0])
    }
    #expect(abs(fitted.explainedVarianceRatio.reduce(0, +) - 1) < 1e-9)
}

@Test(arguments: [PrincipalComponents.Centre.features, .items])
func threadsDoNotChangeTheComponents(centre: PrincipalComponents.Centre) throws {
    var generator = RandomGenerator(seed: 6)
    let vectors: [Float] = (0..<(20_000 * 12)).map { _ in generator.uniform() }
    let one = try PrincipalComponents.fit(vectors, width: 12, count: 3, centre: centre, threads: .one)
    let three = try PrincipalComponents.fit(vectors, width: 12, count: 3, centre: centre, threads: ThreadCount(3))
    #expect(one.scores == three.scores)
    #expect(one.explainedVariance == three.explainedVariance)
}

@Test func itemsHaveUnitColumnsAndTheLastDirectionIsEmpty() throws {
    var generator = RandomGenerator(seed: 7)
    let vectors: [Float] = (0..<(30 * 4)).map { _ in generator.uniform() }
    let fitted = try PrincipalComponents.fit(vectors, width: 4, count: 4, centre: .items)
    for component in 0..<3 {
        let square = fitted.scores(of: component).reduce(0) { $0 + $1 * $1 }
        #expect(abs(square - 1) < 1e-5)
    }
    // Every row sums to zero once centred: one direction has no variance.
    #expect(fitted.scores(of: 3).allSatisfy { $0 == 0 })
}

@Test func tooManyComponentsAreRefused() {
    let vectors = [Float](repeating: 1, count: 12)
    #expect(throws: EmbeddingError.tooManyComponents(asked: 5, available: 3)) {
        try PrincipalComponents.fit(vectors, width: 3, count: 5)
    }
    #expect(throws: EmbeddingError.tooManyComponents(asked: 0, available: 3)) {
        try PrincipalComponents.fit(vectors, width: 3, count: 0)
    }
    #expect(throws: EmbeddingError.tooManyComponents(asked: 1, available: 0)) {
        try PrincipalComponents.fit([], width: 3, count: 1)
    }
    #expect(throws: EmbeddingError.tooManyComponents(asked: 1, available: 0)) {
        try PrincipalComponents.fit([1, 2, 3], width: 3, count: 1)
    }
    #expect(throws: EmbeddingError.tooManyComponents(asked: 1, available: 0)) {
        try PrincipalComponents.fit([1, 2, 3], width: 1, count: 1, centre: .items)
    }
}

@Test func vectorsWithoutVarianceExplainNothing() throws {
    for centre in PrincipalComponents.Centre.allCases {
        let fitted = try PrincipalComponents.fit(Array(repeating: 2, count: 12), width: 3, count: 2, centre: centre)
        #expect(fitted.explainedVarianceRatio == [0, 0])
        #expect(fitted.scores.allSatisfy { $0 == 0 })
    }
}

@Test(arguments: [Float.nan, .infinity]) func numbersThatAreNotFiniteAreReportedWithTheirRow(bad: Float) {
    var vectors = [Float](repeating: 1, count: 30)
    vectors[17] = bad
    for centre in PrincipalComponents.Centre.allCases {
        #expect(throws: EmbeddingError.notFinite(row: 5)) {
            try PrincipalComponents.fit(vectors, width: 3, count: 1, centre: centre)
        }
    }
    #expect(throws: EmbeddingError.tooLarge) {
        try PrincipalComponents.fit([3e38, -3e38, 1e38, 2, 3, 4], width: 2, count: 1)
    }
}

@Test(arguments: [0, 1, 3, 4, 100]) func noItemIsAtBothEnds(count: Int) throws {
    for vectors in [[0, 1, 2, 3, 9, 8, 7] as [Float], [1, 1, 1, 1, 1, 1, 1]] {
        let fitted = try PrincipalComponents.fit(vectors, width: 1, count: 1)
        let ends = fitted.ends(of: 0, count: count)
        #expect(Set(ends.lowest).isDisjoint(with: ends.highest))
        #expect(ends.lowest.count == min(count, 3) && ends.highest.count == min(count, 4))
    }
}
