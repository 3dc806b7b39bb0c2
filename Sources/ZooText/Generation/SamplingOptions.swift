/// How the next token is chosen.
public struct SamplingOptions: Sendable, Hashable, Codable {
    /// What the scores are divided by: below 1 plays safe, above 1 dares; 0 always takes the likeliest token.
    public var temperature = 1.0
    /// Only this many of the likeliest tokens are drawn from; nil for all.
    public var topK: Int?
    /// Only the likeliest tokens that together have this probability are drawn from; nil for all (Holtzman et al. 2020).
    public var topP: Double?
    /// Scores of tokens that were seen lately are divided by this, or multiplied where negative; 1 for no penalty
    /// (Keskar et al. 2019, section 4.1).
    public var repetitionPenalty = 1.0
    /// How many of the last tokens, the prompt's among them, are penalised.
    public var repetitionWindow = 64
    /// Above 1: the text of highest probability that a search of this width finds, in place of drawing; temperature,
    /// top-k, top-p and seed then play no part.
    public var beamWidth = 1
    /// Decides what is drawn.
    public var seed: UInt64 = 0
    /// Tokens that are never chosen, such as that of the unknown.
    public var excluded: Set<Int32> = []
    /// The text ends after any of these runs of tokens.
    public var stop: [[Int32]] = []

    /// Creates options that draw from the model's own distribution.
    public init() {}

    /// Checks what a user wrote.
    ///
    /// - Throws: `TextError.setting` that names the first value that cannot be.
    package func validate() throws(TextError) {
        if !(temperature >= 0 && temperature.isFinite) {
            throw .setting(name: "temperature", value: String(temperature), expected: "0 or above")
        }
        if let topK, topK < 1 { throw .setting(name: "topK", value: String(topK), expected: "at least 1") }
        if let topP, !(topP > 0 && topP <= 1) {
            throw .setting(name: "topP", value: String(topP), expected: "above 0 and at most 1")
        }
        if !(0.01...1e6).contains(repetitionPenalty) {
            throw .setting(name: "repetitionPenalty", value: String(repetitionPenalty), expected: "from 0.01 to 1e6")
        }
        if repetitionWindow < 0 {
            throw .setting(name: "repetitionWindow", value: String(repetitionWindow), expected: "not negative")
        }
        if !(1...1024).contains(beamWidth) {
            throw .setting(name: "beamWidth", value: String(beamWidth), expected: "from 1 to 1024")
        }
    }
}

/// A token that was chosen.
public struct GeneratedToken: Sendable, Hashable, Codable {
    /// Its number.
    public let token: Int32
    /// The natural logarithm of the probability that the model gave it, before temperature and penalties.
    public let logProbability: Float
}
