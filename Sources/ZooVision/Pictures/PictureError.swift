/// What is wrong with the bytes of a picture. Whoever read the file adds its path.
public enum PictureError: Error, Hashable, CustomStringConvertible {
    /// There are no bytes.
    case empty
    /// The bytes are no JPEG and no PNG; what they are, if that can be told.
    case unsupported(what: String)
    /// The file is cut off or damaged; what was found wrong.
    case damaged(format: PictureFormat, reason: String)
    /// The picture has more pixels than are decoded.
    case tooLarge(height: Int, width: Int)
    /// The file says that it has more pixels than its bytes can hold.
    case implausible(height: Int, width: Int, byteCount: Int)
    /// The picture cannot be written.
    case notEncoded(format: PictureFormat, reason: String)

    /// What is wrong, in one line.
    public var description: String {
        switch self {
        case .empty: "the file is empty"
        case .unsupported(let what): "it is \(what), not a JPEG or PNG picture"
        case .damaged(let format, let reason): "the \(format.name) is damaged or cut off: \(reason)"
        case .tooLarge(let height, let width):
            "the picture has \(width)x\(height) pixels, more than the \(PictureHeader.maximumPixels / 1_000_000) million "
                + "that are decoded"
        case .implausible(let height, let width, let byteCount):
            "the picture is said to have \(width)x\(height) pixels, more than its \(byteCount) bytes can hold: "
                + "it is cut off, or made to exhaust memory"
        case .notEncoded(let format, let reason): "cannot write the picture as \(format.name): \(reason)"
        }
    }
}
