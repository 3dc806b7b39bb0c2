import Foundation
import ZooTensor

/// Results of another program, kept beside the tests as JSON.
package struct GoldenFile: Decodable, Sendable {
    /// The script that made it.
    package let script: String
    /// The seed of its random numbers.
    package let seed: UInt64
    /// The library whose results these are, with its version.
    package let library: String
    /// The cases by name.
    package let cases: [String: GoldenCase]

    /// Reads `Goldens/<name>.json` beside a test file.
    ///
    /// - Parameter testFile: `#filePath` of the caller
    /// - Throws: what reading and decoding throw.
    package init(named name: String, testFile: String = #filePath) throws {
        let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens/\(name).json")
        self = try JSONDecoder().decode(GoldenFile.self, from: Data(contentsOf: file))
    }

    /// The case called `name`.
    ///
    /// - Throws: `Mismatch` if there is none.
    package func named(_ name: String) throws -> GoldenCase {
        guard let found = cases[name] else { throw Mismatch("no golden case \(name)") }
        return found
    }
}

/// One call: what went in, what came out, and the gradients for a given gradient of the output.
package struct GoldenCase: Decodable, Sendable {
    /// The real inputs.
    package let inputs: [GoldenTensor]
    /// The indices, where there are some.
    package let indices: GoldenTensor?
    /// The result.
    package let output: GoldenTensor
    /// The gradient of the result.
    package let cotangent: GoldenTensor?
    /// The gradients of the inputs.
    package let gradients: [GoldenTensor]?
}

/// A tensor as it is written in golden files.
package struct GoldenTensor: Decodable, Sendable {
    /// The sizes of the axes.
    package let shape: [Int]
    /// The elements in row-major order.
    package let values: [Double]

    /// The tensor as float32, float64 or int32.
    package func tensor(_ dtype: DType = .float32) -> Tensor {
        Tensor(values, shape: Shape(shape)).converted(to: dtype)
    }
}
