/// What is wrong with the bytes of an image. Whoever read the file adds its path.
public enum ImageError: Error, Hashable, CustomStringConvertible {
    /// There are no bytes.
    case empty
    /// The bytes are no image of a format that is read; what they are, if that can be told.
    case unsupported(what: String)
    /// The file is cut off or damaged; what was found wrong.
    case damaged(format: ImageFormat, reason: String)
    /// The image has more pixels than are decoded.
    case tooLarge(height: Int, width: Int)
    /// The file says that it has more pixels than its bytes can hold.
    case implausible(height: Int, width: Int, byteCount: Int)
    /// The library for the format is not installed.
    case noLibrary(format: ImageFormat)
    /// The image cannot be written.
    case notEncoded(format: ImageFormat, reason: String)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .empty: "the file is empty"
        case .unsupported(let what): "it is \(what), not a \(ImageFormat.list) image"
        case .noLibrary(let format):
            "its format is \(format.name), and the library for that is not installed: apt-get install \(format.package ?? "")"
        case .damaged(let format, let reason): "the \(format.name) is damaged or cut off: \(reason)"
        case .tooLarge(let height, let width):
            "the image has \(width)x\(height) pixels, more than the \(ImageHeader.maximumPixels / 1_000_000) million "
                + "that are decoded"
        case .implausible(let height, let width, let byteCount):
            "the image is said to have \(width)x\(height) pixels, more than its \(byteCount) bytes can hold: "
                + "it is cut off, or made to exhaust memory"
        case .notEncoded(let format, let reason): "cannot write the image as \(format.name): \(reason)"
        }
    }
}
