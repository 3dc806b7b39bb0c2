/// A named array of a model file: a parameter, a running statistic, or a piece of optimiser state.
///
/// Its numbers are in memory, or are read from where they lie each time that they are asked for.
///
/// - `path`: the dataset's name in its HDF5 group, dots as written (`layers.0.weight`); a `/` opens a subgroup
/// - `shape`: row-major sizes; `[]` is a scalar
package struct WeightEntry: Sendable {
    /// Where the entry is kept below its group.
    package let path: String
    /// The sizes of the axes, slowest first.
    package let shape: [Int]
    /// The type of the numbers.
    package let type: WeightType
    private let read: @Sendable () throws -> WeightValues

    /// An entry of given values.
    ///
    /// - Precondition: the number of values is the product of `shape`
    package init(path: String, shape: [Int], values: WeightValues) {
        self.init(path: path, shape: shape, type: values.type) { values }
        precondition(
            count == values.count, "WeightEntry \(path): shape \(shape) does not hold \(values.count) values")
    }

    /// An entry whose values `read` gives, as many of that type as the shape has.
    package init(path: String, shape: [Int], type: WeightType, read: @escaping @Sendable () throws -> WeightValues) {
        (self.path, self.shape, self.type, self.read) = (path, shape, type, read)
    }

    /// The numbers, row-major.
    ///
    /// - Throws: what reading them throws; nothing where they are in memory
    package var values: WeightValues { get throws { try read() } }
    /// How many numbers there are.
    package var count: Int { shape.contains(0) ? 0 : shape.reduce(1, *) }
    /// Bytes that the numbers take.
    package var byteCount: Int { count * type.stride }

    /// The same array under another path.
    package func renamed(_ path: String) -> WeightEntry {
        WeightEntry(path: path, shape: shape, type: type, read: read)
    }

    /// The same array, read into memory.
    func loaded() throws -> WeightEntry { WeightEntry(path: path, shape: shape, values: try values) }
}

extension WeightEntry: Equatable {
    /// Whether path, shape and numbers are the same; those that cannot be read are like none.
    package static func == (left: WeightEntry, right: WeightEntry) -> Bool {
        guard left.path == right.path, left.shape == right.shape, let one = try? left.values else { return false }
        return (try? right.values) == one
    }
}

/// The type of an array's numbers, which is kept on disk.
package enum WeightType: Sendable {
    /// 16-bit floating point, IEEE 754: half the bytes for three digits.
    case float16
    /// 32-bit floating point.
    case float32
    /// 64-bit floating point.
    case float64
    /// 32-bit signed integers.
    case int32
    /// 64-bit signed integers.
    case int64

    /// Bytes a number takes.
    package var stride: Int {
        switch self {
        case .float16: 2
        case .float32, .int32: 4
        case .float64, .int64: 8
        }
    }

    /// Whether `WeightValues.floats` gives them.
    package var isFloat: Bool { self == .float16 || self == .float32 }
    /// Whether they are whole numbers.
    package var isInteger: Bool { self == .int32 || self == .int64 }
}

/// The numbers of a `WeightEntry`, of one of the types.
package enum WeightValues: Sendable, Equatable {
    case float16([Float16])
    case float32([Float])
    case float64([Double])
    case int32([Int32])
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

    /// Their type.
    package var type: WeightType {
        switch self {
        case .float16: .float16
        case .float32: .float32
        case .float64: .float64
        case .int32: .int32
        case .int64: .int64
        }
    }

    /// Bytes a number takes.
    package var stride: Int { type.stride }

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
