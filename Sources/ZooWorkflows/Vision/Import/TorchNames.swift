import ZooVision
import ZooWeights

/// PyTorch's names: torchvision's as they are, those of timm, and those of `efficientnet_lite_pytorch`.
struct TorchNames: ForeignNames {
    let architecture: ImageArchitecture
    let rules = PreprocessingRules.torchvision
    /// Whether the file has timm's names.
    let isTimm: Bool
    /// The layers here of layers there: `blocks.1.0.conv_pw` as `features.2.0.block.0.0`.
    private let layers: [String: String]
    /// Axes of the network's arrays.
    private let ranks: [String: Int]

    /// - Parameter wanted: the arrays of the network
    /// - Parameter found: the names of the file's
    init(_ architecture: ImageArchitecture, wanted: [(path: String, shape: [Int])], found: [String]) {
        self.architecture = architecture
        ranks = Dictionary(wanted.map { ($0.path, $0.shape.count) }, uniquingKeysWith: { first, _ in first })
        isTimm = found.contains { $0.hasPrefix("conv_stem.") }
        let home: Home? = isTimm ? .timm : found.contains { $0.hasPrefix("_conv_stem.") } ? .lite : nil
        layers = home.map { Self.layers(MobileLayers(wanted.map(\.path)), $0, found: found) } ?? [:]
    }

    /// Whose names they are.
    private enum Home {
        case timm, lite

        /// The layers outside of blocks: stem, last convolution with its normalisation, head.
        var tops: [String] {
            self == .timm
                ? ["conv_stem", "bn1", "conv_head", "bn2", "classifier"]
                : ["_conv_stem", "_bn0", "_conv_head", "_bn1", "_fc"]
        }
        /// The layers of a block that widens.
        var wide: [String] {
            self == .timm
                ? ["conv_pw", "bn1", "conv_dw", "bn2", "conv_pwl", "bn3"]
                : ["_expand_conv", "_bn0", "_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        }
        /// Those of a block that does not.
        var narrow: [String] {
            self == .timm
                ? ["conv_dw", "bn1", "conv_pw", "bn2"] : ["_depthwise_conv", "_bn1", "_project_conv", "_bn2"]
        }
        /// Those of squeeze and excitation.
        var excitation: [String] {
            self == .timm ? ["se.conv_reduce", "se.conv_expand"] : ["_se_reduce", "_se_expand"]
        }
    }

    private static func layers(_ own: MobileLayers, _ home: Home, found: [String]) -> [String: String] {
        var layers: [String: String] = [:]
        func pair(_ prefix: String, _ foreign: [String], _ paths: [String]) {
            for (name, path) in zip(foreign, paths) where foreign.count == paths.count { layers[prefix + name] = path }
        }
        let blocks = blockPrefixes(found)
        if own.tops.count == 6, home == .timm {
            // MobileNetV3: the last convolution is a block, and one more stands behind the mean.
            pair("", ["conv_stem", "bn1"], Array(own.tops[..<2]))
            if let last = blocks.last { pair(last, ["conv", "bn1"], Array(own.tops[2..<4])) }
            pair("", ["conv_head", "classifier"], Array(own.tops[4...]))
        } else {
            pair("", home.tops, own.tops)
        }
        for (block, prefix) in zip(own.blocks, blocks) {
            pair(prefix, block.layers.count == 6 ? home.wide : home.narrow, block.layers)
            pair(prefix, home.excitation, block.excitation)
        }
        return layers
    }

    /// What the names of the blocks begin with, in order: `blocks.0.0.`, `blocks.1.0.`, `blocks.1.1.`, ...
    private static func blockPrefixes(_ found: [String]) -> [String] {
        var places: Set<[Int]> = []
        for name in found where name.hasPrefix("blocks.") || name.hasPrefix("_blocks.") {
            let numbers = name.split(separator: ".").dropFirst().prefix { Int($0) != nil }.prefix(2)
            places.insert(numbers.compactMap { Int($0) })
        }
        return places.sorted { $0.lexicographicallyPrecedes($1) }.map { place in
            (place.count == 2 ? "blocks." : "_blocks.") + place.map { "\($0)." }.joined()
        }
    }

    func renamed(_ entry: WeightEntry) -> RenamedEntry? {
        let path = here(entry.path)
        let layout: ForeignLayout =
            switch (entry.shape.count, ranks[path]) {
            // A 1x1 convolution there is a linear layer here, or the other way round.
            case (4, 2) where entry.shape[2...] == [1, 1]: .pointwise
            case (2, 4): .linear
            default: .torch
            }
        return RenamedEntry(path: path, entry: entry, layout: layout)
    }

    private func here(_ name: String) -> String {
        guard let dot = name.lastIndex(of: "."), let layer = layers[String(name[..<dot])] else { return name }
        return layer + name[dot...]
    }

    /// What counts batches, averages and operations.
    func isIgnored(_ name: String) -> Bool {
        ["num_batches_tracked", "n_averaged", "total_ops", "total_params"].contains { name.hasSuffix($0) }
    }
}

/// The layers of an EfficientNet or MobileNet here, in order: a layer's path is that of its arrays without their last part.
private struct MobileLayers {
    /// Those of one block: convolutions and normalisations, and apart from them those of squeeze and excitation.
    struct Block {
        let prefix: String
        var layers: [String] = []
        var excitation: [String] = []
    }

    private(set) var tops: [String] = []
    private(set) var blocks: [Block] = []

    init(_ paths: [String]) {
        var seen: Set<String> = []
        for path in paths {
            guard let dot = path.lastIndex(of: ".") else { continue }
            let layer = String(path[..<dot])
            guard seen.insert(layer).inserted else { continue }
            guard let inner = layer.range(of: ".block.") ?? layer.range(of: ".conv.") else {
                tops.append(layer)
                continue
            }
            let prefix = String(layer[..<inner.upperBound])
            if blocks.last?.prefix != prefix { blocks.append(Block(prefix: prefix)) }
            if layer.hasSuffix("fc1") || layer.hasSuffix("fc2") {
                blocks[blocks.count - 1].excitation.append(layer)
            } else {
                blocks[blocks.count - 1].layers.append(layer)
            }
        }
    }
}
