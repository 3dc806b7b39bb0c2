/// The least and the greatest value that training had of a column; seconds since 1970 of dates.
package struct ValueRange: Sendable, Hashable, Codable {
    /// The least.
    package let minimum: Double
    /// The greatest.
    package let maximum: Double

    /// Joins two limits.
    package init(minimum: Double, maximum: Double) {
        self.minimum = minimum
        self.maximum = maximum
    }
}

/// The values of a column that a model has seen.
package enum KnownValues: Sendable, Hashable {
    /// Texts with a vector each.
    case texts([String])
    /// Numbers with a vector each, rising.
    case numbers([Double])
    /// Numbers or dates between two limits; those beyond count as the limit.
    case range(ValueRange)

    /// The limits of numbers and dates; nil for texts.
    package var range: ValueRange? {
        switch self {
        case .texts: nil
        case .numbers(let numbers):
            numbers.first.flatMap { first in
                numbers.last.map { ValueRange(minimum: first, maximum: $0) }
            }
        case .range(let range): range
        }
    }

    /// Whether a number or a date is among them; a missing one is no value.
    func contains(_ value: Double) -> Bool {
        guard value.isFinite else { return true }
        switch self {
        case .texts: return true
        case .numbers(let numbers):
            var (low, high) = (0, numbers.count)
            while low < high {
                let middle = (low + high) / 2
                if numbers[middle] < value { low = middle + 1 } else { high = middle }
            }
            return low < numbers.count && numbers[low] == value
        case .range(let range): return value >= range.minimum && value <= range.maximum
        }
    }
}

extension FittedFeatures {
    /// What is known of the columns of the table that are inputs, or whose parts are.
    package var knownValues: [String: KnownValues] {
        var known: [String: KnownValues] = [:]
        for number in continuous {
            known[number.column] = .range(ValueRange(minimum: number.minimum, maximum: number.maximum))
        }
        for category in categories {
            switch category.values {
            case .texts(let texts): known[category.column] = .texts(texts)
            case .numbers(let numbers): known[category.column] = .numbers(numbers)
            case .missing: break
            }
        }
        for date in dates { known[date] = dateRange(date).map { .range($0) } }
        let present = Set(columns.map(\.name))
        return known.filter { present.contains($0.key) }
    }

    /// Whether training had rows without a value in a column: then none is a value like others.
    func hadMissing(_ name: String) -> Bool {
        let parts = [name] + (dates.contains(name) ? DatePart.allCases.map { $0.name(of: name) } : [])
        return categories.contains { parts.contains($0.column) && ($0.hasMissing || $0.values == .missing) }
    }

    /// The range of a column of dates. Models of earlier builds have it only as days, to which a second is allowed for rounding.
    private func dateRange(_ name: String) -> ValueRange? {
        if let range = ranges?[name] { return range }
        let elapsed = DatePart.elapsed.name(of: name)
        guard let days = continuous.first(where: { $0.column == elapsed }) else { return nil }
        let (first, last) = ((days.minimum * 86_400).rounded(), (days.maximum * 86_400).rounded())
        return ValueRange(minimum: first - 1, maximum: last + 1)
    }
}
