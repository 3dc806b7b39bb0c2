/// Which rows, texts or images of a model's data are used to measure it.
public enum EvaluationSplit: String, Sendable, Hashable, Codable, CaseIterable {
    /// Those that it was trained on.
    case train
    /// Those that its training kept apart.
    case valid
    /// All of them.
    case all
}
