import Foundation
import ZooCollab
import ZooEmbeddings
import ZooText

extension ForeignForm {
    /// `nn.Embedding`, `nn.RNN`, `nn.GRU` or `nn.LSTM`, and `nn.Linear`.
    static let torchLanguageModel = ForeignForm(
        title: "a recurrent language model of PyTorch",
        matches: { arrays, _ in
            arrays.names.contains { $0.hasSuffix("weight_ih_l0") } && !arrays.has("rnns.0.module.weight_ih_l0")
        },
        read: { arrays, request in
            let description = try request.neededDescription("its tokens")
            let tokenizer = try description.tokenizer()
            if !arrays.has("encoder.weight", "layers.0.weight_ih_l0") { try arrays.nameLikeZoo() }
            let isRectified = description["nonlinearity"] == .text("relu")
            let model = try arrays.languageModel(tokens: tokenizer.vocabulary.count, isRectified: isRectified)
            var notes = ["Texts are cut into \(tokenizer.kind.plainName)."]
            if model.configuration.cell == .rnn, description["nonlinearity"] == nil {
                notes.append(
                    "Its cell is taken as tanh, nn.RNN's own: \"nonlinearity\": \"relu\" in --vocab says otherwise.")
            }
            return (StoredLanguageModel(imported: model, tokenizer), notes)
        })

    /// A table of vectors: the only array of a file, or the one that --map names `FIELD.weight`.
    static let torchEmbedding = ForeignForm(
        title: "an embedding of PyTorch",
        matches: { arrays, _ in arrays.names.count == 1 && arrays.shape(arrays.names[0])?.count == 2 },
        read: { arrays, request in
            let name = arrays.names[0]
            let table = try arrays.matrix(name)
            let keys = try ForeignKeys(
                request.description()?.tokens(), rows: table.rows, hasPlaceholder: false, side: "entry",
                option: "--vocab",
                file: request.file)
            let field = request.mapFile == nil ? "item" : String(name.prefix { $0 != "." })
            return (
                StoredEmbeddings(
                    field: field,
                    vectors: NamedVectors(
                        keys: keys.keys, labels: keys.titles, vectors: table.values, width: table.width),
                    source: "torch"),
                [keys.note, "The field is '\(field)'; --map with a line '\(name) = NAME.weight' names another."]
                    .compactMap { $0 }
            )
        })

    /// Vectors of users and items, with or without biases: `user.weight`, `item.weight`, `user_bias.weight`, `item_bias.weight`,
    /// `global_bias`, as `--map` names them.
    static let factorization = ForeignForm(
        title: "a factorisation with biases",
        matches: { arrays, _ in arrays.has("user.weight", "item.weight") },
        read: { arrays, request in
            let (users, items) = (try arrays.matrix("user.weight"), try arrays.matrix("item.weight"))
            guard users.width == items.width else {
                throw arrays.refusal("its vectors have \(users.width) and \(items.width) numbers")
            }
            let names = try request.keys(users: users.rows, items: items.rows, hasPlaceholder: false)
            let (range, scale, notes) = try request.ratingRange()
            func biases(_ name: String, _ count: Int) throws -> [Float] {
                guard let shape = arrays.shape(name) else { return [Float](repeating: 0, count: count) }
                return try arrays.floats(name, shape.count == 1 ? [count] : [count, 1])
            }
            let global = try arrays.shape("global_bias").map { try arrays.floats("global_bias", $0).first ?? 0 } ?? 0
            let model = DotBiasModel(
                vocabulary: CollabVocabulary(names.users, names.items, mean: Float(range.rating(Double(global)))),
                factors: users.width, userVectors: users.values, itemVectors: items.values,
                userBiases: try biases("user_bias.weight", users.rows),
                itemBiases: try biases("item_bias.weight", items.rows),
                globalBias: global, range: range, scale: scale)
            return (model, [names.users.note, names.items.note].compactMap { $0 } + notes)
        })
}

extension ForeignArrays {
    /// Gives the arrays of an embedding, one recurrent module and a linear layer the names of Zoo, by their sizes and names.
    ///
    /// - Throws: `WorkflowError.invalid` where sizes and names leave a choice: `--map` makes it
    fileprivate func nameLikeZoo() throws {
        let advice =
            "say with --map FILE, a line 'their.name = encoder.weight' for each: encoder.weight, "
            + "layers.0.weight_ih_l0 and so on, decoder.weight, decoder.bias"
        let modules = names.filter { $0.hasSuffix("weight_ih_l0") }.map { String($0.dropLast("weight_ih_l0".count)) }
        guard modules.count == 1, let module = modules.first, let input = shape(module + "weight_ih_l0"),
            input.count == 2,
            let hidden = shape(module + "weight_hh_l0"), hidden.count == 2
        else {
            throw refusal("it has \(modules.count) recurrent modules (\(modules.joined(separator: ", "))): \(advice)")
        }
        guard !names.contains(where: { $0.hasPrefix(module) && ($0.hasSuffix("_reverse") || $0.contains("weight_hr")) })
        else {
            throw refusal(
                "its recurrent module reads in both directions or projects its state, which language models here do not"
            )
        }
        let tables = names.filter { !$0.hasPrefix(module) || module.isEmpty }.filter {
            shape($0)?.count == 2 && !$0.contains("weight_ih_l") && !$0.contains("weight_hh_l")
        }
        func isDecoder(_ name: String) -> Bool {
            ["decoder", "fc", "linear", "head", "out", "proj", "classifier", "dense"].contains {
                name.lowercased().contains($0)
            }
        }
        let encoders = tables.filter { shape($0)?[1] == input[1] && !isDecoder($0) }
        guard encoders.count == 1, let encoder = encoders.first else {
            throw refusal("\(encoders.count) of its arrays could be the embeddings of tokens: \(advice)")
        }
        let decoders = tables.filter { $0 != encoder && shape($0) == [shape(encoder)?[0] ?? 0, hidden[1]] }
        guard decoders.count <= 1 else {
            throw refusal("\(decoders.count) of its arrays could be the decoder: \(advice)")
        }
        guard decoders.count == 1 || hidden[1] == input[1] else {
            throw refusal("none of its arrays is a decoder, [\(shape(encoder)?[0] ?? 0), \(hidden[1])]: \(advice)")
        }
        let decoder = decoders.first.map { String($0.dropLast("weight".count)) }
        rename { name in
            if name == encoder { return "encoder.weight" }
            if let decoder, name.hasPrefix(decoder) { return "decoder." + name.dropFirst(decoder.count) }
            guard name.hasPrefix(module), let layer = Int(name.split(separator: "_").last?.dropFirst() ?? "") else {
                return name
            }
            return "layers.\(layer)." + name.dropFirst(module.count).dropLast("\(layer)".count) + "0"
        }
    }
}

extension ForeignModelRequest {
    /// The arrays under the names that `--map` gives them; those that it does not name stay as they are, unless it names one alone.
    ///
    /// - Throws: `WorkflowError.invalid` for a name that the file does not have
    func mapped(_ arrays: ForeignArrays) throws {
        guard let mapFile else { return }
        let description = try ForeignDescription(contentsOf: mapFile)
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: "--map \(mapFile)", reason: reason) }
        var names: [String: String] = [:]
        switch description.value {
        case .object(let members):
            for (theirs, ours) in members { names[theirs] = ours.key }
        case .array(let lines):
            for case .text(let line) in lines where !line.allSatisfy(\.isWhitespace) {
                let parts = line.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                guard parts.count == 2 else { throw refusal("'\(line.prefix(60))' is not 'their.name = our.name'") }
                names[parts[0]] = parts[1]
            }
        default: break
        }
        guard !names.isEmpty, Set(names.values).count == names.count else {
            throw refusal("it gives no names, or one twice")
        }
        if let absent = names.keys.sorted().first(where: { arrays.shape($0) == nil }) {
            throw refusal("\(file) has no array '\(absent)': it has \(arrays.names.prefix(5).joined(separator: ", "))")
        }
        if names.count == 1 { arrays.keep { names[$0] != nil } }
        arrays.rename { names[$0] ?? $0 }
    }
}

extension TokenizerKind {
    /// What its tokens are, for people.
    var plainName: String {
        switch self {
        case .character: "characters"
        case .word: "words by fastai's rules"
        case .bytePair: "byte pairs"
        case .split: "what stands between blanks"
        case .bareWords: "words in lower case without marks"
        }
    }
}

extension ForeignDescription {
    /// A tokenizer of the tokens: of characters where all are, of fastai's words where it has their special tokens, else of what
    /// stands between blanks, unless `tokenizer` says which.
    ///
    /// - Throws: `WorkflowError.invalid`
    func tokenizer(usually usual: TokenizerKind? = nil) throws -> any Tokenizer {
        let tokens = try tokens()
        let isFastai = WordTokenizer.Special.allCases.allSatisfy { tokens.contains($0.rawValue) }
        var kind: TokenizerKind =
            usual ?? (tokens.allSatisfy { $0.unicodeScalars.count == 1 } ? .character : isFastai ? .word : .split)
        if let named = self["tokenizer"]?.key {
            guard let given = TokenizerKind(rawValue: named), given != .bytePair else {
                throw WorkflowError.invalid(
                    what: file, reason: "its 'tokenizer' is \(named): char, word, split and bare-words are known")
            }
            kind = given
        }
        let lowercases = self["lowercase"] == .bool(true) || kind == .bareWords
        do { return try TokenizerParts(kind: kind, lowercases: lowercases, tokens: tokens).tokenizer() } catch {
            throw WorkflowError.invalid(what: file, reason: "its tokens make no tokenizer (\(kind.rawValue)): \(error)")
        }
    }
}
