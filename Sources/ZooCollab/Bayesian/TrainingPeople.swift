import ZooKernels

/// What the people of a training part show of the prior of people, given a model's vectors.
struct TrainingPeople {
    /// Each user's items in rising order, with the ratings.
    let byUser: SparseMatrix
    /// Their vectors and biases.
    let users: FactorTable
    /// Those of the items.
    let items: FactorTable
    /// What the choice of each item says about a person.
    let choices: FactorTable
    /// The rating that biases and vectors are differences from.
    let mean: Double

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
        var sums = [Double](repeating: 0, count: choices.width + 1)
        for entry in range {
            for (f, number) in choices[Int(byUser.columns[entry])].enumerated() { sums[f] += number }
        }
        let share = 1 / Double(max(1, range.count)).squareRoot()
        return sums.map { $0 * share }
    }

    /// The vector and bias of a user beyond what their choice of items says.
    private func own(_ user: Int) -> [Double] { zip(users[user], choice(user)).map { $0 - $1 } }

    private func person(_ user: Int) -> PersonPrior.Person {
        let range = byUser.bounds[user]..<byUser.bounds[user + 1]
        let choice = choice(user)
        var rows: [Float] = []
        rows.reserveCapacity(range.count * (items.width + 1))
        let targets = range.map { entry in
            let item = items[Int(byUser.columns[entry])]
            let row = item.dropLast() + [1]
            rows += row.map(Float.init)
            return Double(byUser.values?[entry] ?? 0) - mean - item[items.width] - dot(row, choice)
        }
        return PersonPrior.Person(items: rows, targets: targets)
    }
}
