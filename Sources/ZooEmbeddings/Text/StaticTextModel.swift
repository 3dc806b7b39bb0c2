import ZooKernels
import ZooNN

/// Vectors of tokens, whose mean is the vector of a text: a static embedding model, as model2vec writes them.
package struct StaticTextModel: StoredModel, Sendable {
    /// How texts become tokens.
    package let tokenizer: TextTokenizer
    /// The vectors of the tokens, row-major [tokens, width].
    package let vectors: [Float]
    /// How many numbers a vector has.
    package let width: Int
    /// What else it takes to read a text.
    package let settings: Settings
    /// The file `tokenizer.json` as it was read.
    private let tokenizerFile: String

    /// What a model keeps beside its vectors and its tokenizer.
    package struct Settings: Codable, Sendable, Hashable {
        /// Whether vectors of texts are scaled to length 1.
        package var normalizes: Bool
        /// How many tokens of a text are read at most; nil for all.
        package var mostTokens: Int?

        /// Settings of a model.
        package init(normalizes: Bool, mostTokens: Int?) {
            (self.normalizes, self.mostTokens) = (normalizes, mostTokens)
        }
    }

    /// How many characters of a text are read at most: that many tokens times the median of their lengths, as model2vec does it.
    private let mostCharacters: Int

    private static let vectorPath = "token.weight"

    /// A model of its parts.
    ///
    /// - Shapes: vectors [tokens of the tokenizer, width]
    /// - Throws: `TokenizerError`, `JSONError` for the tokenizer; `ModelContentsError` for vectors that do not fit
    package init(tokenizerFile: String, vectors: [Float], width: Int, settings: Settings) throws {
        tokenizer = try TextTokenizer(Array(tokenizerFile.utf8))
        let count = tokenizer.tokens.count
        guard width > 0, count > 0, vectors.count == count * width else {
            throw ModelContentsError(
                location: Self.vectorPath,
                reason: "\(width > 0 ? vectors.count / width : 0) vectors for the \(count) tokens of the tokenizer")
        }
        if let flaw = vectors.firstIndex(where: { !$0.isFinite }) {
            throw ModelContentsError(
                location: Self.vectorPath, reason: "the vector of token \(flaw / width) is not finite")
        }
        guard settings.mostTokens ?? 1 > 0 else {
            throw ModelContentsError(location: "/config", reason: "mostTokens must be above 0")
        }
        let lengths = tokenizer.tokens.map(\.unicodeScalars.count).sorted()
        let median = (lengths[(count - 1) / 2] + lengths[count / 2]) / 2
        mostCharacters =
            settings.mostTokens.map { $0.multipliedReportingOverflow(by: median) }
            .map { $0.overflow ? .max : $0.partialValue } ?? .max
        (self.vectors, self.width, self.settings, self.tokenizerFile) = (vectors, width, settings, tokenizerFile)
    }

    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or does not fit
    package init(_ contents: ModelContents) throws {
        let files = try contents.entries("tokenizer")
        guard files.count == 1, let shape = contents.shape(Self.vectorPath), shape.count == 2 else {
            throw ModelContentsError(location: "/vocab/tokenizer", reason: "one tokenizer and a matrix are needed")
        }
        do {
            self = try StaticTextModel(
                tokenizerFile: files[0], vectors: contents.floats(Self.vectorPath, shape: shape), width: shape[1],
                settings: contents.configuration(as: Settings.self))
        } catch let error as TokenizerError {
            throw ModelContentsError(location: "/vocab/tokenizer", reason: "\(error)")
        } catch let error as JSONError {
            throw ModelContentsError(location: "/vocab/tokenizer", reason: "\(error)")
        }
    }

    /// Vectors, tokenizer and settings.
    package func contents() throws -> ModelContents {
        ModelContents(
            kind: "static-text", architecture: "static", configuration: try ModelContents.json(settings),
            weights: [NamedTensor(Self.vectorPath, vectors, [tokenizer.tokens.count, width])],
            vocabularies: [("tokenizer", [tokenizerFile])])
    }

    /// The vectors of the tokens.
    package var embeddings: [Embeddings] {
        [Embeddings(field: "token", keys: tokenizer.tokens, vectors: vectors, width: width)]
    }

    /// The tokens of a text that count: those that are known, of the part that is read.
    package func tokens(of text: String, _ scratch: TextTokenizer.Scratch) -> [Int32] {
        tokenizer.encode(text, characters: mostCharacters, most: settings.mostTokens ?? .max, scratch)
        return scratch.tokens.filter { $0 != tokenizer.unknown }
    }

    /// Writes the vector of a text: the mean over its tokens, zeros where none is known.
    ///
    /// - Precondition: `result` has `width` numbers
    package func embed(_ text: String, into result: UnsafeMutableBufferPointer<Float>, _ scratch: TextTokenizer.Scratch)
    {
        precondition(result.count == width, "StaticTextModel: room for \(result.count) of \(width) numbers")
        tokenizer.encode(text, characters: mostCharacters, most: settings.mostTokens ?? .max, scratch)
        result.update(repeating: 0)
        var count = 0
        vectors.withUnsafeBufferPointer { vectors in
            for token in scratch.tokens where token != tokenizer.unknown {
                let row = UnsafeBufferPointer(rebasing: vectors[Int(token) * width..<(Int(token) + 1) * width])
                for place in 0..<width { result[place] += row[place] }
                count += 1
            }
        }
        guard count > 0 else { return }
        for place in 0..<width { result[place] /= Float(count) }
        guard settings.normalizes else { return }
        let norm = result.reduce(0) { $0 + $1 * $1 }.squareRoot()
        if norm > 0 { for place in 0..<width { result[place] /= norm } }
    }

    /// The vectors of texts, one after the other, whatever the number of threads.
    package func vectors(of texts: [String], threads: ThreadCount = .all) -> [Float] {
        let workers = max(1, min(threads.count, texts.count / 16))
        return [Float](unsafeUninitializedCapacity: texts.count * width) { result, count in
            let result = UnsafeMutableBufferPointer(rebasing: result[..<(texts.count * width)])
            result.initialize(repeating: 0)
            parallel(workers, threads: threads) { worker in
                let scratch = TextTokenizer.Scratch()
                for row in stride(from: worker, to: texts.count, by: workers) {
                    embed(texts[row], into: .init(rebasing: result[row * width..<(row + 1) * width]), scratch)
                }
            }
            count = texts.count * width
        }
    }
}
