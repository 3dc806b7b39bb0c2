import Testing
import ZooKernels

/// Numbers of factors around the registers of every instruction set, and more rows of entries than a panel has.
private let factorCounts = [1, 2, 7, 15, 16, 17, 31, 50, 64, 100, 130]
private let entryCounts = [0, 1, 3, 40, 97, 250]

/// A random problem: rows with some entries each, against 60 rows of the other side.
private struct Problem {
    let other: [Float]
    let entries: SparseMatrix
    let penalties: [Float]
    let factors: Int
    let unobservedWeight: Float = 0.3

    init(factors: Int, weighted: Bool, seed: UInt64 = 1) {
        self.factors = factors
        var generator = RandomGenerator(seed: seed)
        other = (0..<60 * factors).map { _ in 0.3 * generator.normal() }
        let bounds = entryCounts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
        let count = bounds[bounds.count - 1]
        entries = SparseMatrix(
            bounds: bounds, columns: (0..<count).map { _ in Int32(generator.next() % 60) },
            values: weighted ? (0..<count).map { _ in 0.5 + 2 * generator.uniform() } : nil)
        penalties = entryCounts.map { 0.5 + 0.01 * Float($0) }
    }

    var side: LeastSquaresSide { LeastSquaresSide(FactorRows(other, factors: factors), unobservedWeight: 0.3) }

    /// The normal equations in Float64, by Gauss's method: the solution and the minimum of every row.
    var reference: (solutions: [Double], minima: Double) {
        func vector(_ row: Int) -> [Double] { other[row * factors..<(row + 1) * factors].map(Double.init) }
        var (solutions, minima): ([Double], Double) = ([], 0)
        for row in entryCounts.indices {
            guard entryCounts[row] > 0 else {
                solutions += [Double](repeating: 0, count: factors)
                continue
            }
            var matrix = [[Double]](repeating: [Double](repeating: 0, count: factors + 1), count: factors)
            func add(_ b: [Double], _ weight: Double, _ target: Double) {
                for f in 0..<factors {
                    for g in 0..<factors { matrix[f][g] += weight * b[f] * b[g] }
                    matrix[f][factors] += target * b[f]
                }
            }
            for other in 0..<60 { add(vector(other), Double(unobservedWeight), 0) }
            for entry in entries.bounds[row]..<entries.bounds[row + 1] {
                let c = Double(entries.values?[entry] ?? 1)
                add(vector(Int(entries.columns[entry])), c, c)
                minima += c
            }
            for f in 0..<factors { matrix[f][f] += Double(penalties[row]) }
            let side = matrix.map { $0[factors] }
            let x = solve(matrix)
            minima -= zip(x, side).reduce(0) { $0 + $1.0 * $1.1 }
            solutions += x
        }
        return (solutions, minima)
    }

    private func solve(_ system: [[Double]]) -> [Double] {
        var a = system
        for p in 0..<factors {
            for i in p + 1..<factors {
                let ratio = a[i][p] / a[p][p]
                for j in p...factors { a[i][j] -= ratio * a[p][j] }
            }
        }
        var x = [Double](repeating: 0, count: factors)
        for i in (0..<factors).reversed() {
            x[i] = (a[i][factors] - (i + 1..<factors).reduce(0) { $0 + a[i][$1] * x[$1] }) / a[i][i]
        }
        return x
    }
}

private func largestDifference(_ a: [Float], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) } : .infinity
}

@Test(arguments: factorCounts, [false, true])
func leastSquaresAreThoseInDoubles(factors: Int, weighted: Bool) {
    let problem = Problem(factors: factors, weighted: weighted)
    let wanted = problem.reference
    // What the rows hold before does not count.
    var rows = FactorRows([Float](repeating: 7, count: entryCounts.count * factors), factors: factors)
    let minima = problem.side.solve(&rows, problem.entries, penalties: problem.penalties)
    #expect(largestDifference(rows.vectors, wanted.solutions) < 2e-5)
    #expect(abs(minima - wanted.minima) < 1e-4 * (1 + wanted.minima))
}

@Test(arguments: factorCounts, [false, true])
func conjugateGradientsComeToTheSame(factors: Int, weighted: Bool) {
    let problem = Problem(factors: factors, weighted: weighted)
    let wanted = problem.reference
    let side = problem.side
    var rows = FactorRows(count: entryCounts.count, factors: factors)
    let start = side.improve(&rows, problem.entries, penalties: problem.penalties, steps: 0)
    // From zeros, what is minimised is the sum of the confidences.
    let confidences = problem.entries.values?.reduce(0, +) ?? Float(problem.entries.columns.count)
    #expect(abs(start - Double(confidences)) < 1e-3)
    side.improve(&rows, problem.entries, penalties: problem.penalties, steps: 3)
    let after = side.improve(&rows, problem.entries, penalties: problem.penalties, steps: 60)
    #expect(after <= start && after > wanted.minima - 1e-3)
    #expect(largestDifference(rows.vectors, wanted.solutions) < 1e-4)
}

@Test func leastSquaresOfOneFactorAreAWeightedMean() {
    // Two entries, b = 2 with c = 3 and b = -1 with c = 1; w0 sum b b = 0.5 (4 + 1); penalty 1.5.
    let side = LeastSquaresSide(FactorRows([2, -1], factors: 1), unobservedWeight: 0.5)
    var rows = FactorRows(count: 1, factors: 1)
    let minimum = side.solve(
        &rows, SparseMatrix(bounds: [0, 2], columns: [0, 1], values: [3, 1]), penalties: [1.5])
    // (3 * 2 - 1) / (2.5 + 3 * 4 + 1 + 1.5)
    let x = 5.0 / 17
    #expect(abs(Double(rows.vectors[0]) - x) < 1e-6)
    #expect(abs(minimum - (4 - 5 * x)) < 1e-5)
}

@Test func orthogonalRowsAreSolvedOneByOne() {
    // Unit vectors: each factor is its own equation, c / (w0 + c + penalty).
    let factors = 20
    let unit = (0..<factors * factors).map { Float($0 / factors == $0 % factors ? 1 : 0) }
    let side = LeastSquaresSide(FactorRows(unit, factors: factors), unobservedWeight: 0.25)
    var rows = FactorRows(count: 1, factors: factors)
    let confidences = (0..<factors).map { Float($0 + 1) }
    side.solve(
        &rows, SparseMatrix(bounds: [0, factors], columns: (0..<Int32(factors)).map { $0 }, values: confidences),
        penalties: [2])
    for (found, c) in zip(rows.vectors, confidences) { #expect(abs(found - c / (0.25 + c + 2)) < 1e-6) }
}

@Test func threadsDoNotChangeLeastSquares() {
    let factors = 33
    var generator = RandomGenerator(seed: 5)
    let other = FactorRows((0..<90 * factors).map { _ in 0.3 * generator.normal() }, factors: factors)
    let counts = (0..<500).map { $0 % 23 }
    let bounds = counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    let entries = SparseMatrix(
        bounds: bounds, columns: (0..<bounds[500]).map { _ in Int32(generator.next() % 90) })
    func solved(_ threads: ThreadCount) -> ([Float], Double) {
        let side = LeastSquaresSide(other, unobservedWeight: 0.1, threads: threads)
        var rows = FactorRows(count: 500, factors: factors)
        let minima = side.solve(&rows, entries, penalties: [Float](repeating: 1, count: 500))
        side.improve(&rows, entries, penalties: [Float](repeating: 1, count: 500), steps: 2)
        return (rows.vectors, minima)
    }
    let (one, two) = (solved(.one), solved(ThreadCount(2)))
    #expect(one.0 == two.0 && one.1 == two.1 && one.1 > 0)
}

@Test func codedConfidencesAreThose() {
    let problem = Problem(factors: 17, weighted: true)
    let table: [Float] = [0.5, 1, 2.5]
    let codes = problem.entries.columns.map { UInt8($0 % 3) }
    let plain = SparseMatrix(
        bounds: problem.entries.bounds, columns: problem.entries.columns, values: codes.map { table[Int($0)] })
    let coded = SparseMatrix(
        bounds: plain.bounds, columns: plain.columns, values: table, codes: codes)
    var rows = [FactorRows(count: entryCounts.count, factors: 17), FactorRows(count: entryCounts.count, factors: 17)]
    for (index, entries) in [plain, coded].enumerated() {
        problem.side.solve(&rows[index], entries, penalties: problem.penalties)
        problem.side.improve(&rows[index], entries, penalties: problem.penalties, steps: 1)
    }
    #expect(rows[0].vectors == rows[1].vectors)
    let (a, b) = (plain.transposed(columns: 60), coded.transposed(columns: 60))
    #expect(a.columns == b.columns && a.values == b.codes?.map { table[Int($0)] } && b.values == table)
}

@Test func anIndefiniteMatrixGivesNaN() {
    let side = LeastSquaresSide(FactorRows([1, 0], factors: 2), unobservedWeight: 0)
    var rows = FactorRows(count: 1, factors: 2)
    side.solve(&rows, SparseMatrix(bounds: [0, 1], columns: [0]), penalties: [-3])
    #expect(!rows.isFinite)
}

@Test func factorRowsKeepTheirVectorsAndMultiply() {
    var generator = RandomGenerator(seed: 2)
    for factors in [1, 15, 16, 17, 50] {
        let vectors: [Float] = (0..<37 * factors).map { _ in generator.normal() }
        let rows = FactorRows(vectors, factors: factors)
        #expect(rows.vectors == vectors && rows.isFinite)
        let query: [Float] = (0..<factors).map { _ in generator.normal() }
        for (row, product) in rows.products(with: query).enumerated() {
            let wanted = (0..<factors).reduce(0.0) { $0 + Double(query[$1]) * Double(vectors[row * factors + $1]) }
            #expect(abs(Double(product) - wanted) < 1e-4)
        }
    }
    #expect(FactorRows(count: 0, factors: 3).products(with: [1, 2, 3]).isEmpty)
}

@Test func aTransposedMatrixIsReadByColumns() {
    let matrix = SparseMatrix(bounds: [0, 2, 2, 5], columns: [2, 0, 1, 2, 3], values: [1, 2, 3, 4, 5])
    let transposed = matrix.transposed(columns: 5)
    #expect(transposed.bounds == [0, 1, 2, 4, 5, 5] && transposed.columns == [0, 2, 0, 2, 2])
    #expect(transposed.values == [2, 3, 1, 4, 5])
    #expect(transposed.transposed(columns: 3).columns == [0, 2, 1, 2, 3])
    let plain = SparseMatrix(bounds: [0, 2], columns: [1, 0]).transposed(columns: 2)
    #expect(plain.values == nil && plain.columns == [0, 0] && plain.count == 2)
}

/// The sum of what is minimised, in Float64.
private func objective(_ problem: Problem, _ rows: [Float]) -> Double {
    let factors = problem.factors
    func dot(_ row: Int, _ column: Int) -> Double {
        (0..<factors).reduce(0) { $0 + Double(rows[row * factors + $1]) * Double(problem.other[column * factors + $1]) }
    }
    return entryCounts.indices.reduce(0) { total, row in
        guard entryCounts[row] > 0 else { return total }
        let entries = problem.entries.bounds[row]..<problem.entries.bounds[row + 1]
        let fit = entries.reduce(0.0) { sum, entry in
            let miss = 1 - dot(row, Int(problem.entries.columns[entry]))
            return sum + Double(problem.entries.values?[entry] ?? 1) * miss * miss
        }
        let all = (0..<60).reduce(0.0) { $0 + dot(row, $1) * dot(row, $1) }
        let length = (0..<factors).reduce(0.0) {
            $0 + Double(rows[row * factors + $1]) * Double(rows[row * factors + $1])
        }
        return total + fit + Double(problem.unobservedWeight) * all + Double(problem.penalties[row]) * length
    }
}

@Test(arguments: factorCounts, [false, true])
func everyStepOfConjugateGradientsLowersTheObjective(factors: Int, weighted: Bool) {
    let problem = Problem(factors: factors, weighted: weighted)
    let (side, wanted) = (problem.side, problem.reference)
    var generator = RandomGenerator(seed: 4)
    let start: [Float] = (0..<entryCounts.count * factors).map { _ in 0.5 * generator.normal() }
    var last = Double.infinity
    for steps in 0...4 {
        var rows = FactorRows(start, factors: factors)
        let before = side.improve(&rows, problem.entries, penalties: problem.penalties, steps: steps)
        #expect(abs(before - objective(problem, start)) < 1e-4 * before)
        let after = objective(problem, rows.vectors)
        #expect(after < last || abs(after - wanted.minima) < 1e-4 * after, "\(steps) steps")
        last = after
    }
}

@Test func rowsOfMoreEntriesThanAreGatheredAreImprovedToo() {
    // 4,500 entries of 18 factors: 2,048 rows of 32 numbers are gathered, the others are read where they are.
    let factors = 18
    var generator = RandomGenerator(seed: 8)
    let side = LeastSquaresSide(
        FactorRows((0..<5_000 * factors).map { _ in 0.3 * generator.normal() }, factors: factors), unobservedWeight: 0.1
    )
    let entries = SparseMatrix(
        bounds: [0, 4_499, 4_502], columns: (0..<4_502).map { Int32($0 * 7 % 5_000) },
        values: (0..<4_502).map { _ in 0.2 + generator.uniform() })
    var exact = FactorRows(count: 2, factors: factors)
    var improved = exact
    let minima = side.solve(&exact, entries, penalties: [3, 2])
    side.improve(&improved, entries, penalties: [3, 2], steps: 20)
    #expect(largestDifference(improved.vectors, exact.vectors.map(Double.init)) < 1e-4)
    #expect(abs(side.improve(&improved, entries, penalties: [3, 2], steps: 0) - minima) < 1e-4 * minima)
}
