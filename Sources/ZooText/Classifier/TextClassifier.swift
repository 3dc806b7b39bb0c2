import ZooKernels
import ZooNN
import ZooTensor

/// A language model that was trained to classify texts: its outputs, pooled over a text, go through two layers.
///
/// Paths: `encoder.…` as the language model's own, `head.…`.
/// - Shapes: texts -> logits [batch, classes]
/// - Source: Howard & Ruder 2018 (ULMFiT), section 3.3: the last output, the greatest and the mean one side by side, then
///   batch norm, dropout and a linear layer, twice
package final class TextClassifier: Module {
    /// The language model; its decoder takes no part.
    package let encoder: LanguageModel
    /// From pooled outputs to logits.
    package let head: Sequential
    /// How many classes there are.
    package let classCount: Int
    /// Numbers between the head's layers.
    package let hidden: [Int]
    /// Numbers between the head's layers, as they are trained here.
    package static let headSize = 50

    /// Puts a classifier on a language model.
    ///
    /// - Parameters:
    ///   - dropout: between the head's layers, 0 ..< 1
    ///   - hidden: numbers between the head's layers
    /// - Precondition: at least two classes.
    package init(
        _ encoder: LanguageModel, classCount: Int, dropout: Float = 0.2, hidden: [Int] = [headSize],
        using generator: inout RandomGenerator
    ) {
        precondition(classCount > 1, "TextClassifier: \(classCount) classes")
        self.encoder = encoder
        self.classCount = classCount
        self.hidden = hidden
        let configuration = encoder.configuration
        let pooled = 3 * configuration.size(ofLayer: configuration.layerCount - 1)
        var layers: [any UnaryLayer] = []
        for (index, (inputs, outputs)) in zip([pooled] + hidden, hidden + [classCount]).enumerated() {
            if index > 0 { layers.append(Activation { $0.relu() }) }
            layers += [
                BatchNorm1d(inputs), Dropout(probability: index == 0 ? dropout : dropout / 2),
                Linear(inputs, outputs, using: &generator),
            ]
        }
        head = Sequential(layers: layers)
    }

    /// The parameters by layer for rates and freezing, lowest first: embeddings, each recurrent layer, head.
    package var parameterLayers: [[Parameter]] {
        [encoder.encoder.parameters] + encoder.layers.map(\.parameters) + [head.parameters]
    }

    /// Sorts a batch of texts.
    ///
    /// - Precondition: in training at least two texts.
    package func callAsFunction(_ batch: TextBatch, mode: Mode = .inference, using generator: inout RandomGenerator)
        -> Tensor
    {
        let encoded = encoder.encoded(batch.tokens, lengths: batch.lengths, mode: mode, using: &generator)
        return head(pooled(encoded.dropped, batch, last: encoded.last), mode: mode, using: &generator)
    }

    /// The last, the greatest and the mean output of each text, without what fills the batch up.
    ///
    /// - Parameter last: the last outputs [batch, size], where they are not those of the last token
    /// - Shapes: outputs [time, batch, size] -> [batch, 3 size]
    func pooled(_ outputs: Tensor, _ batch: TextBatch, last: Tensor? = nil) -> Tensor {
        let (time, count, size) = (outputs.shape[0], outputs.shape[1], outputs.shape[2])
        let lengths = batch.lengths.map { Float($0) }
        let ends = batch.lengths.enumerated().map { Int32(($1 - 1) * count + $0) }
        let last = last ?? outputs.reshaped([time * count, size]).gathered(rows: Tensor(ends, shape: [count]))
        let mask = (0..<time * count).map { Float($0 / count) < lengths[$0 % count] ? Float(1) : 0 }
        let isText = Tensor(mask, shape: [time, count, 1])
        let mean = (outputs * isText).sum(axes: [0]) / Tensor(lengths, shape: [count, 1])
        // Far below any output, so that what fills up is never the greatest.
        let greatest = (outputs + (isText - 1) * 1e6).max(axes: [0])
        return Tensor.concatenated([last, greatest, mean], axis: -1)
    }
}

/// Texts of different lengths side by side.
package struct TextBatch: Sendable {
    /// int32 [time, batch], filled up behind the shorter texts.
    package let tokens: Tensor
    /// The length of each text, at least 1.
    package let lengths: [Int]
    /// The class of each text, int32 [batch]; zeros where it is not known.
    package let classes: Tensor

    /// Puts texts side by side.
    ///
    /// - Precondition: no text is empty.
    package init(_ texts: [[Int32]], classes: [Int32]? = nil) {
        precondition(!texts.contains { $0.isEmpty }, "TextBatch: an empty text")
        lengths = texts.map(\.count)
        let time = lengths.max() ?? 0
        var tokens = [Int32](repeating: 0, count: time * texts.count)
        for (row, text) in texts.enumerated() {
            for (step, token) in text.enumerated() { tokens[step * texts.count + row] = token }
        }
        self.tokens = Tensor(tokens, shape: [time, texts.count])
        self.classes = Tensor(classes ?? [Int32](repeating: 0, count: texts.count), shape: [texts.count])
    }
}
