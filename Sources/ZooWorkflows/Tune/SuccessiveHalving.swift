/// Random search with successive halving: trials are measured on one fold, the better ones on more.
///
/// A round has `width` trials. All are measured on the first fold, the better half of them on the second, and the better half of
/// those on all others. Rounds follow each other until there is no time. The first trial of the first round has the default
/// settings, and is measured on all folds whatever comes out, so that the best is compared with it.
/// - Source: Jamieson & Talwalkar 2016, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", with folds as
///   the resource
package struct SuccessiveHalving: Sendable {
    /// Trials of a round.
    package var width = 8
    /// How many folds there are.
    package var folds = 4
    /// How many parts random folds cut the data into; as many as `folds` of them are measured on.
    static let parts = 5
    /// Whether a lower measure is better.
    package var isLowerBetter: Bool

    /// A search by a measure.
    package init(isLowerBetter: Bool) { self.isLowerBetter = isLowerBetter }

    /// A trial with what was measured, in the order of the folds.
    package struct Trial: Sendable, Hashable {
        /// Its number, from 0, which is the default settings.
        package let number: Int
        /// By fold.
        package var measures: [Double]

        /// The mean of what was measured.
        package var mean: Double { measures.reduce(0, +) / Double(max(1, measures.count)) }
    }

    /// Runs the search.
    ///
    /// - Parameters:
    ///   - trials: at most so many; nil for as many as there is time for
    ///   - measure: measures a trial on a fold; nil ends the search
    /// - Returns: all trials that were measured, by their numbers
    package func run(trials: Int?, measure: (_ trial: Int, _ fold: Int) throws -> Double?) rethrows -> [Trial] {
        var all: [Trial] = []
        while true {
            let first = all.count
            let round = first..<min(first + width, trials ?? .max)
            guard !round.isEmpty else { return all }
            var alive = Array(round)
            for fold in 0..<folds {
                for number in alive {
                    guard let value = try measure(number, fold) else { return all }
                    if fold == 0 { all.append(Trial(number: number, measures: [])) }
                    all[number].measures.append(value)
                }
                if fold < 2 {
                    let order = alive.sorted { isBetter(all[$0], all[$1]) }
                    // The defaults that stay whatever comes out take nobody's place.
                    alive = order.prefix((round.count - 1) >> (fold + 1) + 1).sorted()
                    if first == 0, !alive.contains(0) { alive.insert(0, at: 0) }
                }
            }
        }
    }

    /// The best of the trials that were measured on all folds; where there is none, of those that were measured on the most.
    package func best(of trials: [Trial]) -> Trial? {
        let most = trials.map(\.measures.count).max() ?? 0
        return trials.filter { $0.measures.count == most && most > 0 }.min { isBetter($0, $1) }
    }

    /// Ties go to the earlier trial, so to the defaults.
    private func isBetter(_ a: Trial, _ b: Trial) -> Bool {
        guard a.mean != b.mean else { return a.number < b.number }
        // A training that diverged is the worst.
        if !a.mean.isFinite || !b.mean.isFinite { return a.mean.isFinite }
        return isLowerBetter ? a.mean < b.mean : a.mean > b.mean
    }
}
