import Foundation
import ZooKernels
import ZooLearn
import ZooNN
import ZooText

/// The speed of a character language model: embeddings of 64, Adam at 1e-3, gradients clipped to 0.25.
package struct LanguageModelTiming: Sendable, Encodable {
    /// What happens at each step: `rnn`, `gru` or `lstm`.
    package let cell: RecurrentCell
    /// Numbers in each layer's state.
    package let hidden: Int
    /// Layers on top of each other.
    package let layers: Int
    /// Rows of text side by side in training.
    package let batchSize: Int
    /// Steps of a window.
    package let bptt: Int
    /// Characters in a window over the median time of a training step.
    package let trainCharsPerSecond: Double
    /// Characters drawn one after the other in a second, the weights held as Float32.
    package let generateCharsPerSecond: Double
    /// The same with the weights held as Float16.
    package let generateFloat16CharsPerSecond: Double
    /// The most memory that the process held until the end of training.
    package let peakMegabytes: Double

    /// Trains and generates on a generated text of 84 symbols.
    ///
    /// - Parameter steps: training steps that count, after three to warm up
    /// - Throws: nothing at sizes above 0.
    package static func measure(
        cell: RecurrentCell = .lstm, hidden: Int = 512, layers: Int = 2, batchSize: Int = 64, bptt: Int = 64,
        steps: Int = 15, threads: ThreadCount = .all
    ) throws -> LanguageModelTiming {
        var generator = RandomGenerator(seed: 0)
        let configuration = LanguageModelArchitecture(
            cell: cell, vocabularySize: 84, hiddenSize: hidden, layerCount: layers)
        let model = LanguageModel(configuration, using: &generator)
        let text = (0..<(steps + 3) * bptt * batchSize + 1).map { _ in Int32.random(in: 0..<84, using: &generator) }
        var options = LanguageModelTrainingOptions()
        (options.batchSize, options.bptt, options.epochs, options.variesWindows) = (batchSize, bptt, 1, false)
        (options.learningRate, options.schedule, options.weightDecay) = (1e-3, .constant, 0)
        let watch = StepWatch()
        try LanguageModelTrainer(model, options: options, rule: Adam()).fit(training: text, observers: [watch])
        let times = watch.times.dropFirst(3).sorted()
        let peak = ProcessMemory.peakMegabytes
        return LanguageModelTiming(
            cell: cell, hidden: hidden, layers: layers, batchSize: batchSize, bptt: bptt,
            trainCharsPerSecond: Double(batchSize * bptt) / times[times.count / 2],
            generateCharsPerSecond: try generationRate(model, .float32, threads),
            generateFloat16CharsPerSecond: try generationRate(model, .float16, threads), peakMegabytes: peak)
    }

    private static func generationRate(
        _ model: LanguageModel, _ precision: WeightPrecision, _ threads: ThreadCount
    ) throws -> Double {
        var generator = TextGenerator(model, precision: precision, threads: threads)
        try generator.generate(length: 50)
        let count = 500
        let rates = try (0..<3).map { _ in
            let start = ContinuousClock.now
            try generator.generate(length: count)
            return Double(count) / ((ContinuousClock.now - start) / .seconds(1))
        }
        return rates.sorted()[1]
    }
}

/// Notes how long each step took.
private final class StepWatch: Observer {
    var times: [Double] = []
    private var last = ContinuousClock.now

    func observe(_ event: TrainingEvent, checkpoint: () -> Checkpoint) -> Verdict {
        let now = ContinuousClock.now
        if case .stepEnded = event { times.append((now - last) / .seconds(1)) }
        last = now
        return .continue
    }
}
