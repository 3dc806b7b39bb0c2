import Foundation
import ZooKernels

extension DotBiasModel {
    /// The model with the deviations of its biases, as models are stored.
    ///
    /// - Precondition: the model was trained on these ratings.
    func withBiasDeviations(_ training: Interactions, threads: ThreadCount) -> DotBiasModel {
        var model = self
        model.itemBiasDeviations = itemBiasDeviations(training, threads: threads)
        return model
    }

    /// How far each item's bias may be from the true one: its standard deviation given the ratings, [items], in the unit of the bias.
    ///
    /// By Laplace's method, everything else of the model staying as it is: the precision of a bias is the sum over the item's ratings
    /// of the squared slope of the rating in the logit, over the variance of the errors, plus that of the prior, whose variance is
    /// that of all items' biases. The errors are those of ratings that were not learned from: those of the training ratings are
    /// half as large where there are many factors, and the intervals would hold two of three true biases, not nine of ten. An item
    /// with few ratings has nearly the prior's deviation, one with many nearly that of the mean of so many errors.
    /// - Source: MacKay 1992, "Bayesian Interpolation", section 4; the prior's variance is an empirical Bayes estimate
    /// - Precondition: the model was trained on these ratings.
    private func itemBiasDeviations(_ training: Interactions, threads: ThreadCount) -> [Float] {
        let rows = vocabulary.translation(of: training)
        let items = itemBiases.count
        // As many parts as there are for any number of threads, so that their number changes no bit.
        let parts = 16
        var slopes = [Double](repeating: 0, count: parts * items)
        slopes.withUnsafeMutableBufferPointer { slopes in
            // Each part has its own sums.
            nonisolated(unsafe) let slopes = slopes
            parallel(parts, threads: threads) { part in
                for row in training.count * part / parts..<training.count * (part + 1) / parts {
                    let user = Int(rows.users[Int(training.users[row])])
                    let item = Int(rows.items[Int(training.items[row])])
                    let logit =
                        Double(globalBias) + Double(userBiases[user]) + Double(itemBiases[item])
                        + Double(dot(user: user, item: item))
                    let slope = range.slope(logit)
                    slopes[part * items + item] += slope * slope
                }
            }
        }
        let precisions = (0..<items).map { item in (0..<parts).reduce(0) { $0 + slopes[$1 * items + item] } }
        let variance = errorVariance(training, rows, precisions, threads: threads)
        let prior = itemBiases.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, items))
        guard prior > 0, variance > 0 else { return [Float](repeating: 0, count: items) }
        return precisions.map { Float((1 / ($0 / variance + 1 / prior)).squareRoot()) }
    }

    /// The mean squared error of ratings that are left out, one at a time, of a sample of people.
    ///
    /// The taste of a person is fitted by ridge regression, of which the error without one rating is known in closed form (1 - its
    /// leverage divides the error with it). What a rating does to its item is allowed for in the same way, the item's numbers taken
    /// as independent.
    /// - Parameter precisions: by item, the sum of the squared slopes of its ratings
    /// - Source: Allen 1974, "The Relationship between Variable Selection and Data Augmentation and a Method for Prediction" (PRESS)
    private func errorVariance(
        _ training: Interactions, _ rows: (users: [Int32], items: [Int32]), _ precisions: [Double], threads: ThreadCount
    ) -> Double {
        let sampledRatings = 1500
        let step = max(1, training.count / sampledRatings)
        var histories: [Int: [RatedItem]] = [:]
        for row in 0..<training.count {
            let user = Int(rows.users[Int(training.users[row])])
            guard user % step == 0 else { continue }
            histories[user, default: []].append(
                RatedItem(item: Int(rows.items[Int(training.items[row])]), rating: training.ratings[row]))
        }
        let people = histories.keys.sorted()
        let penalty = FoldIn.Penalty().bias * pow(Double(range.upper - range.lower) / 5.5, 2)
        var sums = [Double](repeating: 0, count: people.count)
        sums.withUnsafeMutableBufferPointer { sums in
            // Each person writes to an own place.
            nonisolated(unsafe) let sums = sums
            parallel(people.count, threads: threads) { [histories] person in
                let history = histories[people[person]] ?? []
                let fold = FoldIn(history, in: self)
                let length = fold.taste.vector.reduce(0) { $0 + Double($1) * Double($1) }
                for (place, rated) in history.enumerated() {
                    let vector = itemVectors[rated.item * factors..<(rated.item + 1) * factors]
                    let logit = logit(fold.taste, item: rated.item)
                    let (slope, error) = (range.slope(logit), range.rating(logit) - Double(rated.rating))
                    // A part is the inverse of the normal matrix times the item's row and its pull.
                    let product = zip(vector, fold.taste.vector).reduce(Double(fold.taste.bias)) {
                        $0 + Double($1.0) * Double($1.1)
                    }
                    let pull = slope * (slope * product - error)
                    let spread = zip(vector, fold.parts[place]).reduce(fold.parts[place][factors]) {
                        $0 + Double($1.0) * $1.1
                    }
                    let ofPerson = pull == 0 ? 0 : slope * slope * spread / pull
                    // As many raters as the item has, of vectors of the same length.
                    let others = precisions[rated.item]
                    let ofItem =
                        slope * slope
                        * (1 / (others + penalty) + length / (others * length / Double(max(1, factors)) + penalty))
                    let rest = (1 - min(0.9, max(0, ofPerson))) * (1 - min(0.9, ofItem))
                    sums[person] += error * error / (rest * rest)
                }
            }
        }
        let count = histories.values.reduce(0) { $0 + $1.count }
        return sums.reduce(0, +) / Double(max(1, count))
    }
}
