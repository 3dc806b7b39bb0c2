import Testing
import ZooCollab
import ZooKernels
import ZooTensor

private let settings = DotBiasCommittee.Settings(
    factors: 5, models: 1, globalBias: 0.1, lower: 0, upper: 5.5, factorDecay: 0.3, biasDecay: 0.2, beta: 0.9,
    epsilon: 1e-4)
private let userRows = [(1.0, 0.5), (0.7, 1.0), (1.2, 2.0)].map {
    DotBiasCommittee.Row(rate: Float($0.0), decay: Float($0.1))
}
private let itemRows = [(0.9, 1.5), (1.1, 0.3)].map { DotBiasCommittee.Row(rate: Float($0.0), decay: Float($0.1)) }

private func startingVectors(_ settings: DotBiasCommittee.Settings) -> (DotBiasCommittee, [[Double]], [[Double]]) {
    var generator = RandomGenerator(seed: 9)
    let committee = DotBiasCommittee(
        settings, users: userRows, items: itemRows, initialScale: 0.3, using: &generator)
    let start = committee.mean()
    func rows(_ side: DotBiasCommittee.MeanSide) -> [[Double]] {
        stride(from: 0, to: side.vectors.count, by: settings.factors).map { row in
            side.vectors[row..<row + settings.factors].map(Double.init)
        }
    }
    return (committee, rows(start.users), rows(start.items))
}

@Test func kernelFollowsItsEquations() {
    let (committee, users, items) = startingVectors(settings)
    var reference = CommitteeReference(
        users: users.map { .init(vector: $0) }, items: items.map { .init(vector: $0) }, settings: settings,
        userRows: userRows, itemRows: itemRows)
    var generator = RandomGenerator(seed: 4)
    let ratings = (0..<200).map { _ in
        RatingTriple(
            user: Int32(generator.next() % 3), item: Int32(generator.next() % 2),
            rating: Float(1 + generator.next() % 5)
        )
    }
    let squares = ratings.withUnsafeBufferPointer { committee.train($0, rates: (0.05, 0.01)) }
    var expected = 0.0
    for (index, rating) in ratings.enumerated() {
        let rate = 0.05 + (0.01 - 0.05) * Double(index) / Double(ratings.count)
        let error = reference.step(
            user: Int(rating.user), item: Int(rating.item), stars: Double(rating.rating), rate: rate)
        expected += error * error
    }
    let mean = committee.mean()
    #expect(abs(squares - expected) < 1e-3 * expected)
    for (found, wanted) in zip(mean.users.vectors, reference.users.flatMap(\.vector)) {
        #expect(abs(Double(found) - wanted) < 1e-4)
    }
    for (found, wanted) in zip(mean.items.vectors, reference.items.flatMap(\.vector)) {
        #expect(abs(Double(found) - wanted) < 1e-4)
    }
    for (found, wanted) in zip(mean.users.biases + mean.items.biases, (reference.users + reference.items).map(\.bias)) {
        #expect(abs(Double(found) - wanted) < 1e-4)
    }
}

/// The direction of a first step is that of the composed network's gradient: decay aside, a row moves against it.
@Test func firstStepGoesAgainstTheGradientOfTheComposedOperations() {
    var plain = settings
    plain.factorDecay = 0
    plain.biasDecay = 0
    let (committee, users, items) = startingVectors(plain)
    let p = Tensor(users[1], shape: [5]).trackingGradients()
    let q = Tensor(items[0], shape: [5]).trackingGradients()
    let logit = (p * q).sum() + 0.1
    let error = logit.sigmoid() * 5.5 - 2
    let gradients = gradients(of: error * error * 0.5, withRespectTo: [p, q])
    let before = committee.mean()
    let rating = [RatingTriple(user: 1, item: 0, rating: 2)]
    _ = rating.withUnsafeBufferPointer { committee.train($0, rates: (0.01, 0.01)) }
    let after = committee.mean()
    func step(_ before: [Float], _ after: [Float], _ row: Int) -> [Double] {
        (row * 5..<row * 5 + 5).map { Double(after[$0]) - Double(before[$0]) }
    }
    func cosine(_ a: [Double], _ b: [Double]) -> Double {
        func dot(_ x: [Double], _ y: [Double]) -> Double { zip(x, y).reduce(0) { $0 + $1.0 * $1.1 } }
        return dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot()
    }
    let moves = [
        step(before.users.vectors, after.users.vectors, 1), step(before.items.vectors, after.items.vectors, 0),
    ]
    for (gradient, move) in zip(gradients, moves) {
        guard case .dense(let tensor)? = gradient else {
            Issue.record("no gradient")
            continue
        }
        #expect(cosine(tensor.doubles, move) < -0.9999)
    }
}

@Test func committeeOfSeveralIsTheMeanOfItsModels() {
    var several = settings
    several.models = 2
    several.factors = 6
    var generator = RandomGenerator(seed: 9)
    let committee = DotBiasCommittee(several, users: userRows, items: itemRows, initialScale: 0.3, using: &generator)
    let mean = committee.mean()
    // Before training the biases are zero and each factor is the model's own over the root of two.
    #expect(mean.users.biases.allSatisfy { $0 == 0 })
    let deviation = (mean.users.vectors.map { $0 * $0 }.reduce(0, +) / Float(mean.users.vectors.count)).squareRoot()
    #expect(deviation > 0.1 && deviation < 0.35)
    let ratings = [RatingTriple(user: 0, item: 1, rating: 5)]
    for _ in 0..<2000 { _ = ratings.withUnsafeBufferPointer { committee.train($0, rates: (0.05, 0.05)) } }
    let trained = committee.mean()
    let products = (0..<6).map { trained.users.vectors[$0] * trained.items.vectors[6 + $0] }
    let logit = 0.1 + trained.users.biases[0] + trained.items.biases[1] + products.reduce(0, +)
    let stars = SigmoidRange(lower: 0, upper: 5.5).rating(Double(logit))
    #expect(abs(stars - 5) < 0.5)
}
