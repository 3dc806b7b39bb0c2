import ZooTensor

/// Two things that should agree and do not.
package struct Mismatch: Error, CustomStringConvertible {
    /// What disagrees, and by how much.
    package let description: String

    /// Creates a mismatch.
    package init(_ description: String) { self.description = description }
}

/// Checks that a tensor has the values of another, of whatever real type, within a tolerance.
///
/// - Parameter relative: tolerance relative to the expected element
/// - Parameter absolute: tolerance added to it
/// - Throws: `Mismatch` with the first element that is off.
package func assertClose(
    _ actual: Tensor, _ expected: Tensor, relative: Double = 1e-5, absolute: Double = 1e-6
) throws {
    guard actual.shape == expected.shape else {
        throw Mismatch("shape \(actual.shape), expected \(expected.shape)")
    }
    try assertClose(
        actual.converted(to: .float64).doubles, expected.converted(to: .float64).doubles, relative: relative,
        absolute: absolute)
}

/// Checks that numbers agree within a tolerance; NaN and infinities must be the same.
///
/// - Throws: `Mismatch` with the first element that is off.
package func assertClose(
    _ actual: [Double], _ expected: [Double], relative: Double = 1e-5, absolute: Double = 1e-6
) throws {
    guard actual.count == expected.count else {
        throw Mismatch("\(actual.count) elements, expected \(expected.count)")
    }
    for (index, (a, e)) in zip(actual, expected).enumerated() {
        if a == e || (a.isNaN && e.isNaN) { continue }
        if !(abs(a - e) <= absolute + relative * abs(e)) {
            throw Mismatch("element \(index) is \(a), expected \(e)")
        }
    }
}
