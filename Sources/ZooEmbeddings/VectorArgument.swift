import ZooKernels

/// An argument of an SQL function on vectors, as SQLite gives it; what it points to lives as long as the call.
package enum VectorArgument {
    /// NULL.
    case null
    /// A BLOB: 32-bit floating point, little-endian.
    case blob(UnsafeRawBufferPointer)
    /// Text: a JSON array of numbers.
    case text(UnsafeRawBufferPointer)
    /// A number.
    case number
}

/// What an SQL function on vectors gives.
package enum VectorAnswer: Equatable {
    /// NULL, where an argument is.
    case null
    /// A number.
    case number(Double)
    /// What is wrong with the arguments.
    case failure(String)
}

/// The SQL functions on two vectors.
package enum VectorMeasure: String, CaseIterable, Sendable {
    /// The sum of the products.
    case dot
    /// The cosine; 0 where a vector is zero.
    case cosine
    /// The Euclidean distance.
    case l2

    /// The measure of two vectors of one width, in Float64. NULL in gives NULL out.
    package func answer(_ a: VectorArgument, _ b: VectorArgument) -> VectorAnswer {
        if case .null = a { return .null }
        if case .null = b { return .null }
        do throws(VectorFlaw) {
            return .number(
                try a.withNumbers { a throws(VectorFlaw) in
                    try b.withNumbers { b throws(VectorFlaw) in try value(a, b) }
                })
        } catch { return .failure(error.reason) }
    }

    private func value(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) throws(VectorFlaw) -> Double {
        guard a.count == b.count else {
            throw VectorFlaw(reason: "vectors of different widths: \(a.count) and \(b.count)")
        }
        guard let first = a.baseAddress, let second = b.baseAddress else { return 0 }
        let pair = pairProducts(first, second, width: a.count)
        switch self {
        case .dot: return pair.dot
        case .l2: return pair.squaredDistance.squareRoot()
        case .cosine:
            let lengths = pairProducts(second, first, width: a.count).square.squareRoot() * pair.square.squareRoot()
            return lengths == 0 ? 0 : max(-1, min(1, pair.dot / lengths))
        }
    }
}

extension VectorArgument {
    /// Number `index` of a vector, from 0. NULL in gives NULL out.
    ///
    /// - Parameter index: nil for what is no whole number
    package func component(_ index: Int64?) -> VectorAnswer {
        if case .null = self { return .null }
        do throws(VectorFlaw) {
            return try withNumbers { numbers throws(VectorFlaw) in
                guard let index else { return .failure("it takes a vector and a whole number") }
                guard index >= 0, index < numbers.count else {
                    return .failure("there is no component \(index) in a vector of \(numbers.count)")
                }
                return .number(Double(numbers[Int(index)]))
            }
        } catch { return .failure(error.reason) }
    }
}

/// Why an argument is no vector.
package struct VectorFlaw: Error, CustomStringConvertible {
    /// The reason.
    package let reason: String

    /// Says why.
    package init(reason: String) { self.reason = reason }

    /// The reason alone, as users read it.
    package var description: String { reason }
}

extension VectorArgument {
    /// Hands over the numbers, not copied where they lie as a processor reads them.
    ///
    /// - Throws: `VectorFlaw` for what is no vector; what `body` throws
    package func withNumbers<R>(
        _ body: (UnsafeBufferPointer<Float>) throws(VectorFlaw) -> R
    ) throws(VectorFlaw) -> R {
        switch self {
        case .blob(let bytes):
            guard bytes.count % 4 == 0 else {
                throw VectorFlaw(reason: "\(bytes.count) bytes are not a vector of 4-byte numbers")
            }
            guard let start = bytes.baseAddress, !bytes.isEmpty else {
                throw VectorFlaw(reason: "a vector without numbers")
            }
            #if _endian(little)
                if Int(bitPattern: start) % 4 == 0 { return try body(bytes.assumingMemoryBound(to: Float.self)) }
            #endif
            let numbers = stride(from: 0, to: bytes.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
            return try Self.lend(numbers, body)
        case .text(let bytes):
            guard let numbers = VectorValueType.numbers(String(decoding: bytes, as: UTF8.self)), numbers.count > 0,
                bytes.contains(UInt8(ascii: "["))
            else {
                throw VectorFlaw(reason: "a text must be a JSON array of numbers, such as '[0.5, 1]'")
            }
            return try Self.lend(numbers, body)
        case .null, .number: throw VectorFlaw(reason: "vectors are needed: BLOBs of 4-byte numbers, or JSON arrays")
        }
    }

    private static func lend<R>(
        _ numbers: [Float], _ body: (UnsafeBufferPointer<Float>) throws(VectorFlaw) -> R
    ) throws(VectorFlaw) -> R {
        let result: Result<R, VectorFlaw> = numbers.withUnsafeBufferPointer { buffer in
            do throws(VectorFlaw) { return .success(try body(buffer)) } catch { return .failure(error) }
        }
        return try result.get()
    }
}
