/// How the rows of a table are compared with a given value.
struct MatchRule {
    let column: String
    /// Set in a row's mask where the row disagrees; 0 where only the distance counts.
    let bit: UInt64
    /// The deviation that differences are divided by; nil where only equality counts.
    let scale: Double?
    private let place: Int
    private let value: CellValue

    /// What the squared difference to a missing value counts, and the most that any other does.
    private static let missingCost = 16.0
    private static let largestCost = 1e12

    /// A rule for each given column that the rows have.
    static func rules(
        _ given: [String: CellValue], _ features: FittedFeatures, columns: [TableColumn]
    ) -> [MatchRule] {
        var bits = 0
        return features.columns.compactMap { column in
            guard let value = given[column.name], let place = columns.firstIndex(where: { $0.name == column.name })
            else { return nil }
            let scale = value.number == nil ? nil : features.deviation(of: column.name)
            let isCategory =
                value.number == nil || column.kind == .boolean
                || features.categories.contains { $0.column == column.name && $0.isNumbers }
            // A number of which nothing is known, such as one that only later rows look back to.
            guard isCategory || scale != nil else { return nil }
            // More than 64 columns: the last ones are given up together.
            let bit: UInt64 = isCategory ? 1 << UInt64(min(bits, 63)) : 0
            if isCategory { bits += 1 }
            return MatchRule(column: column.name, bit: bit, scale: scale, place: place, value: value)
        }
    }

    /// In which columns each row of a block disagrees, and how far away it is.
    static func compare(_ block: RowBlock, _ rules: [MatchRule]) -> (masks: [UInt64], distances: [Double]) {
        var masks = Array(repeating: UInt64(0), count: block.rowCount)
        var distances = Array(repeating: 0.0, count: block.rowCount)
        for rule in rules {
            let values = block.columns[rule.place]
            switch rule.value {
            case .text(let text):
                let (codes, dictionary) = values.asTexts
                let code = dictionary.entries.firstIndex(of: text).map { Int32($0) } ?? -2
                for row in codes.indices where codes[row] != code { masks[row] |= rule.bit }
            case .number(let number):
                for (row, value) in values.asNumbers.enumerated() where value != number {
                    masks[row] |= rule.bit
                    guard let scale = rule.scale else { continue }
                    let difference = (value - number) / scale
                    distances[row] +=
                        difference.isFinite ? min(largestCost, difference * difference) : missingCost
                }
            case .missing:
                for row in 0..<block.rowCount where CellValue(values, row) != .missing { masks[row] |= rule.bit }
            }
        }
        return (masks, distances)
    }
}

extension FittedCategory {
    /// Whether its values are numbers with a vector each.
    var isNumbers: Bool { if case .numbers = values { true } else { false } }
}

extension FittedFeatures {
    /// The deviation of a column of numbers or dates, as far as it is known; nil for texts.
    fileprivate func deviation(of name: String) -> Double? {
        if let number = continuous.first(where: { $0.column == name }) { return number.deviation }
        let elapsed = DatePart.elapsed.name(of: name)
        if let days = continuous.first(where: { $0.column == elapsed }) { return days.deviation * 86_400 }
        if let category = categories.first(where: { $0.column == name }), case .numbers(let numbers) = category.values {
            return category.deviation(of: numbers)
        }
        // Of evenly spread values.
        guard let range = ranges?[name], range.maximum > range.minimum else { return nil }
        return (range.maximum - range.minimum) / 12.0.squareRoot()
    }
}

extension FittedCategory {
    fileprivate func deviation(of numbers: [Double]) -> Double? {
        let weights = counts.dropFirst(firstCode).map(Double.init)
        let total = weights.reduce(0, +)
        guard total > 0, weights.count == numbers.count else { return nil }
        let mean = zip(numbers, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
        let variance = zip(numbers, weights).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * $1.1 } / total
        return variance > 0 ? variance.squareRoot() : nil
    }
}
