import ZooLearn
import ZooNN
import ZooTensor

/// Weights that a training on pictures carries along beside those that it moves.
struct CarriedWeights {
    /// The mean over the ends of epochs.
    var average = WeightAverage()
    /// Parameters and buffers after the best epoch; empty before there is one.
    var best: [NamedTensor] = []

    /// Nothing yet.
    init() {}

    /// What a checkpoint carries.
    ///
    /// - Parameter averaged: how many epochs the mean should be of
    /// - Throws: `CheckpointError.otherState` where that is another number, or a tensor is missing or of another shape
    init(_ checkpoint: Checkpoint, of network: any ImageNetwork, averaged: Int, hasBest: Bool) throws {
        let tensors = Dictionary(
            checkpoint.carried.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        func tensor(_ path: String, _ shape: Shape) throws -> Tensor {
            guard let tensor = tensors[path], tensor.shape == shape, tensor.dtype == .float32 else {
                throw CheckpointError.otherState
            }
            return tensor.detached()
        }
        guard tensors[averagedCount].map({ $0.shape == [1] ? $0.item : -1 }) ?? 0 == Double(averaged) else {
            throw CheckpointError.otherState
        }
        if averaged > 0 {
            average = WeightAverage(
                means: try network.namedParameters().map { try tensor(averagePrefix + $0.path, $0.parameter.shape) },
                count: averaged)
        }
        if hasBest {
            best = try network.state().map {
                NamedTensor(path: $0.path, tensor: try tensor(bestPrefix + $0.path, $0.tensor.shape))
            }
        }
    }

    /// What a checkpoint is to carry.
    func tensors(of network: any ImageNetwork) -> [NamedTensor] {
        var result = best.map { NamedTensor(path: bestPrefix + $0.path, tensor: $0.tensor) }
        guard average.count > 0 else { return result }
        result.append(NamedTensor(path: averagedCount, tensor: Tensor([Double(average.count)], shape: [1])))
        return result
            + zip(network.namedParameters(), average.means).map {
                NamedTensor(path: averagePrefix + $0.path, tensor: $1)
            }
    }
}

private let (averagePrefix, bestPrefix) = ("average/", Checkpoint.bestEpochPrefix)
private let averagedCount = "averaged_epochs"
