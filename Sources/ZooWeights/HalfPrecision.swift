/// Between 32-bit and 16-bit floating point, many numbers at a time.
enum HalfPrecision {
    /// The same numbers with 24 significant bits. Multiplying by a power of two also makes the subnormal ones right.
    static func floats(_ halves: [Float16]) -> [Float] {
        [Float](unsafeUninitializedCapacity: halves.count) { buffer, count in
            if let base = buffer.baseAddress { widen(halves, into: base) }
            count = halves.count
        }
    }

    /// Writes the same numbers to where there is room for them.
    static func widen(_ halves: [Float16], into target: UnsafeMutablePointer<Float>) {
        for (index, half) in halves.enumerated() {
            let bits = UInt32(half.bitPattern)
            let magnitude = Float(bitPattern: (bits & 0x7FFF) << 13) * 0x1p112
            // What was an infinity or NaN is now 2^16 or more, which no half is.
            let isFinite = magnitude < 65536
            let exponent: UInt32 = isFinite ? 0 : 0x7F80_0000
            target[index] = Float(bitPattern: magnitude.bitPattern | exponent | (bits & 0x8000) << 16)
        }
    }
}

extension ModelFile {
    /// The same model with its 32-bit weights rounded to 16 bits, for shipping: half the size, for three digits.
    ///
    /// Optimiser state and statistics keep their precision.
    /// - Throws: `WeightError.invalidEntry` for a weight beyond 65,504, which 16 bits do not hold
    package func halved() throws -> ModelFile {
        var copy = self
        copy.weights = try weights.map { entry in
            guard case .float32(let values) = try entry.values else { return entry }
            let halves = values.map { Float16($0) }
            guard zip(values, halves).allSatisfy({ $0.isFinite == $1.isFinite }) else {
                throw WeightError.invalidEntry(path: entry.path, reason: "a weight is too large for 16 bits")
            }
            return WeightEntry(path: entry.path, shape: entry.shape, values: .float16(halves))
        }
        return copy
    }
}
