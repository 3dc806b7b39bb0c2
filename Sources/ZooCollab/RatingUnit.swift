import ZooTensor

/// Ratings in the unit in which models are trained: mapped linearly onto 1 to 5, the scale that the settings were chosen on.
///
/// So the unit of the data changes nothing but the unit of the errors: a learning rate, a penalty or the epsilon of an optimizer
/// means the same for ratings of 0 to 0.00001 as for those of 0 to 100.
struct RatingUnit: Sendable, Hashable {
    /// The scale of the ratings in training.
    static let scale: ClosedRange<Float> = 1...5
    private let lower: Float
    private let width: Float

    /// The unit of the ratings of a scale.
    init(_ scale: ClosedRange<Float>) {
        lower = scale.lowerBound
        width = Self.width(of: scale)
    }

    /// How wide a scale is, above 0: ratings that are all the same, or whose Float32 numbers cannot be told apart, still lie in a
    /// range.
    static func width(of scale: ClosedRange<Float>) -> Float {
        let largest = max(abs(scale.lowerBound), abs(scale.upperBound))
        let width = max(scale.upperBound - scale.lowerBound, 16 * largest.ulp)
        return scale.lowerBound < scale.upperBound ? width : max(width, 1e-3)
    }

    /// A rating as training sees it.
    func inTraining(_ rating: Float) -> Float {
        (rating - lower) * (4 / width) + 1
    }

    /// Ratings as training sees them.
    func inTraining(_ ratings: Tensor) -> Tensor { (ratings - Double(lower)) * Double(4 / width) + 1 }

    /// The squared rating, in the unit of the data, that a squared error of 1 in training stands for.
    var square: Double {
        let factor = Double(width) / 4
        return factor * factor
    }
}
