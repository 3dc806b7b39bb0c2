extension Tensor: CustomStringConvertible {
    /// The shape, the element type and the first elements: `[2, 3] float32: 1.0, 2.0, 3.0, 4.0, 5.0, 6.0`.
    public var description: String {
        let shown = Swift.min(count, 12)
        let elements = (0..<shown).map { index in
            switch dtype {
            case .float32: "\(float32[index])"
            case .float64: "\(float64[index])"
            case .int32: "\(int32[index])"
            }
        }
        return "\(shape) \(dtype): " + elements.joined(separator: ", ") + (shown < count ? ", …" : "")
    }
}
