import ZooKernels

extension DotBiasModel {
    /// How far each item's bias may be from the true one: its standard deviation given the ratings, [items], in the unit of the bias.
    ///
    /// By Laplace's method, everything else of the model staying as it is: the precision of a bias is the sum over the item's ratings
    /// of the squared slope of the rating in the logit, over the variance of the errors, plus that of the prior, whose variance is
    /// that of all items' biases. An item with few ratings has nearly the prior's deviation, one with many nearly that of the mean
    /// of so many errors.
    /// - Source: MacKay 1992, "Bayesian Interpolation", section 4; the prior's variance is an empirical Bayes estimate
    /// - Precondition: the model was trained on these ratings.
    func itemBiasDeviations(_ training: Interactions, threads: ThreadCount) -> [Float] {
        let rows = vocabulary.translation(of: training)
        let items = itemBiases.count
        // As many parts as there are for any number of threads, so that their number changes no bit.
        let parts = 16
        var squares = [Double](repeating: 0, count: parts)
        var slopes = [Double](repeating: 0, count: parts * items)
        squares.withUnsafeMutableBufferPointer { squares in
            slopes.withUnsafeMutableBufferPointer { slopes in
                // Each part has its own sums.
                nonisolated(unsafe) let (squares, slopes) = (squares, slopes)
                parallel(parts, threads: threads) { part in
                    for row in training.count * part / parts..<training.count * (part + 1) / parts {
                        let user = Int(rows.users[Int(training.users[row])])
                        let item = Int(rows.items[Int(training.items[row])])
                        let logit =
                            Double(globalBias) + Double(userBiases[user]) + Double(itemBiases[item])
                            + Double(dot(user: user, item: item))
                        let error = range.stars(logit) - Double(training.ratings[row])
                        let slope = range.slope(logit)
                        squares[part] += error * error
                        slopes[part * items + item] += slope * slope
                    }
                }
            }
        }
        let variance = squares.reduce(0, +) / Double(max(1, training.count))
        let prior = itemBiases.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(1, items))
        guard prior > 0, variance > 0 else { return [Float](repeating: 0, count: items) }
        return (0..<items).map { item in
            let slope = (0..<parts).reduce(0) { $0 + slopes[$1 * items + item] }
            return Float((1 / (slope / variance + 1 / prior)).squareRoot())
        }
    }
}
