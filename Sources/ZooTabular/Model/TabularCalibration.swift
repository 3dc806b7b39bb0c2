/// What a model learned from its validation rows once its weights were fixed.
///
/// These rows also chose the epoch that was kept, so that all of it is a little too favourable.
package struct TabularCalibration: Sendable, Hashable {
    /// So many validation rows are needed for a temperature or a factor.
    package static let leastRows = 50

    /// The validation rows; 0 where there were none, or where a file of earlier versions does not say.
    package var rows = 0
    /// What divides the logits of classes; nil where none was fitted, which is as good as 1.
    package var temperature: Double?
    /// The mean of exp(residual), where the logarithm was learned: E[1 + y] over exp(E[log(1 + y)]). Nil where none was fitted.
    ///
    /// - Source: Duan 1983, "Smearing Estimate: A Nonparametric Retransformation Method"
    package var meanFactor: Double?
    /// The errors from which intervals come; nil where the target names classes, or no row validated.
    package var residuals: ConformalResiduals?

    /// Nothing was fitted.
    package init() {}
}

/// Which number stands for a row whose logarithm was learned.
package enum NumberAnswer: String, Sendable, Hashable {
    /// The mean E[y], which has the least squared error.
    case mean
    /// exp(E[log(1 + y)]) - 1, which has the least RMSLE: the median where the errors of the logarithm are symmetric.
    case median
}

/// Between which numbers a target is expected.
package struct NumberInterval: Sendable, Hashable {
    /// The lower end, in the target's unit.
    package let low: Double
    /// The upper end.
    package let high: Double
}
