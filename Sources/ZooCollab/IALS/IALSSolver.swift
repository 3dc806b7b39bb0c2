/// How a factorisation of implicit feedback is fitted to one side.
package enum IALSSolver: String, Sendable, Codable, CaseIterable {
    /// Every row is solved.
    case exact
    /// Every row is improved by three steps of conjugate gradients from where it is.
    case cg

    /// Steps a row and epoch. On validation parts of MovieLens 100K's u1.base two steps rank as exact solutions do at the default weights; with larger `alpha` it takes one more.
    package static let steps = 3
    /// The most factors, and ratings, for which every row is solved by default: conjugate gradients pay above.
    package static let most = (factors: 128, ratings: 1_000_000)
}
