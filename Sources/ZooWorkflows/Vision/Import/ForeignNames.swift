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
    /// As in PyTorch, a 1x1 convolution for what is a linear layer here.
    case pointwise
    /// As in PyTorch, a linear layer for what is a 1x1 convolution here.
    case linear
}

/// An array of a foreign file under the name that it has here.
struct RenamedEntry {
    let path: String
    let entry: WeightEntry
    let layout: ForeignLayout
}

/// The names of one program's arrays in the terms of torchvision's.
protocol ForeignNames: Sendable {
    /// The name here of a foreign array; nil where there is none.
    func renamed(_ entry: WeightEntry) -> RenamedEntry?
    /// Whether an array is of no use here, by its name.
    func isIgnored(_ name: String) -> Bool
    /// Where the network keeps what an array at `path` means, which it has no place for; nil where it has.
    func isAbsorbed(_ path: String) -> String?
    /// The array at a path as the network wants it, with what it absorbs, and with that program's constants undone.
    func adapted(_ array: Tensor, at path: String, absorbing other: Tensor?) -> Tensor
    /// The network as that program has it.
    var architecture: ImageArchitecture { get }
    /// Whether the names are timm's.
    var isTimm: Bool { get }
    /// How that program's networks of the kind usually read pixels; nil where nothing is known.
    var pixels: ForeignPixels? { get }
    /// Whose arithmetic images are resized by for that program's networks.
    var rules: PreprocessingRules { get }
    /// What the file says of the layers of a whole Keras model; nil where it says nothing.
    func model(size: Int?, pixels: ForeignPixels?) throws(KerasModel.Refusal) -> KerasModel?
}

extension ForeignNames {
    func isAbsorbed(_ path: String) -> String? { nil }
    func adapted(_ array: Tensor, at path: String, absorbing other: Tensor?) -> Tensor { array }
    var pixels: ForeignPixels? { nil }
    var rules: PreprocessingRules { .zoo }
    var isTimm: Bool { false }
    func model(size: Int?, pixels: ForeignPixels?) throws(KerasModel.Refusal) -> KerasModel? { nil }
}
