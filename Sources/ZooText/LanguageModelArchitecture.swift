import ZooNN

/// The sizes and the regularisers of a language model.
public struct LanguageModelArchitecture: Sendable, Hashable, Codable {
    /// What happens at each step.
    public var cell: RecurrentCell
    /// How many tokens there are.
    public var vocabularySize: Int
    /// Numbers a token is turned into.
    public var embeddingSize: Int
    /// Numbers in each layer's state.
    public var hiddenSize: Int
    /// Layers on top of each other.
    public var layerCount: Int
    /// Whether the decoder's weights are the encoder's; the last layer then has `embeddingSize` numbers.
    public var tiesWeights = false
    /// Numbers in the state of each layer, where they are not as above: in models of other programs.
    package var layerSizes: [Int]?
    /// How the layers join their two directions, nil for one that reads forwards; nil where all do. Of classifiers alone.
    package var merges: [BidirectionalMerge?]?
    /// Dropouts and penalties.
    public var regularization = LanguageModelRegularization.none

    /// Creates an architecture without regularisers.
    public init(
        cell: RecurrentCell = .lstm, vocabularySize: Int, embeddingSize: Int = 64, hiddenSize: Int = 512,
        layerCount: Int = 2
    ) {
        self.cell = cell
        self.vocabularySize = vocabularySize
        self.embeddingSize = embeddingSize
        self.hiddenSize = hiddenSize
        self.layerCount = layerCount
    }

    /// Numbers in the output of layer `index`.
    package func size(ofLayer index: Int) -> Int {
        layerSizes.map { $0[index] } ?? (tiesWeights && index == layerCount - 1 ? embeddingSize : hiddenSize)
    }

    /// How layer `index` joins its two directions; nil where it reads forwards.
    package func merge(ofLayer index: Int) -> BidirectionalMerge? { merges?[index] }

    /// Numbers in the state of each direction of layer `index`.
    package func stateSize(ofLayer index: Int) -> Int {
        size(ofLayer: index) / (merge(ofLayer: index) == .concat ? 2 : 1)
    }

    /// Checks what a file or a user wrote.
    ///
    /// - Throws: `TextError.setting` that names the first value that cannot be.
    package func validate() throws(TextError) {
        for (name, path) in Self.sizes where !(1...1 << 24).contains(self[keyPath: path]) {
            throw .setting(name: name, value: String(self[keyPath: path]), expected: "from 1 to \(1 << 24)")
        }
        if let layerSizes {
            guard layerSizes.count == layerCount, layerSizes.allSatisfy({ (1...1 << 24).contains($0) }),
                !tiesWeights || layerSizes.last == embeddingSize
            else { throw .setting(name: "layerSizes", value: "\(layerSizes)", expected: "one size a layer") }
        }
        if let merges {
            guard merges.count == layerCount,
                merges.indices.allSatisfy({ merges[$0] != .concat || size(ofLayer: $0) % 2 == 0 })
            else { throw .setting(name: "merges", value: "\(merges)", expected: "one a layer") }
        }
        try regularization.validate()
    }
}

/// In JSON the regularisers stand beside the sizes.
extension LanguageModelArchitecture {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private static var sizes: [(name: String, path: WritableKeyPath<LanguageModelArchitecture, Int>)] {
        [
            ("vocabularySize", \.vocabularySize), ("embeddingSize", \.embeddingSize), ("hiddenSize", \.hiddenSize),
            ("layerCount", \.layerCount),
        ]
    }

    /// Reads the sizes and the regularisers.
    public init(from decoder: any Swift.Decoder) throws {
        let values = try decoder.container(keyedBy: Key.self)
        self.init(cell: try values.decode(RecurrentCell.self, forKey: Key("cell")), vocabularySize: 0)
        tiesWeights = try values.decode(Bool.self, forKey: Key("tiesWeights"))
        layerSizes = try values.decodeIfPresent([Int].self, forKey: Key("layerSizes"))
        merges = try values.decodeIfPresent([BidirectionalMerge?].self, forKey: Key("merges"))
        for (name, path) in Self.sizes { self[keyPath: path] = try values.decode(Int.self, forKey: Key(name)) }
        for (name, path) in LanguageModelRegularization.dropouts {
            regularization[keyPath: path] = try values.decode(Float.self, forKey: Key(name))
        }
        for (name, path) in LanguageModelRegularization.penalties {
            regularization[keyPath: path] = try values.decode(Double.self, forKey: Key(name))
        }
    }

    /// Writes the sizes and the regularisers.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(cell, forKey: Key("cell"))
        try values.encode(tiesWeights, forKey: Key("tiesWeights"))
        try values.encodeIfPresent(layerSizes, forKey: Key("layerSizes"))
        try values.encodeIfPresent(merges, forKey: Key("merges"))
        for (name, path) in Self.sizes { try values.encode(self[keyPath: path], forKey: Key(name)) }
        for (name, path) in LanguageModelRegularization.dropouts {
            try values.encode(regularization[keyPath: path], forKey: Key(name))
        }
        for (name, path) in LanguageModelRegularization.penalties {
            try values.encode(regularization[keyPath: path], forKey: Key(name))
        }
    }
}
