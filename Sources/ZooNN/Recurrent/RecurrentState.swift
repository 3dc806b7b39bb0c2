import ZooTensor

/// What recurrent layers carry from one window of a sequence to the next.
public struct RecurrentState: Sendable {
    /// The hidden vectors [layers * directions, batch, hidden], the first layer first.
    public var hidden: Tensor
    /// The cells of an LSTM, of the same shape; nil for other layers.
    public var cell: Tensor?

    /// Puts a state together.
    ///
    /// - Precondition: hidden has three axes, and the cell the same shape.
    public init(hidden: Tensor, cell: Tensor? = nil) {
        precondition(hidden.rank == 3, "RecurrentState: hidden is [layers, batch, size], not \(hidden.shape)")
        precondition(
            cell == nil || cell?.shape == hidden.shape,
            "RecurrentState: cell \(cell?.shape ?? []) of hidden \(hidden.shape)")
        self.hidden = hidden
        self.cell = cell
    }

    /// The same numbers as constants: gradients end here.
    public func detached() -> RecurrentState { RecurrentState(hidden: hidden.detached(), cell: cell?.detached()) }
}
