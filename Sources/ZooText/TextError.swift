import ZooLearn

/// What is wrong with a text or with what should be done with it.
public enum TextError: Error, Hashable, CustomStringConvertible {
    /// The text has fewer tokens than one step of every row needs.
    case tooShort(tokens: Int, batchSize: Int, needed: Int)
    /// A token's number is not in the vocabulary.
    case unknownToken(Int32, position: Int, vocabularySize: Int)
    /// A setting has a value that cannot be.
    case setting(name: String, value: String, expected: String)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .tooShort(let tokens, let batchSize, let needed):
            "the text has \(tokens) token\(tokens == 1 ? "" : "s"), too few for \(batchSize) rows of a batch: "
                + "at least \(needed) are needed, or a smaller batch"
        case .unknownToken(let token, let position, let size):
            "token \(token) at position \(position) is not in the vocabulary of \(size)"
        case .setting(let name, let value, let expected): "\(name) is \(value); it must be \(expected)"
        }
    }
}
