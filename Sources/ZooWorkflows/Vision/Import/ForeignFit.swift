import ZooKernels
import ZooNN
import ZooTensor
import ZooVision
import ZooWeights

/// Foreign weights laid against a network.
struct ForeignFit {
    /// The network, as the program that wrote the file has it.
    var architecture: ImageArchitecture { names.architecture }
    /// How it usually reads pixels; nil where nothing is known.
    var pixels: ForeignPixels? { names.pixels }
    /// Whose arithmetic images are resized by for it.
    var rules: PreprocessingRules { names.rules }
    /// Classes of the file's head; nil where the file has no head, or one that belongs to another body.
    let classes: Int?
    private let headPaths: Set<String>
    private let renamed: [RenamedEntry]
    private let unexpected: [String]
    let names: any ForeignNames
    /// The network's name as it was asked for.
    private let title: String
    /// Whether the head has one output, for yes or no, and becomes one of two classes.
    private let isYesOrNo: Bool

    init(_ weights: ForeignWeights, _ architecture: ImageArchitecture) {
        title = architecture.rawValue
        let keras = KerasNames(weights, architecture)
        let shapes = Self.shapes(keras?.architecture ?? architecture, classes: 1)
        let names: any ForeignNames =
            keras ?? TorchNames(architecture, wanted: shapes, found: weights.entries.map(\.path))
        self.names = names
        let ownHead = shapes.last { $0.shape.count == 2 }
        let wanted = Set(shapes.map(\.path))
        var (renamed, unexpected): ([RenamedEntry], [String]) = ([], [])
        var taken: Set<String> = []
        for entry in weights.entries where !names.isIgnored(entry.path) {
            if let found = names.renamed(entry), wanted.contains(names.isAbsorbed(found.path) ?? found.path),
                taken.insert(found.path).inserted
            {
                renamed.append(found)
            } else {
                unexpected.append(entry.path)
            }
        }
        // An array with several names is taken under one of them.
        let used = Set(renamed.map(\.entry.path))
        let others = (weights.hdf5?.synonyms ?? []).filter { !used.isDisjoint(with: $0) }.joined()
        unexpected.removeAll { others.contains($0) }
        (self.renamed, self.unexpected) = (renamed, unexpected)
        let layer = ownHead.map { String($0.path.dropLast("weight".count)) } ?? ""
        headPaths = wanted.filter { $0.hasPrefix(layer) }
        // A network is made of this size: it is believed where the file has the numbers for it.
        classes = renamed.first { $0.path == ownHead?.path }.flatMap { head in
            guard head.entry.shape.count == 2, head.layout != .linear else { return nil }
            let (features, classes) = head.layout == .torch ? (1, 0) : (0, 1)
            guard head.entry.shape[features] == ownHead?.shape[1] else { return nil }
            return head.entry.shape[classes] <= StoredVision.mostClasses ? head.entry.shape[classes] : nil
        }
        isYesOrNo = classes == 1
    }

    /// Shapes as model files have them, which are PyTorch's.
    private static func shapes(_ architecture: ImageArchitecture, classes: Int) -> [(path: String, shape: [Int])] {
        var generator = RandomGenerator.silent  // only the shapes matter
        let network = architecture.network(classes: classes, using: &generator)
        return network.transposingLinearWeights(network.state()).map { ($0.path, $0.tensor.shape.dimensions) }
    }

    /// What does not fit a network of so many classes.
    func mismatch(classes: Int, file: String) -> ImportMismatch? {
        let found = Dictionary(renamed.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let shapes = Self.shapes(architecture, classes: isYesOrNo && classes == 2 ? 1 : classes)
        let missing = shapes.map(\.path).filter { found[$0] == nil }
        let sizes = Dictionary(shapes.map { ($0.path, $0.shape) }, uniquingKeysWith: { first, _ in first })
        let misshapen = renamed.compactMap { entry in
            sizes[names.isAbsorbed(entry.path) ?? entry.path].flatMap { misfit(entry, $0) }
        }
        guard !(missing.isEmpty && unexpected.isEmpty && misshapen.isEmpty) else { return nil }
        return ImportMismatch(
            file: file, architecture: title, missing: missing, unexpected: unexpected, misshapen: misshapen,
            looksLike: ImportMismatch.guess(unexpected))
    }

    /// Whether nothing but the head is missing, as where Keras saved a network with `include_top=False`.
    var lacksOnlyHead: Bool {
        guard let mismatch = mismatch(classes: 1, file: "") else { return false }
        return mismatch.unexpected.isEmpty && mismatch.misshapen.isEmpty && Set(mismatch.missing) == headPaths
    }

    /// Networks with the same arrays that calculate otherwise, where the file's names do not tell them apart.
    var lookAlikes: [String] {
        names.isTimm || architecture.rawValue.hasPrefix("resnet") ? architecture.lookAlikes : []
    }

    private func misfit(_ renamed: RenamedEntry, _ shape: [Int]) -> String? {
        let wanted = renamed.layout.foreign(shape)
        let entry = renamed.entry
        if entry.shape != wanted { return "\(entry.path): \(entry.shape), not \(wanted)" }
        switch entry.values {
        case .float16, .float32, .float64: return nil
        case .int32, .int64: return "\(entry.path): whole numbers, not real ones"
        }
    }

    /// The network with the weights.
    ///
    /// - Parameter isBlueFirst: whether the first layer reads blue, green and red
    /// - Parameter lacksHead: whether the head stays zeros
    /// - Throws: `ModuleStateError` where they do not fit: ask for `mismatch(classes:file:)` first
    func network(classes: Int, isBlueFirst: Bool, lacksHead: Bool = false) throws -> any ImageNetwork {
        var generator = RandomGenerator.silent  // the weights are loaded
        let network = architecture.network(classes: classes, using: &generator)
        var state: [String: Tensor] = [:]
        for entry in renamed {
            state[entry.path] = entry.layout.turned(try entry.entry.namedTensor().tensor.converted(to: .float32))
        }
        state = names.adapted(state)
        if isYesOrNo, classes == 2 {
            // The softmax of 0 and z is the sigmoid of z.
            for path in headPaths { state[path] = state[path].map { Tensor.concatenated([$0 * 0, $0], axis: 0) } }
        }
        if isBlueFirst, let stem = network.namedParameters().first(where: { $0.parameter.shape.rank == 4 })?.path {
            state[stem] = state[stem].map { kernel in
                Tensor.concatenated((0..<3).reversed().map { kernel.sliced(axis: 1, $0..<$0 + 1) }, axis: 1)
            }
        }
        if lacksHead {
            for entry in network.transposingLinearWeights(network.state()) where headPaths.contains(entry.path) {
                state[entry.path] = entry.tensor
            }
        }
        try network.load(
            state: network.transposingLinearWeights(state.map { NamedTensor(path: $0.key, tensor: $0.value) }))
        return network
    }
}

extension ForeignWeights {
    /// A network that the weights do fit.
    func architecture(otherThan tried: ImageArchitecture) -> String? {
        ImageArchitecture.allCases.first { other in
            let fit = ForeignFit(self, other)
            return other != tried && fit.classes.map { fit.mismatch(classes: $0, file: "") == nil } ?? false
        }?.rawValue
    }
}

extension ForeignLayout {
    /// The shape that an array of a shape in a model file has there.
    fileprivate func foreign(_ shape: [Int]) -> [Int] {
        switch (self, shape.count) {
        case (.keras, 2): [shape[1], shape[0]]
        case (.keras, 4): [shape[2], shape[3], shape[1], shape[0]]
        case (.kerasDepthwise, 4): [shape[2], shape[3], shape[0], shape[1]]
        case (.pointwise, 2): shape + [1, 1]
        case (.linear, 4): Array(shape[..<2])
        default: shape
        }
    }

    /// The array with its axes as they lie in a model file.
    fileprivate func turned(_ tensor: Tensor) -> Tensor {
        switch (self, tensor.rank) {
        case (.keras, 2): tensor.transposed([1, 0])
        case (.keras, 4): tensor.transposed([3, 2, 0, 1])
        case (.kerasDepthwise, 4): tensor.transposed([2, 3, 0, 1])
        case (.pointwise, 4): tensor.reshaped([tensor.shape[0], tensor.shape[1]])
        case (.linear, 2): tensor.reshaped([tensor.shape[0], tensor.shape[1], 1, 1])
        default: tensor
        }
    }
}
