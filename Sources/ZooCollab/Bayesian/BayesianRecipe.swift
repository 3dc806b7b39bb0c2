/// How a Bayesian factorisation of ratings is trained.
///
/// The defaults were chosen on validation parts of MovieLens 100K's u1.base.
public struct BayesianRecipe: Sendable, Hashable, Codable {
    /// Length of the vectors of a sample; nil goes by the number of ratings.
    public var factors: Int?
    /// Sweeps of each chain over all coefficients.
    public var epochs = 150
    /// Decides every random choice.
    public var seed: UInt64 = 0
    /// Independent chains, whose samples are averaged together; they run on threads of their own.
    var chains = 2
    /// The most sweeps at the start whose samples are not averaged.
    var longestBurnIn = 20
    /// Length of the vectors of the averaged samples.
    var rank = 32
    /// How alike the people, and the items, are in the noise of their ratings: 2 x the shape of the gamma distribution that the
    /// noise's precisions come from.
    var noiseShape = 40.0
    /// Whether what is known of users and items besides ratings has vectors of its own.
    var usesAttributes = false

    /// The defaults.
    public init() {}

    /// Sweeps at the start whose samples are not averaged.
    var burnIn: Int { min(longestBurnIn, epochs / 2) }

    /// The most that are taken where none are given.
    static let mostFactors = 16
    /// So many ratings a user or item are needed for that many.
    private static let ratingsOfMost = 30
    /// How many are taken where there are fewer, in words.
    static let factorsText = "in proportion fewer below \(ratingsOfMost) ratings per user or item"

    /// Length of the vectors of a sample: one where a row has few ratings, to which longer ones would fit by chance.
    func factors(ratings: Int, rows: Int) -> Int {
        factors ?? max(1, min(Self.mostFactors, Self.mostFactors * ratings / (Self.ratingsOfMost * max(1, rows))))
    }
}
