import ZooKernels

/// The speed of one element-wise loop on one thread.
package struct ElementwiseTiming: Sendable, Encodable {
    /// The loop: `relu`, `sigmoid`, `softmax` (rows of 100) or `adam`.
    package let name: String
    /// How many elements.
    package let size: Int
    /// The median time over the number of elements.
    package let nanosecondsPerElement: Double
    /// The same as a rate.
    package let elementsPerSecond: Double

    /// Times every loop on `size` floats.
    package static func all(size: Int = 1_000_000) -> [ElementwiseTiming] {
        var generator = RandomGenerator(seed: 0)
        let buffers = UnsafeMutablePointer<Float>.allocate(capacity: 4 * size)
        for index in 0..<4 * size { buffers[index] = generator.uniform() - 0.5 }
        defer { buffers.deallocate() }
        let (x, y, first, second) = (buffers, buffers + size, buffers + 2 * size, buffers + 3 * size)
        for index in 0..<size { second[index] *= second[index] }
        func time(_ name: String, _ body: () -> Void) -> ElementwiseTiming {
            let seconds = Stopwatch.median(warmUp: 3, repeats: 21, body)
            return ElementwiseTiming(
                name: name, size: size, nanosecondsPerElement: seconds / Double(size) * 1e9,
                elementsPerSecond: Double(size) / seconds)
        }
        let operations: [(String, UnaryOperation)] = [
            ("relu", .relu), ("sigmoid", .sigmoid), ("tanh", .tanh), ("gelu", .gelu), ("exp", .exp), ("log", .log),
        ]
        let step = AdamStep(number: 10, rate: 1e-3)
        return operations.map { name, operation in time(name) { unary(operation, x, y, count: size) } } + [
            time("softmax") { softmax(.plain, x, y, rows: size / 100, n: 100) },
            time("adam") { step.apply(to: y, first: first, second: second, gradient: x, count: size) },
        ]
    }
}
