import Foundation
import ZooKernels

/// The random choices of a trial, which its number and the seed decide.
struct TrialDraws {
    private var generator: RandomGenerator

    init(seed: UInt64, trial: Int) {
        generator = RandomGenerator(seed: seed &+ UInt64(trial) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// A share, 0 ..< 1, of the next range.
    mutating func share() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
}

extension Double {
    /// The number at this share, 0 ..< 1, of a range, uniform in its logarithm, to three digits, so that the command that is
    /// printed trains the very model.
    func between(_ low: Double, _ high: Double) -> Double {
        let value = low * pow(high / low, self)
        let unit = pow(10, log10(value).rounded(.down) - 2)
        return Double(String(format: "%.3g", (value / unit).rounded() * unit)) ?? value
    }

    /// One of some values, all as likely.
    func choice<Value>(_ values: [Value]) -> Value { values[Int(self * Double(values.count))] }
}
