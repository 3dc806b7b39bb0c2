import Foundation
import Testing
import ZooKernels

/// `learn` in Float64, straight from its equations.
private struct Reference {
    var users: [[Double]]
    var items: [[Double]]
    var biases: [Double]

    mutating func step(_ preference: Preference, rate: Double, decay: Double) -> Double {
        let (u, i, j) = (Int(preference.user), Int(preference.chosen), Int(preference.other))
        let (p, a, b) = (users[u], items[i], items[j])
        var difference = biases[i] - biases[j]
        for f in p.indices { difference += p[f] * (a[f] - b[f]) }
        let g = 1 / (1 + exp(difference))
        for f in p.indices {
            users[u][f] += rate * (g * (a[f] - b[f]) - decay * p[f])
            items[i][f] += rate * (g * p[f] - decay * a[f])
            items[j][f] += rate * (-g * p[f] - decay * b[f])
        }
        biases[i] += rate * (g - decay * biases[i])
        biases[j] += rate * (-g - decay * biases[j])
        return log(1 + exp(-difference))
    }
}

@Test(arguments: [1, 15, 16, 50])
func preferencesAreLearnedAsInDoubles(factors: Int) {
    var generator = RandomGenerator(seed: 4)
    let start = (0..<2).map { _ in (0..<12 * factors).map { _ in 0.5 * generator.normal() as Float } }
    var users = FactorRows(start[0], factors: factors)
    var items = FactorRows(start[1], factors: factors)
    items.lastColumn = (0..<12).map { Float($0) / 10 }
    func rows(_ values: [Float]) -> [[Double]] {
        (0..<12).map { values[$0 * factors..<($0 + 1) * factors].map(Double.init) }
    }
    var reference = Reference(
        users: rows(start[0]), items: rows(start[1]), biases: items.lastColumn.map(Double.init))
    let preferences = (0..<300).map { _ in
        let chosen = Int32(generator.next() % 12)
        let other = (chosen + 1 + Int32(generator.next() % 11)) % 12
        return Preference(user: Int32(generator.next() % 12), chosen: chosen, other: other)
    }
    let loss = preferences.withUnsafeBufferPointer {
        learn($0, users: &users, items: &items, rate: 0.05, decay: 0.02)
    }
    let wanted = preferences.reduce(0.0) { $0 + reference.step($1, rate: 0.05, decay: 0.02) }
    #expect(abs(loss - wanted) < 1e-4 * wanted)
    func close(_ a: [Float], _ b: [Double]) -> Bool { zip(a, b).allSatisfy { abs(Double($0) - $1) < 1e-5 } }
    #expect(
        close(users.vectors, reference.users.flatMap { $0 }) && close(items.vectors, reference.items.flatMap { $0 }))
    #expect(close(items.lastColumn, reference.biases) && users.lastColumn.allSatisfy { $0 == 1 })
}

@Test func foldingTakesTheStepsOfOnePersonAlone() {
    var generator = RandomGenerator(seed: 6)
    let items = FactorRows((0..<8 * 5).map { _ in generator.normal() }, factors: 5)
    let start: [Float] = (0..<5).map { _ in generator.normal() }
    let preference = [Preference(user: 0, chosen: 3, other: 6)]
    var (whole, moved, folded) = (FactorRows(start, factors: 5), items, FactorRows(start, factors: 5))
    preference.withUnsafeBufferPointer {
        _ = learn($0, users: &whole, items: &moved, rate: 0.1, decay: 0.01)
        folded.fold($0, items: items, rate: 0.1, decay: 0.01)
    }
    #expect(zip(whole.vectors, folded.vectors).allSatisfy { abs($0 - $1) < 1e-6 } && folded.vectors != start)
}
