import Foundation
import ZooKernels

/// Chooses tokens from scores.
struct Sampler {
    private let options: SamplingOptions
    private var generator: RandomGenerator

    init(_ options: SamplingOptions) {
        self.options = options
        generator = RandomGenerator(seed: options.seed)
    }

    /// The scores after exclusions and penalties.
    static func adjusted(_ logits: [Float], recent: some Sequence<Int32>, _ options: SamplingOptions) -> [Float] {
        var scores = logits
        if options.repetitionPenalty != 1 {
            let penalty = Float(options.repetitionPenalty)
            for token in Set(recent) {
                let score = scores[Int(token)]
                scores[Int(token)] = score > 0 ? score / penalty : score * penalty
            }
        }
        for token in options.excluded where Int(token) < scores.count && token >= 0 {
            scores[Int(token)] = -.infinity
        }
        return scores
    }

    /// A token; of equally likely ones the lower goes first.
    mutating func choose(_ logits: [Float], recent: some Sequence<Int32>) -> Int32 {
        let scores = Self.adjusted(logits, recent: recent, options)
        guard options.temperature > 0 else { return Int32(Self.best(scores)) }
        if options.topK == nil, options.topP == nil { return draw(scores, Array(scores.indices)) }
        var order = scores.indices.sorted { scores[$0] == scores[$1] ? $0 < $1 : scores[$0] > scores[$1] }
        if let topK = options.topK { order.removeLast(max(0, order.count - topK)) }
        if let topP = options.topP {
            let weights = self.weights(scores, order)
            let wanted = topP * weights.reduce(0, +)
            var (sum, kept) = (0.0, 0)
            while kept < order.count, sum < wanted || kept == 0 {
                sum += weights[kept]
                kept += 1
            }
            order.removeLast(order.count - kept)
        }
        return draw(scores, order)
    }

    static func best(_ scores: [Float]) -> Int {
        var best = 0
        for index in scores.indices where scores[index] > scores[best] { best = index }
        return best
    }

    private func weights(_ scores: [Float], _ candidates: [Int]) -> [Double] {
        let top = candidates.map { scores[$0] }.max() ?? 0
        return candidates.map { exp(Double(scores[$0] - top) / options.temperature) }
    }

    private mutating func draw(_ scores: [Float], _ candidates: [Int]) -> Int32 {
        let weights = weights(scores, candidates)
        var rest = (generator.uniform() as Double) * weights.reduce(0, +)
        var last = candidates[0]
        for (candidate, weight) in zip(candidates, weights) where weight > 0 {
            last = candidate
            rest -= weight
            if rest < 0 { break }
        }
        return Int32(last)
    }
}
