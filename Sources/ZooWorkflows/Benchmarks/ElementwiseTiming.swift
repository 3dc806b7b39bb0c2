import ZooKernels

/// The speed of one element-wise loop on one thread.
public struct ElementwiseTiming: Sendable, Encodable {
    /// The loop: `relu`, `sigmoid`, ...
    public let name: String
    /// How many elements.
    public let size: Int
    /// The median time over the number of elements.
    public let nanosecondsPerElement: Double

    /// Times every loop on a million floats.
    public static func all(size: Int = 1_000_000) -> [ElementwiseTiming] { [] }
}
