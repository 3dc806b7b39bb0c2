/// What a data set of texts amounts to.
public struct TextSummary: Sendable, Equatable, Codable {
    /// How many texts.
    public let documents: Int
    /// How many characters they have in all.
    public let characters: Int
}
