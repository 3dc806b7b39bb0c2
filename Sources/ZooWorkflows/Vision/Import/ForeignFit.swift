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
    /// Where the head's weight is: the vectors of the classes.
    let head: String?
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
        head = ownHead?.path
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
        // Only the shapes matter. Zeros that nobody reads take no memory, unless they are in buffers that were used before.
        BufferPool.$current.withValue(BufferPool(cacheLimit: 0)) {
            var generator = RandomGenerator.silent
            let network = architecture.network(classes: classes, using: &generator)
            let linear = Set(network.namedParameters().filter(\.parameter.isLinearWeight).map(\.path))
            return network.state().map { named in
                let sizes = named.tensor.shape.dimensions
                return (named.path, linear.contains(named.path) ? sizes.reversed() : sizes)
            }
        }
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
        return entry.type.isInteger ? "\(entry.path): whole numbers, not real ones" : nil
    }

    /// The arrays of the network's model file, in their order, zeros for a head that the file lacks. Each is read, checked and
    /// turned when it is asked for.
    ///
    /// - Parameters:
    ///   - isBlueFirst: whether the first layer reads blue, green and red
    ///   - file: what errors call the file
    /// - Precondition: they fit: ask for `mismatch(classes:file:)` first
    func weights(classes: Int, isBlueFirst: Bool, file: String) -> [WeightEntry] {
        let found = Dictionary(renamed.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let absorbed = Dictionary(
            renamed.compactMap { entry in names.isAbsorbed(entry.path).map { ($0, entry) } },
            uniquingKeysWith: { first, _ in first })
        let shapes = Self.shapes(architecture, classes: classes)
        let stem = isBlueFirst ? shapes.first { $0.shape.count == 4 }?.path : nil
        let halved = isYesOrNo && classes == 2 ? headPaths : []
        return shapes.map { path, shape in
            let (source, other, names) = (found[path], absorbed[path], names)
            return WeightEntry(path: path, shape: shape, type: .float32) {
                guard let source else { return .float32(Tensor.zeros(Shape(shape)).floats) }
                var array = names.adapted(try source.tensor(), at: path, absorbing: try other?.tensor())
                // The softmax of 0 and z is the sigmoid of z.
                if halved.contains(path) { array = Tensor.concatenated([array * 0, array], axis: 0) }
                if path == stem {
                    let colours = (0..<3).reversed().map { array.sliced(axis: 1, $0..<$0 + 1) }
                    array = Tensor.concatenated(colours, axis: 1)
                }
                guard array.withUnsafeFloats({ $0.allSatisfy(\.isFinite) }) else {
                    throw WorkflowError.invalid(what: file, reason: "'\(path)' holds a number that is not finite")
                }
                return .float32(array.floats)
            }
        }
    }
}

extension RenamedEntry {
    /// The numbers, with the axes as they lie in a model file.
    fileprivate func tensor() throws -> Tensor {
        layout.turned(try entry.namedTensor().tensor.converted(to: .float32))
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
