/// What a data set of pictures amounts to.
public struct ImagesSummary: Sendable, Equatable, Codable {
    /// How many pictures.
    public let images: Int
}
