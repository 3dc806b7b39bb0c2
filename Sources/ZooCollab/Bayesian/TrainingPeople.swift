import ZooKernels

/// What the people of a training part show of the prior of people, given a model's vectors.
struct TrainingPeople {
    /// Each user's items in rising order, with the ratings.
    let byUser: SparseMatrix
    let users: (vectors: [Float], biases: [Float])
    let items: (vectors: [Float], biases: [Float])
    let choices: (vectors: [Float], biases: [Float])
    /// The rating that biases and vectors are differences from.
    let mean: Double
    /// Length of the vectors.
    let width: Int

    /// People that are enough to know the prior.
    private static let most = 256

    /// Fits the prior to some of the people, at even distances.
    ///
    /// - Parameter precision: of an average rating's noise
    func prior(precision: Double, threads: ThreadCount) -> PersonPrior {
        let count = min(Self.most, byUser.count)
        let chosen = (0..<count).map { $0 * byUser.count / count }
        return PersonPrior(start: chosen.map(own), precision: precision, threads: threads) { person(chosen[$0]) }
    }

    /// What a user's choice of items says about them, [width + 1].
    private func choice(_ user: Int) -> [Double] {
        let range = byUser.bounds[user]..<byUser.bounds[user + 1]
        var sums = [Double](repeating: 0, count: width + 1)
        for entry in range {
            let item = Int(byUser.columns[entry])
            for f in 0..<width { sums[f] += Double(choices.vectors[item * width + f]) }
            sums[width] += Double(choices.biases[item])
        }
        let share = 1 / Double(max(1, range.count)).squareRoot()
        return sums.map { $0 * share }
    }

    /// The vector and bias of a user beyond what their choice of items says.
    private func own(_ user: Int) -> [Double] {
        let total = users.vectors[user * width..<(user + 1) * width] + [users.biases[user]]
        return zip(total, choice(user)).map { Double($0) - $1 }
    }

    private func person(_ user: Int) -> PersonPrior.Person {
        let range = byUser.bounds[user]..<byUser.bounds[user + 1]
        let choice = choice(user)
        var rows: [Float] = []
        rows.reserveCapacity(range.count * (width + 1))
        let targets = range.map { entry in
            let item = Int(byUser.columns[entry])
            let row = items.vectors[item * width..<(item + 1) * width] + [1]
            rows += row
            let known = mean + Double(items.biases[item]) + zip(row, choice).reduce(0) { $0 + Double($1.0) * $1.1 }
            return Double(byUser.values?[entry] ?? 0) - known
        }
        return PersonPrior.Person(items: rows, targets: targets)
    }
}
