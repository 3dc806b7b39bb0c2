/// The type of a tensor's elements.
public enum DType: String, Sendable, Hashable, CaseIterable {
    case float32, float64, int32

    /// Bytes an element takes.
    public var byteCount: Int { self == .float64 ? 8 : 4 }
    /// Whether elements are real numbers, which gradients need.
    public var isReal: Bool { self != .int32 }
}
