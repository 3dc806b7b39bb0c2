/// What a rating, a row, a text or an image of a data set is used for.
public enum DataPart: String, Sendable, CaseIterable, Codable {
    /// To train on.
    case train
    /// To choose by, and to measure a model with.
    case valid
    /// To measure with, in the end.
    case test
}
