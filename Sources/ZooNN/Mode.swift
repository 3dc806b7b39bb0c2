/// What a forward pass is for.
public enum Mode: Sendable, Hashable {
    /// Learning: dropout drops, batch norm measures its batch.
    case training
    /// Answering: the same input gives the same output.
    case inference
}
