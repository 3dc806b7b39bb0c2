import ZooTensor
import ZooVision
import ZooWeights

/// How a foreign array's axes lie.
enum ForeignLayout {
    /// As in PyTorch: convolutions [out, in, height, width], linear layers [out, in].
    case torch
    /// As in Keras: convolutions [height, width, in, out], linear layers [in, out].
    case keras
    /// A depthwise convolution of Keras: [height, width, channels, multiplier].
    case kerasDepthwise
}

/// An array of a foreign file under the name that it has here.
struct RenamedEntry {
    let path: String
    let entry: WeightEntry
    let layout: ForeignLayout
}

/// The names of one program's arrays in the terms of torchvision's.
protocol ForeignNames {
    /// The name here of a foreign array; nil where there is none.
    func renamed(_ entry: WeightEntry) -> RenamedEntry?
    /// Whether an array is of no use here, by its name.
    func isIgnored(_ name: String) -> Bool
    /// Where the network keeps what an array at `path` means, which it has no place for; nil where it has.
    func isAbsorbed(_ path: String) -> String?
    /// Arrays by path as the network wants them: without what is absorbed, and with that program's constants undone.
    func adapted(_ state: [String: Tensor]) -> [String: Tensor]
    /// The network as that program has it.
    var architecture: ImageArchitecture { get }
    /// How that program's networks of the kind usually read pixels; nil where nothing is known.
    var pixels: ForeignPixels? { get }
    /// Whose arithmetic images are resized by for that program's networks.
    var rules: PreprocessingRules { get }
    /// What the file says of the layers of a whole Keras model; nil where it says nothing.
    func model(size: Int?, pixels: ForeignPixels?) throws(KerasModel.Refusal) -> KerasModel?
}

extension ForeignNames {
    func isAbsorbed(_ path: String) -> String? { nil }
    func adapted(_ state: [String: Tensor]) -> [String: Tensor] { state }
    var pixels: ForeignPixels? { nil }
    var rules: PreprocessingRules { .zoo }
    func model(size: Int?, pixels: ForeignPixels?) throws(KerasModel.Refusal) -> KerasModel? { nil }
}

/// PyTorch's names: torchvision's as they are, and those of `efficientnet_lite_pytorch`.
struct TorchNames: ForeignNames {
    let architecture: ImageArchitecture
    let rules = PreprocessingRules.torchvision
    /// Stage, block and whether it widens first, of each block in a row.
    private let blocks: [(prefix: String, widens: Bool)]

    /// - Parameter wanted: the paths of the network
    init(_ architecture: ImageArchitecture, wanted: [String]) {
        self.architecture = architecture
        var blocks: [(prefix: String, widens: Bool)] = []
        for path in wanted {
            let parts = path.split(separator: ".")
            guard parts.count > 5, parts[0] == "features", parts[3] == "block" else { continue }
            let prefix = parts.prefix(4).joined(separator: ".") + "."
            if blocks.last?.prefix != prefix { blocks.append((prefix, false)) }
            if parts[4] == "2" { blocks[blocks.count - 1].widens = true }
        }
        self.blocks = blocks
    }

    func renamed(_ entry: WeightEntry) -> RenamedEntry? {
        RenamedEntry(path: lite(entry.path) ?? entry.path, entry: entry, layout: .torch)
    }

    /// What counts batches, averages and operations.
    func isIgnored(_ name: String) -> Bool {
        ["num_batches_tracked", "n_averaged", "total_ops", "total_params"].contains { name.hasSuffix($0) }
    }

    /// `_blocks.3._project_conv.weight` as `features.3.0.block.2.0.weight`.
    private func lite(_ name: String) -> String? {
        guard !blocks.isEmpty, name.hasPrefix("_") else { return nil }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let tops = [
            "_conv_stem": "features.0.0", "_bn0": "features.0.1", "_conv_head": "features.8.0", "_bn1": "features.8.1",
            "_fc": "classifier.1",
        ]
        if parts.count == 2, let top = tops[parts[0]] { return "\(top).\(parts[1])" }
        guard parts.count == 4, parts[0] == "_blocks", let number = Int(parts[1]), blocks.indices.contains(number)
        else { return nil }
        let block = blocks[number]
        let first = block.widens ? 1 : 0
        let places = [
            "_expand_conv": (0, 0), "_bn0": (0, 1), "_depthwise_conv": (first, 0), "_bn1": (first, 1),
            "_project_conv": (first + 1, 0), "_bn2": (first + 1, 1),
        ]
        guard let (part, layer) = places[parts[2]], block.widens || !["_expand_conv", "_bn0"].contains(parts[2]) else {
            return nil
        }
        return "\(block.prefix)\(part).\(layer).\(parts[3])"
    }
}
