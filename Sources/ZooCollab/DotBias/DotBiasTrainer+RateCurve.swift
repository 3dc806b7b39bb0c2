import ZooKernels
import ZooLearn

extension DotBiasTrainer {
    /// Tries rising learning rates on a fresh model, one pass over the ratings a curve, and ends when the loss is four
    /// times its least.
    ///
    /// - Parameter steps: how many rates are tried; each is measured on as many ratings, at least 64, for which few ratings are
    ///   gone over again.
    /// - Returns: mean squared errors in stars over rates from 1e-5 to 10.
    /// - Source: Smith 2017, "Cyclical Learning Rates for Training Neural Networks", section 3.3
    public func rateCurve(_ training: Interactions, steps: Int) -> LearningRateCurve {
        let vocabulary = CollabVocabulary(training: training)
        var generator = RandomGenerator(seed: configuration.seed)
        let committee = committee(for: training, vocabulary, using: &generator)
        let rows = vocabulary.rows(of: training)
        let triples = (0..<training.count).shuffled(using: &generator).map {
            RatingTriple(user: rows.users[$0], item: rows.items[$0], stars: training.ratings[$0])
        }
        let schedule = ExponentialRange(start: 1e-5, end: 10)
        var rates: [Double] = []
        var losses: [Double] = []
        triples.withUnsafeBufferPointer { triples in
            let least = min(64, triples.count)
            for step in 0..<steps where least > 0 {
                var part = triples.count * step / steps..<triples.count * (step + 1) / steps
                if triples.count < least * steps {
                    let start = step * least % (triples.count - least + 1)
                    part = start..<start + least
                }
                let rate = schedule.value(at: step, of: steps)
                let squares = committee.train(
                    UnsafeBufferPointer(rebasing: triples[part]), rates: (Float(rate), Float(rate)))
                let loss = squares / Double(part.count)
                guard loss.isFinite, loss < 4 * (losses.min() ?? .infinity) else { break }
                rates.append(rate)
                losses.append(loss)
            }
        }
        return LearningRateCurve(rates: rates, losses: losses, smoothing: 0.9)
    }
}
