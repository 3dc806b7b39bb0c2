/// A named array of a model file: a parameter, a running statistic, or a piece of optimiser state.
///
/// - `path`: the dataset's name in its HDF5 group, dots as written (`layers.0.weight`); a `/` opens a subgroup
/// - `shape`: row-major sizes; `[]` is a scalar
/// - Precondition: the number of values is the product of `shape`
package struct WeightEntry: Sendable, Equatable {
    /// Where the entry is kept below its group.
    package let path: String
    /// The sizes of the axes, slowest first.
    package let shape: [Int]
    /// The numbers, row-major.
    package let values: WeightValues

    /// An entry of given values.
    package init(path: String, shape: [Int], values: WeightValues) {
        precondition(
            shape.reduce(1, *) == values.count,
            "WeightEntry \(path): shape \(shape) does not hold \(values.count) values")
        self.path = path
        self.shape = shape
        self.values = values
    }
}

/// The numbers of a `WeightEntry` with their type, which is kept on disk.
package enum WeightValues: Sendable, Equatable {
    /// 16-bit floating point, IEEE 754: half the bytes for three digits.
    case float16([Float16])
    /// 32-bit floating point.
    case float32([Float])
    /// 64-bit floating point.
    case float64([Double])
    /// 32-bit signed integers.
    case int32([Int32])
    /// 64-bit signed integers.
    case int64([Int64])

    /// How many numbers there are.
    package var count: Int {
        switch self {
        case .float16(let values): values.count
        case .float32(let values): values.count
        case .float64(let values): values.count
        case .int32(let values): values.count
        case .int64(let values): values.count
        }
    }

    /// Bytes a number takes.
    package var stride: Int {
        switch self {
        case .float16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// The numbers as `Float`, if they are of that type or of the one with half its bytes.
    package var floats: [Float]? {
        switch self {
        case .float32(let values): values
        case .float16(let values): HalfPrecision.floats(values)
        case .float64, .int32, .int64: nil
        }
    }

    /// Writes the numbers as `Float` to where there is room for them, as `floats` gives them; false for other types.
    package func copyFloats(into target: UnsafeMutablePointer<Float>) -> Bool {
        switch self {
        case .float32(let values): target.update(from: values, count: values.count)
        case .float16(let values): HalfPrecision.widen(values, into: target)
        case .float64, .int32, .int64: return false
        }
        return true
    }

    /// Calls `body` with the numbers' bytes in the machine's order (little-endian on every machine Zoo runs on).
    package func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
        switch self {
        case .float16(let values): try values.withUnsafeBytes(body)
        case .float32(let values): try values.withUnsafeBytes(body)
        case .float64(let values): try values.withUnsafeBytes(body)
        case .int32(let values): try values.withUnsafeBytes(body)
        case .int64(let values): try values.withUnsafeBytes(body)
        }
    }
}
