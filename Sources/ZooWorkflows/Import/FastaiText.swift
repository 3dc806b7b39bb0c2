import ZooKernels
import ZooNN
import ZooText

extension ForeignForm {
    /// `language_model_learner(dls, AWD_LSTM)`.
    static let fastaiLanguageModel = ForeignForm(
        title: "fastai's language_model_learner (AWD_LSTM)",
        matches: { arrays, _ in
            arrays.has("0.encoder.weight") && arrays.has("0.rnns.0.module.weight_ih_l0")
        },
        read: { arrays, request in
            let description = try request.neededDescription("its tokens")
            let tokenizer = try description.fastaiTokenizer()
            try arrays.nameLikeZoo(fastai: "0.")
            guard arrays.has("decoder.weight") else {
                throw arrays.refusal("it has no decoder: save the whole model with learn.save, not its encoder alone")
            }
            let model = try arrays.languageModel(
                tokens: tokenizer.vocabulary.count, regularization: LanguageModelRegularization())
            return (StoredLanguageModel(imported: model, tokenizer), [.wordRules])
        })

    /// `text_classifier_learner(dls, AWD_LSTM)`.
    static let fastaiTextClassifier = ForeignForm(
        title: "fastai's text_classifier_learner (AWD_LSTM)",
        matches: { arrays, _ in arrays.has("0.module.encoder.weight", "0.module.rnns.0.module.weight_ih_l0") },
        read: { arrays, request in
            let description = try request.neededDescription("its tokens and labels")
            let tokenizer = try description.fastaiTokenizer()
            let labels = try description.labels()
            try arrays.nameLikeZoo(fastai: "0.module.")
            let encoder = try arrays.languageModel(
                tokens: tokenizer.vocabulary.count, regularization: LanguageModelRegularization())
            let pooled = 3 * encoder.configuration.size(ofLayer: encoder.configuration.layerCount - 1)
            let layers = try FastaiLayer.all(arrays, inputs: pooled, under: "1.layers")
            guard layers.last?.weight.rows == labels.count, labels.count > 1 else {
                throw arrays.refusal(
                    "its head tells \(layers.last?.weight.rows ?? 0) classes apart, and \(labels.count) labels are named"
                )
            }
            var options = TextClassifierTrainingOptions()
            options.maximumTokens = 72 * 20  // max_len of text_classifier_learner
            var generator = RandomGenerator.silent  // the weights are loaded
            let classifier = TextClassifier(
                encoder, classCount: labels.count, dropout: options.headDropout,
                hidden: layers.dropLast().map(\.weight.rows), using: &generator)
            try arrays.load(
                layers.enumerated().flatMap { index, layer -> [(String, [Float], [Int])] in
                    guard let norm = layer.normBefore else { return [] }
                    let (inputs, outputs, place) = (layer.weight.width, layer.weight.rows, 4 * index)
                    return [
                        ("\(place).weight", norm.weight, [inputs]), ("\(place).bias", norm.bias, [inputs]),
                        ("\(place).running_mean", norm.mean, [inputs]),
                        ("\(place).running_var", norm.variance, [inputs]),
                        ("\(place + 2).weight", layer.weight.values, [outputs, inputs]),
                        ("\(place + 2).bias", layer.bias ?? [Float](repeating: 0, count: outputs), [outputs]),
                    ]
                }, into: classifier.head)
            return (
                StoredTextClassifier(
                    classifier: classifier, tokenizer: tokenizer, labels: labels, options: options,
                    counts: tokenizer.vocabulary.map { _ in 0 }),
                [.wordRules, "Of a text of more than \(options.maximumTokens) tokens the last ones are read."]
            )
        })
}

extension String {
    /// What differs between the tokens of both programs.
    fileprivate static let wordRules =
        "Texts are cut into words by Zoo's rules, which have fastai's special tokens and differ from spaCy's in some words."
}

extension ForeignArrays {
    /// Gives the arrays of fastai's AWD_LSTM the names of Zoo.
    ///
    /// - Parameter prefix: what stands before them
    fileprivate func nameLikeZoo(fastai prefix: String) throws {
        guard !names.contains(where: { $0.hasSuffix("_reverse") || $0.hasSuffix("_reverse_raw") }) else {
            throw refusal("its layers read in both directions (bidir=True), which language models here do not")
        }
        // The table once more, and the weights as the last dropout left them.
        ignore {
            $0 == prefix + "encoder_dp.emb.weight"
                || $0.hasPrefix(prefix + "rnns.") && $0.hasSuffix("module.weight_hh_l0")
        }
        rename { name in
            if name.hasPrefix("1.decoder.") { return String(name.dropFirst(2)) }
            guard name.hasPrefix(prefix), !name.hasSuffix("module.weight_hh_l0") else { return name }
            return String(name.dropFirst(prefix.count)).replacing("rnns.", with: "layers.", maxReplacements: 1)
                .replacing("module.", with: "").replacing("weight_hh_l0_raw", with: "weight_hh_l0")
        }
    }
}

extension ForeignDescription {
    /// The lists of a text learner: `dls.vocab`, which is the tokens, or the tokens and the labels.
    private var lists: (tokens: JSONValue?, labels: JSONValue?) {
        if case .array(let parts) = value, parts.count == 2, parts.allSatisfy({ $0.texts != nil }) {
            return (parts[0], parts[1])
        }
        if case .object(let members) = value {
            guard members["tokens"] == nil else { return (self["tokens"], self["labels"]) }
            // Numbers by token, as many programs keep them.
            var tokens = [JSONValue](repeating: .null, count: members.count)
            for (token, number) in members {
                guard case .integer(let place) = number, tokens.indices.contains(Int(place)) else { return (nil, nil) }
                tokens[Int(place)] = .text(token)
            }
            return (.array(tokens), nil)
        }
        return (value, nil)
    }

    /// The tokens.
    ///
    /// - Throws: `WorkflowError.invalid`
    func tokens() throws -> [String] {
        guard let tokens = lists.tokens?.texts, !tokens.isEmpty else {
            throw WorkflowError.invalid(what: file, reason: "it has no list of tokens")
        }
        return tokens
    }

    /// The labels of a classifier.
    ///
    /// - Throws: `WorkflowError.invalid`
    func labels() throws -> [String] {
        guard let labels = lists.labels?.texts, Set(labels).count == labels.count, !labels.isEmpty else {
            throw WorkflowError.invalid(
                what: file, reason: "it has no list of different labels: it holds the tokens and the labels, dls.vocab")
        }
        return labels
    }

    /// A tokenizer of fastai's vocabulary, whose fillings are numbered.
    ///
    /// - Throws: `WorkflowError.invalid`
    fileprivate func fastaiTokenizer() throws -> any Tokenizer {
        var fillings = 0
        let tokens = try tokens().map { token -> String in
            guard token == WordTokenizer.filling else { return token }
            fillings += 1
            return fillings == 1 ? token : "\(token) \(fillings)"
        }
        do { return try TokenizerParts(kind: .word, lowercases: false, tokens: tokens).tokenizer() } catch {
            throw WorkflowError.invalid(what: file, reason: "its tokens are not fastai's: \(error)")
        }
    }
}
