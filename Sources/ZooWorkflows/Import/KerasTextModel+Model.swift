import ZooKernels
import ZooNN
import ZooText

extension KerasTextModel {
    /// The model.
    ///
    /// - Throws: `WorkflowError.invalid`
    func model(_ request: ForeignModelRequest) throws -> ForeignModel {
        var description = try request.description()
        if description == nil, let vocabulary, vocabulary.texts != nil {
            description = ForeignDescription(file: file, value: vocabulary)
        }
        let tokens = try description ?? request.neededDescription("its tokens")
        let tokenizer = try tokens.tokenizer(usually: marksAreDropped || vocabulary != nil ? .bareWords : nil)
        var notes = ["Texts are cut into \(tokenizer.kind.plainName)."]
        let lengths = [paddedLength, inputLength].map { $0?.kerasNumber.flatMap { Int(exactly: $0) } }
        let length = lengths[0] ?? lengths[1]
        if let length, !masks, pooling != .steps {
            throw refusal(
                "it reads texts filled up to \(length) tokens without mask_zero: its answers depend on the filling, "
                    + "which is not read here")
        }
        if let length, pooling == .steps || lengths[0] == nil {
            notes.append("Texts of more than \(length) tokens, the size of its input, are read whole.")
        }
        if masks, !SplitTokenizer.paddings.contains(tokenizer.vocabulary[0]) {
            throw refusal(
                "its mask_zero skips token 0, which is '\(tokenizer.label(of: 0))' here: \(tokens.file) has to begin with "
                    + "the padding, as \"\" or \"<pad>\"")
        }
        if !masks {
            notes.append("Texts are read as they are: without mask_zero, filled ones have other answers there.")
        }
        let (last, bias) = dense[dense.count - 1]
        let readsAhead = merges.contains { $0 != nil }
        if pooling == .steps
            || (pooling == .last && dense.count == 1 && last.rows == tokenizer.vocabulary.count
                && !readsAhead && tokens["labels"] == nil)
        {
            guard !readsAhead else {
                throw refusal(
                    "it has an answer at every step that depends on what follows (Bidirectional): it writes no texts")
            }
            guard length == nil || pooling == .steps else {
                throw refusal("it reads \(length ?? 0) tokens at most, and a language model here reads all of a text")
            }
            guard dense.count == 1, ["linear", "softmax"].contains(end) else {
                throw refusal(
                    "at every step it has \(dense.count) Dense layers that end with \(end): one, with softmax or none, is known"
                )
            }
            arrays.add("decoder.weight", last.values, [last.rows, last.width])
            arrays.add("decoder.bias", bias, [last.rows])
            let model = try arrays.languageModel(tokens: tokenizer.vocabulary.count)
            return ForeignModel(
                "a language model of Keras", StoredLanguageModel(imported: model, tokenizer), notes: notes)
        }
        let isYesOrNo = last.rows == 1 && end == "sigmoid"
        guard isYesOrNo || (last.rows > 1 && ["linear", "softmax"].contains(end)) else {
            throw refusal(
                "it ends with \(end) of \(last.rows): known are softmax of several classes and a sigmoid of one number")
        }
        let labels = try tokens.labels()
        guard labels.count == (isYesOrNo ? 2 : last.rows) else {
            throw refusal("it tells \(isYesOrNo ? 2 : last.rows) classes apart, and \(labels.count) labels are named")
        }
        let encoder = try arrays.languageModel(tokens: tokenizer.vocabulary.count, merges: merges)
        var options = TextClassifierTrainingOptions()
        options.maximumTokens = max(1, lengths[0] ?? 1 << 20)
        options.readsBeginning = true
        let classifier = try head(on: encoder, classes: labels.count, isYesOrNo: isYesOrNo)
        return ForeignModel(
            "a classifier of Keras",
            StoredTextClassifier(
                classifier: classifier, tokenizer: tokenizer, labels: labels, options: options,
                counts: tokenizer.vocabulary.map { _ in 0 }), notes: notes)
    }

    /// The classifier: of the last, the greatest and the mean output one counts, and the normalisations change nothing.
    private func head(on encoder: LanguageModel, classes: Int, isYesOrNo: Bool) throws -> TextClassifier {
        var generator = RandomGenerator.silent  // the weights are loaded
        let sizes = dense.dropLast().map(\.weight.rows)
        let classifier = TextClassifier(encoder, classCount: classes, dropout: 0.2, hidden: sizes, using: &generator)
        let width = encoder.configuration.size(ofLayer: encoder.configuration.layerCount - 1)
        let part = pooling == .last ? 0 : pooling == .greatest ? 1 : 2
        var state: [(path: String, values: [Float], shape: [Int])] = []
        for (index, layer) in dense.enumerated() {
            var (weight, bias) = (layer.weight, layer.bias)
            if index == 0 {
                guard weight.width == width else {
                    throw refusal("its first Dense layer reads \(weight.width) numbers, not \(width)")
                }
                var wide = [Float](repeating: 0, count: weight.rows * 3 * width)
                for row in 0..<weight.rows {
                    let start = row * 3 * width + part * width
                    wide.replaceSubrange(start..<start + width, with: weight.values[row * width..<(row + 1) * width])
                }
                weight = ForeignMatrix(values: wide, rows: weight.rows, width: 3 * width)
            }
            if isYesOrNo, index == dense.count - 1 {
                // The softmax of 0 and z is the sigmoid of z.
                weight = ForeignMatrix(
                    values: [Float](repeating: 0, count: weight.width) + weight.values, rows: 2, width: weight.width)
                bias = [0] + bias
            }
            let norm = FastaiLayer.Norm.identity(weight.width)
            let place = 4 * index
            state += [
                ("\(place).weight", norm.weight, [weight.width]), ("\(place).bias", norm.bias, [weight.width]),
                ("\(place).running_mean", norm.mean, [weight.width]),
                ("\(place).running_var", norm.variance, [weight.width]),
                ("\(place + 2).weight", weight.values, [weight.rows, weight.width]),
                ("\(place + 2).bias", bias, [weight.rows]),
            ]
        }
        try arrays.load(state, into: classifier.head)
        return classifier
    }
}
