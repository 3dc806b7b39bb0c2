/// Why a network cannot be trained on images.
package enum VisionTrainingError: Error, Hashable, CustomStringConvertible {
    /// A setting has a value that cannot be.
    case setting(name: String, value: String, expected: String)
    /// There is only one class.
    case oneClass(String)
    /// There are too few images for a step.
    case tooFew(images: Int, needed: Int)
    /// Images and labels do not go together.
    case labels(String)

    /// What is wrong, in one line.
    package var description: String {
        switch self {
        case .setting(let name, let value, let expected): "\(name) is \(value); it must be \(expected)"
        case .oneClass(let reason): "there is only one class: \(reason)"
        case .tooFew(let images, let needed):
            "there are too few images to train on: \(images), at least \(needed) are needed"
        case .labels(let reason): "the labels do not fit the images: \(reason)"
        }
    }
}
