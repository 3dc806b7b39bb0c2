import Foundation
import ZooTensor

/// Results of another program, kept beside the tests as JSON.
public struct GoldenFile: Decodable, Sendable {
    /// The script that made it.
    public let script: String
    /// The seed of its random numbers.
    public let seed: UInt64
    /// The library whose results these are, with its version.
    public let library: String
    /// The cases by name.
    public let cases: [String: GoldenCase]

    /// Reads `Goldens/<name>.json` beside a test file.
    ///
    /// - Parameter testFile: `#filePath` of the caller
    /// - Throws: what reading and decoding throw.
    public init(named name: String, testFile: String = #filePath) throws {
        let folder = URL(fileURLWithPath: testFile).deletingLastPathComponent()
        let file = folder.appendingPathComponent("Goldens/\(name).json")
        self = try JSONDecoder().decode(GoldenFile.self, from: Data(contentsOf: file))
    }

    /// The case called `name`.
    ///
    /// - Throws: `Mismatch` if there is none.
    public func named(_ name: String) throws -> GoldenCase {
        guard let found = cases[name] else { throw Mismatch("no golden case \(name)") }
        return found
    }
}

/// One call: what went in, what came out, and the gradients for a given gradient of the output.
public struct GoldenCase: Decodable, Sendable {
    /// The real inputs.
    public let inputs: [GoldenTensor]
    /// The indices, where there are some.
    public let indices: GoldenTensor?
    /// The result.
    public let output: GoldenTensor
    /// The gradient of the result.
    public let cotangent: GoldenTensor?
    /// The gradients of the inputs.
    public let gradients: [GoldenTensor]?
}

/// A tensor as it is written in golden files.
public struct GoldenTensor: Decodable, Sendable {
    /// The sizes of the axes.
    public let shape: [Int]
    /// The elements in row-major order.
    public let values: [Double]

    /// The tensor as float32, float64 or int32.
    public func tensor(_ dtype: DType = .float32) -> Tensor { Tensor(values, shape: Shape(shape)).converted(to: dtype) }
}
