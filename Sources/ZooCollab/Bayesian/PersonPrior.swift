import ZooKernels

/// What is expected of a person before their ratings are known: a normal distribution of their own vector and bias, which come on top
/// of what the choice of rated items says.
struct PersonPrior: Sendable {
    /// The mean of [p, b].
    var mean: [Double]
    /// The inverse of the covariance of [p, b], symmetric, [factors + 1, factors + 1].
    var precision: [Double]

    /// What is known of one person of the training part.
    struct Person {
        /// The rated items' vectors, each with a 1 behind it, [ratings, factors + 1].
        let items: [Float]
        /// What the ratings have above everything but the person's own vector and bias, [ratings].
        let targets: [Double]
    }

    /// Fits the prior to people by expectation maximisation, the items staying as they are.
    ///
    /// - Parameters:
    ///   - start: own vectors and biases that training found, [people][factors + 1]
    ///   - precision: of a rating's noise
    ///   - people: gives person 0 ..< count
    init(start: [[Double]], precision noise: Double, threads: ThreadCount, people: (Int) -> Person) {
        let width = start.first?.count ?? 1
        (mean, precision) = ([Double](repeating: 0, count: width), [])
        update(start, covariances: [Double](repeating: 0, count: width * width), width)
        let persons = start.indices.map(people)
        for _ in 0..<4 {
            let prior = self
            var results = [(mean: [Double], covariance: [Float])?](repeating: nil, count: persons.count)
            results.withUnsafeMutableBufferPointer { results in
                parallel(persons.count, threads: threads) {
                    results[$0] = prior.posterior(of: persons[$0], noise, width)
                }
            }
            let found = results.compactMap { $0 }
            var covariances = [Double](repeating: 0, count: width * width)
            for (_, covariance) in found {
                for index in covariances.indices { covariances[index] += Double(covariance[index]) }
            }
            update(found.map(\.mean), covariances: covariances, width)
        }
    }

    /// Reads a prior.
    init(mean: [Double], precision: [Double]) { (self.mean, self.precision) = (mean, precision) }

    /// The person's distribution given their ratings; nil where it is too narrow for Float32.
    private func posterior(of person: Person, _ noise: Double, _ width: Int) -> (mean: [Double], covariance: [Float])? {
        let gram = person.items.withUnsafeBufferPointer {
            columnProducts($0, width: width, centring: .none, threads: .one).products
        }
        let matrix = zip(precision, gram).map { Float($0 + noise * $1) }
        guard let covariance = positiveDefiniteInverse(matrix, size: width, threads: .one) else { return nil }
        var pull = [Double](repeating: 0, count: width)
        for row in 0..<width {
            for column in 0..<width { pull[row] += precision[row * width + column] * mean[column] }
        }
        for (rating, target) in person.targets.enumerated() {
            for f in 0..<width { pull[f] += noise * target * Double(person.items[rating * width + f]) }
        }
        let solution = (0..<width).map { row in
            (0..<width).reduce(0.0) { $0 + Double(covariance[row * width + $1]) * pull[$1] }
        }
        return (solution, covariance)
    }

    /// Takes the mean of people's means, and the mean of their covariances with the scatter of the means.
    private mutating func update(_ means: [[Double]], covariances: [Double], _ width: Int) {
        let count = Double(max(1, means.count))
        // In Float32, as files hold it.
        mean = (0..<width).map { f in Double(Float(means.reduce(0) { $0 + $1[f] } / count)) }
        var scatter = covariances
        for person in means {
            for row in 0..<width {
                let difference = person[row] - mean[row]
                for column in 0..<width {
                    scatter[row * width + column] += difference * (person[column] - mean[column])
                }
            }
        }
        let average = (0..<width).reduce(0) { $0 + scatter[$1 * width + $1] } / Double(width) / count
        // A little of the average variance in every direction: few people leave some without any.
        for f in 0..<width { scatter[f * width + f] += count * max(0.01 * average, 1e-12) }
        let inverse = positiveDefiniteInverse(scatter.map { Float($0 / count) }, size: width, threads: .one)
        precision = inverse.map { $0.map(Double.init) } ?? precision
    }
}
