/// Adam whose weight decay shrinks the weights beside the gradient step instead of joining the gradient.
///
/// - Sparse rows: moments and decay of untouched rows are applied later, with the steps that the first moment still makes
///   then, as the dense optimiser would.
/// - Source: Loshchilov & Hutter 2019, Algorithm 2, in PyTorch's form: the decay is multiplied by the rate.
public struct AdamW: MomentRule, Hashable, Codable {
    /// The arithmetic.
    public let moments: AdamMoments

    /// Creates a rule.
    ///
    /// - Parameter beta1: how much of the gradient's running mean stays at each step
    /// - Parameter beta2: how much of its running square stays
    /// - Parameter epsilon: keeps the division finite
    /// - Precondition: both betas are in 0 ..< 1, `epsilon` is above 0.
    public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
        moments = AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon, isDecoupled: true)
    }
}
