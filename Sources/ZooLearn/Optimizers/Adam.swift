/// Adam: steps of the running mean of the gradient over the root of its running square; weight decay is an L2 penalty.
///
/// - Sparse rows: the moments of untouched rows are applied later, with the steps that the first moment still makes, as
///   the dense optimiser would; the penalty joins the gradient of touched rows only.
/// - Source: Kingma & Ba 2015, Algorithm 1.
public struct Adam: MomentRule, Hashable, Codable {
    /// The arithmetic.
    public let moments: AdamMoments

    /// Creates a rule.
    ///
    /// - Parameter beta1: how much of the gradient's running mean stays at each step
    /// - Parameter beta2: how much of its running square stays
    /// - Parameter epsilon: keeps the division finite
    /// - Precondition: both betas are in 0 ..< 1, `epsilon` is above 0.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: false)
    }
}
