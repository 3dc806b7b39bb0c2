import ZooNN
import ZooTensor

/// What a language model carries from one window of a text to the next: the state of every layer.
public struct LanguageModelState: Sendable {
    /// One state a layer, the first layer first.
    public var layers: [RecurrentState]

    /// Puts a state together.
    public init(layers: [RecurrentState]) { self.layers = layers }

    /// The state as named tensors: `<layer>.hidden`, `<layer>.cell`.
    public var tensors: [NamedTensor] {
        layers.enumerated().flatMap { index, state in
            [NamedTensor(path: "\(index).hidden", tensor: state.hidden)]
                + (state.cell.map { [NamedTensor(path: "\(index).cell", tensor: $0)] } ?? [])
        }
    }

    /// Takes up what `tensors` gave; nil where it is not the state of `model`.
    init?(_ tensors: [NamedTensor], of model: LanguageModel, batchSize: Int) {
        let named = Dictionary(tensors.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        var layers: [RecurrentState] = []
        for (index, layer) in model.layers.enumerated() {
            let shape: Shape = [1, batchSize, layer.hiddenSize]
            guard let hidden = named["\(index).hidden"], hidden.shape == shape, hidden.dtype == .float32 else {
                return nil
            }
            let cell = named["\(index).cell"]
            guard layer.cell.hasCellState == (cell != nil), cell == nil || cell?.shape == shape else { return nil }
            layers.append(RecurrentState(hidden: hidden.detached(), cell: cell?.detached()))
        }
        self.init(layers: layers)
    }
}
