extension Tensor {
    /// The mean squared distance from the mean along `axes`, all of them by default.
    ///
    /// - Parameter correction: subtracted from the count; 1 gives the unbiased estimate
    public func variance(axes: [Int]? = nil, keepDimensions: Bool = false, correction: Int = 0) -> Tensor {
        let axes = shape.normalized(axes)
        let count = axes.reduce(1) { $0 * shape.dimensions[$1] }
        let centred = self - mean(axes: axes, keepDimensions: true)
        return (centred * centred).sum(axes: axes, keepDimensions: keepDimensions) / Double(count - correction)
    }
}
