/// How close two vectors are.
public enum SimilarityMetric: String, Sendable, Hashable, CaseIterable, Codable {
    /// `a . b / (|a| |b|)`, the higher the closer; 0 where a vector is zero.
    case cosine
    /// `a . b`, the higher the closer: vectors that are long, as those of popular entries, come first.
    case dot
    /// `|a - b|`, the lower the closer.
    case euclidean
}
