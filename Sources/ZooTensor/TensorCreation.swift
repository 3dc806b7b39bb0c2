import Foundation
import ZooKernels

@_exported import struct ZooKernels.RandomGenerator

extension Tensor {
    /// Creates a tensor from its elements in row-major order.
    ///
    /// - Parameter shape: by default one axis.
    /// - Precondition: as many elements as the shape has.
    public init(_ elements: [Float], shape: Shape? = nil) { self.init(copying: elements, shape: shape, .float32) }

    /// Creates a float64 tensor from its elements in row-major order.
    public init(_ elements: [Double], shape: Shape? = nil) { self.init(copying: elements, shape: shape, .float64) }

    /// Creates an int32 tensor, as indices are, from its elements in row-major order.
    public init(_ elements: [Int32], shape: Shape? = nil) { self.init(copying: elements, shape: shape, .int32) }

    private init<T>(copying elements: [T], shape: Shape?, _ dtype: DType) {
        let shape = shape ?? [elements.count]
        precondition(shape.count == elements.count, "Tensor: \(elements.count) elements for shape \(shape)")
        self.init(uninitialized: shape, dtype)
        elements.withUnsafeBytes { source in
            if let start = source.baseAddress { bytes.copyMemory(from: start, byteCount: source.count) }
        }
    }

    /// A float32 tensor in the memory of an array, which is copied when the tensor is first changed.
    ///
    /// - Precondition: as many elements as the shape has.
    package init(sharing elements: [Float], shape: Shape) {
        precondition(shape.count == elements.count, "Tensor: \(elements.count) elements for shape \(shape)")
        let storage = elements.isEmpty ? PooledBuffer(byteCount: 0) : PooledBuffer(sharing: elements)
        self.init(storage: storage, shape: shape, dtype: .float32)
    }

    /// A float32 tensor whose elements `fill` writes, all of them, in row-major order.
    package static func filled(_ shape: Shape, by fill: (UnsafeMutablePointer<Float>) -> Void) -> Tensor {
        let result = Tensor(uninitialized: shape, .float32)
        fill(result.float32)
        return result
    }

    /// Takes over a buffer of floats as it is: nobody writes to it any more.
    ///
    /// - Precondition: the buffer has room for the shape.
    package init(adopting buffer: PooledBuffer, shape: Shape) {
        precondition(buffer.byteCount >= shape.count * 4, "Tensor: \(buffer.byteCount) bytes for shape \(shape)")
        self.init(storage: buffer, shape: shape, dtype: .float32)
    }

    /// A tensor whose elements are all `value`.
    public static func full(_ value: Double, _ shape: Shape, _ dtype: DType = .float32) -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        switch dtype {
        case .float32: result.float32.initialize(repeating: Float(value), count: shape.count)
        case .float64: result.float64.initialize(repeating: value, count: shape.count)
        case .int32: result.int32.initialize(repeating: Int32(value), count: shape.count)
        }
        return result
    }

    /// A tensor of zeros.
    public static func zeros(_ shape: Shape, _ dtype: DType = .float32) -> Tensor {
        Tensor(storage: PooledBuffer(zeroed: shape.count * dtype.byteCount), shape: shape, dtype: dtype)
    }

    /// A tensor of ones.
    public static func ones(_ shape: Shape, _ dtype: DType = .float32) -> Tensor { full(1, shape, dtype) }

    /// A tensor without axes.
    public static func scalar(_ value: Double, _ dtype: DType = .float32) -> Tensor { full(value, [], dtype) }

    /// Elements drawn uniformly from `range`.
    public static func uniform(
        _ shape: Shape, _ dtype: DType = .float32, in range: Range<Double> = 0..<1,
        using generator: inout RandomGenerator
    ) -> Tensor {
        let width = range.upperBound - range.lowerBound
        return filled(shape, dtype) { range.lowerBound + width * (generator.uniform() as Double) }
    }

    /// Elements drawn from a normal distribution.
    ///
    /// - Source: Box & Muller 1958.
    public static func normal(
        _ shape: Shape, _ dtype: DType = .float32, mean: Double = 0, standardDeviation: Double = 1,
        using generator: inout RandomGenerator
    ) -> Tensor {
        var spare: Double?
        return filled(shape, dtype) {
            if let value = spare {
                spare = nil
                return value
            }
            let (first, second) = normalPair(using: &generator)
            spare = mean + standardDeviation * second
            return mean + standardDeviation * first
        }
    }

    private static func filled(_ shape: Shape, _ dtype: DType, _ draw: () -> Double) -> Tensor {
        let result = Tensor(uninitialized: shape, dtype)
        switch dtype {
        case .float32: fill(result.float32, shape.count) { Float(draw()) }
        case .float64: fill(result.float64, shape.count, draw)
        case .int32: preconditionFailure("random tensors are real")
        }
        return result
    }
}

private func fill<T>(_ elements: UnsafeMutablePointer<T>, _ count: Int, _ next: () -> T) {
    for i in 0..<count { elements[i] = next() }
}

/// Two independent draws from the standard normal distribution.
private func normalPair(using generator: inout RandomGenerator) -> (Double, Double) {
    let radius = (-2 * log(1 - (generator.uniform() as Double))).squareRoot()  // 1 - u is never 0
    let angle = 2 * Double.pi * (generator.uniform() as Double)
    return (radius * cos(angle), radius * sin(angle))
}
