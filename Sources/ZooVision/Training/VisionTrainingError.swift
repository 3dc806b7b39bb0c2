/// Why a network cannot be trained on pictures.
public enum VisionTrainingError: Error, Hashable, CustomStringConvertible {
    /// A setting has a value that cannot be.
    case setting(name: String, value: String, expected: String)
    /// There is nothing to tell apart.
    case oneClass(String)
    /// There are too few pictures for a step.
    case tooFew(pictures: Int, needed: Int)
    /// Pictures and labels do not go together.
    case labels(String)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .setting(let name, let value, let expected): "\(name) is \(value); it must be \(expected)"
        case .oneClass(let reason): "there is nothing to tell apart: \(reason)"
        case .tooFew(let pictures, let needed):
            "there are \(pictures) pictures to train on, and at least \(needed) are needed"
        case .labels(let reason): "the labels do not fit the pictures: \(reason)"
        }
    }
}
