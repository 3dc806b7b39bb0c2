import ZooKernels
import ZooNN
import ZooText

extension ForeignArrays {
    /// A language model of arrays under the names of Zoo: `encoder.weight`, `layers.<n>.weight_ih_l0` and so on, `decoder.weight`,
    /// `decoder.bias`. Biases that are not there are 0; a decoder that is the encoder's table, or that is not there, is tied to it.
    ///
    /// - Parameters:
    ///   - merges: how each layer joins its two directions, whose weights for the way back end with `_reverse`; none of one that
    ///     reads forwards
    ///   - isRectified: whether the one gate of a plain network has a ReLU, not tanh
    ///   - regularization: what fine-tuning begins with
    /// - Throws: `WorkflowError.invalid` for sizes that do not follow one another, and as many rows as there are no tokens
    func languageModel(
        tokens: Int, merges: [BidirectionalMerge?] = [], isRectified: Bool = false,
        regularization: LanguageModelRegularization = .none
    ) throws -> LanguageModel {
        let table = try matrix("encoder.weight")
        guard table.rows == tokens else {
            throw refusal("its table of embeddings has \(table.rows) rows, and \(tokens) tokens are named")
        }
        var (sizes, state): ([Int], [(path: String, values: [Float], shape: [Int])]) = ([], [])
        var gates = 0
        state.append(("encoder.weight", table.values, [table.rows, table.width]))
        while has("layers.\(sizes.count).weight_hh_l0") {
            let path = "layers.\(sizes.count)."
            let merge = merges.isEmpty ? nil : merges[sizes.count]
            let width = try matrix(path + "weight_hh_l0").width
            for direction in merge == nil ? [""] : ["", "_reverse"] {
                let hidden = try matrix(path + "weight_hh_l0" + direction)
                guard hidden.width == width, hidden.rows % width == 0, gates == 0 || hidden.rows / width == gates else {
                    throw refusal(
                        "its '\(path)weight_hh_l0\(direction)' is [\(hidden.rows), \(hidden.width)], not of one kind of cell"
                    )
                }
                gates = hidden.rows / width
                let input = [hidden.rows, sizes.last ?? table.width]
                let name = path + "weight_ih_l0" + direction
                state.append((name, try floats(name, input), input))
                state.append((path + "weight_hh_l0" + direction, hidden.values, [hidden.rows, width]))
                for name in ["bias_ih_l0", "bias_hh_l0"].map({ path + $0 + direction }) {
                    let zeros = [Float](repeating: 0, count: hidden.rows)
                    state.append((name, has(name) ? try floats(name, [hidden.rows]) : zeros, [hidden.rows]))
                }
            }
            sizes.append(merge == .concat ? 2 * width : width)
        }
        guard let last = sizes.last, let cell = RecurrentCell.allCases.first(where: { $0.gateCount == gates }) else {
            throw refusal("it has no recurrent layers of one, three or four gates")
        }
        let weight = has("decoder.weight") ? try floats("decoder.weight", [tokens, last]) : nil
        let isTied = weight.map { $0 == table.values && last == table.width } ?? (last == table.width)
        if !isTied {
            state.append(("decoder.weight", weight ?? [Float](repeating: 0, count: tokens * last), [tokens, last]))
        }
        let bias = has("decoder.bias") ? try floats("decoder.bias", [tokens]) : [Float](repeating: 0, count: tokens)
        state.append(("decoder.bias", bias, [tokens]))
        var architecture = LanguageModelArchitecture(
            cell: cell == .rnn && isRectified ? .rectifiedRNN : cell, vocabularySize: tokens,
            embeddingSize: table.width,
            hiddenSize: sizes.max() ?? last, layerCount: sizes.count)
        architecture.tiesWeights = isTied
        architecture.regularization = regularization
        if sizes != sizes.indices.map({ architecture.size(ofLayer: $0) }) { architecture.layerSizes = sizes }
        if merges.contains(where: { $0 != nil }) { architecture.merges = merges }
        do { try architecture.validate() } catch { throw refusal("\(error)") }
        var generator = RandomGenerator.silent  // the weights are loaded
        let model = LanguageModel(architecture, using: &generator)
        try load(state, into: model)
        return model
    }

    /// Loads arrays as files of Zoo have them: linear weights lie [out, in].
    func load(_ state: [(path: String, values: [Float], shape: [Int])], into module: Module) throws {
        let tensors = state.map { NamedTensor($0.path, $0.values, $0.shape) }
        do { try module.load(state: module.transposingLinearWeights(tensors)) } catch let error as ModuleStateError {
            throw refusal("its arrays do not fit one another: \(error)")
        }
    }
}

extension StoredLanguageModel {
    /// A language model of another program, of whose training nothing is known but its sizes.
    init(imported model: LanguageModel, _ tokenizer: any Tokenizer) {
        let network = model.configuration
        var recipe = TextRecipe()
        (recipe.tokenizer.kind, recipe.tokenizer.lowercases) = (tokenizer.kind, tokenizer.lowercases)
        (recipe.cell, recipe.embeddingSize, recipe.hiddenSize) = (
            network.cell, network.embeddingSize, network.hiddenSize
        )
        (recipe.layerCount, recipe.tiesWeights) = (network.layerCount, network.tiesWeights)
        (recipe.regularization, recipe.training.epochs) = (network.regularization, 0)
        self.init(
            model: model, tokenizer: tokenizer, recipe: recipe, counts: tokenizer.vocabulary.map { _ in 0 })
    }
}
