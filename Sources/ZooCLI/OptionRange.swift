import ArgumentParser

/// Refuses a value of an option outside a range, bounds included; nil is not given.
///
/// - Parameter option: as it is written, such as `--epochs`
/// - Throws: `ValidationError` with the option, the range and the value
func checkRange<Number: Comparable>(_ value: Number?, _ option: String, _ range: ClosedRange<Number>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
        "\(option) must be from \(bound(range.lowerBound)) to \(bound(range.upperBound)), not \(value)")
}

/// The same for a range without its upper bound.
func checkRange<Number: Comparable>(_ value: Number?, _ option: String, _ range: Range<Number>) throws {
    guard let value, !range.contains(value) else { return }
    throw ValidationError(
        "\(option) must be at least \(bound(range.lowerBound)) and below \(bound(range.upperBound)), not \(value)")
}

/// The same for a number that is finite and not below a bound.
func checkRange<Number: Comparable>(_ value: Number?, _ option: String, _ range: PartialRangeFrom<Number>) throws {
    guard let value, !range.contains(value) || (value as? Double) == .infinity else { return }
    throw ValidationError("\(option) must not be below \(bound(range.lowerBound)), not \(value)")
}

/// Refuses a number that is not above 0, or infinite.
func checkAbove0<Number: Comparable & ExpressibleByIntegerLiteral>(_ value: Number?, _ option: String) throws {
    guard let value, !(value > 0) || (value as? Double) == .infinity else { return }
    throw ValidationError("\(option) must be above 0, not \(value)")
}

/// A bound without `.0`.
private func bound(_ number: some Comparable) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
