import Foundation

/// A seeded generator: xoshiro256**, its state filled by SplitMix64.
///
/// The same seed gives the same numbers on every machine. It is passed to whatever needs randomness, never global.
/// - Source: Blackman & Vigna 2021, "Scrambled linear pseudorandom number generators".
public struct RandomGenerator: RandomNumberGenerator, Sendable, Hashable, Codable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// Creates a generator whose whole sequence is decided by `seed`.
    public init(seed: UInt64) {
        var state = seed
        func splitMix() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        (s0, s1, s2, s3) = (splitMix(), splitMix(), splitMix(), splitMix())
    }

    private init() { (s0, s1, s2, s3) = (0, 0, 0, 0) }

    /// A generator that gives nothing but zeros, for modules whose parameters are about to be loaded.
    public static let silent = RandomGenerator()

    /// Whether it is `silent`.
    public var isSilent: Bool { s0 | s1 | s2 | s3 == 0 }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let result = rotated(s1 &* 5, 7) &* 9
        let t = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= t
        s3 = rotated(s3, 45)
        return result
    }

    /// A number drawn uniformly from [0, 1), with 24 random bits.
    public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

    /// A number drawn uniformly from [0, 1), with 53 random bits.
    public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    private func rotated(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
}

extension RandomGenerator {
    /// A number from the standard normal distribution, by the polar method.
    ///
    /// - Source: Marsaglia & Bray 1964.
    public mutating func normal() -> Float {
        while true {
            let x = 2 * (uniform() as Double) - 1
            let y = 2 * (uniform() as Double) - 1
            let square = x * x + y * y
            if square < 1, square > 0 { return Float(x * (-2 * log(square) / square).squareRoot()) }
        }
    }
}
