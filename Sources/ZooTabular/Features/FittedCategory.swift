import Foundation

/// How a column's values become codes: 0 for a value that training did not have, then the missing one, then the others.
package struct FittedCategory: Sendable, Hashable, Codable {
    /// What the values are.
    package enum Values: Sendable, Hashable, Codable {
        /// Texts, in order.
        case texts([String])
        /// Numbers, rising.
        case numbers([Double])
        /// Whether the value is missing: no or yes.
        case missing
    }

    /// The name of the table's field: the column's, with an addition where it stands for something else.
    package let name: String
    /// The column whose values are checked.
    package let column: String
    /// The values that have codes of their own.
    package internal(set) var values: Values
    /// Whether a missing value has a code of its own.
    package let hasMissing: Bool
    /// How often training had each code.
    package internal(set) var counts: [Int]

    /// Joins the parts.
    package init(name: String, column: String, values: Values, hasMissing: Bool, counts: [Int]) {
        (self.name, self.column, self.values) = (name, column, values)
        (self.hasMissing, self.counts) = (hasMissing, counts)
    }

    /// Codes in all.
    package var codeCount: Int { firstCode + valueCount }
    /// The code of the first value.
    var firstCode: Int { hasMissing ? 2 : 1 }
    var valueCount: Int {
        switch values {
        case .texts(let texts): texts.count
        case .numbers(let numbers): numbers.count
        case .missing: 2
        }
    }

    /// What the codes are called, in their order.
    package var labels: [String] {
        ["(other)"] + (hasMissing ? ["(missing)"] : []) + valueLabels
    }

    private var valueLabels: [String] {
        switch values {
        case .texts(let texts): texts
        case .numbers(let numbers): numbers.map(NumberLabel.text)
        case .missing: ["no", "yes"]
        }
    }

    /// The codes of the rows of a block.
    func codes(_ values: ColumnValues, cache: inout CategoryCache) -> [Int32] {
        switch self.values {
        case .texts(let texts):
            let (codes, dictionary) = values.asTexts
            cache.translate(dictionary, texts, firstCode: Int32(firstCode))
            let missing: Int32 = hasMissing ? 1 : 0
            return codes.map { $0 < 0 ? missing : cache.codes[Int($0)] }
        case .numbers(let numbers): return values.asNumbers.map { code(of: $0, numbers) }
        case .missing: return values.asNumbers.map(Self.code(ofMissing:))
        }
    }

    /// The code of a number; nil where the values are texts.
    func code(of value: Double) -> Int32? {
        switch values {
        case .texts: nil
        case .numbers(let numbers): code(of: value, numbers)
        case .missing: Self.code(ofMissing: value)
        }
    }

    /// The code of a missing value where values have codes.
    var missingCode: Int32 { hasMissing ? 1 : 0 }

    private func code(of value: Double, _ numbers: [Double]) -> Int32 {
        guard value.isFinite else { return missingCode }
        return numbers.withUnsafeBufferPointer { Self.code(of: value, in: $0, firstCode: firstCode) }
    }

    /// The code of whether a value is missing.
    static func code(ofMissing value: Double) -> Int32 { value.isFinite ? 1 : 2 }

    /// The code of a number among rising ones; 0 where it is none of them.
    static func code(of value: Double, in numbers: UnsafeBufferPointer<Double>, firstCode: Int) -> Int32 {
        // Numbers before `low` are at or below the value, those from `high` on above it.
        var (low, high) = (0, numbers.count)
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] <= value { low = middle + 1 } else { high = middle }
        }
        return low > 0 && numbers[low - 1] == value ? Int32(firstCode + low - 1) : 0
    }
}

/// The codes of the texts of a source's dictionary, found once each.
struct CategoryCache {
    private(set) var codes: [Int32] = []
    private var dictionary: TextDictionary?
    private var known: [String: Int32] = [:]

    mutating func translate(_ dictionary: TextDictionary, _ texts: [String], firstCode: Int32) {
        if known.isEmpty {
            known = Dictionary(
                zip(texts, firstCode...).map { ($0, $1) }, uniquingKeysWith: { first, _ in first })
        }
        if self.dictionary !== dictionary {
            codes = []
            self.dictionary = dictionary
        }
        for text in dictionary.entries[codes.count...] { codes.append(known[text] ?? 0) }
    }
}

/// How a column's numbers become an input: missing ones take the median, those beyond what training had its limits; then
/// all are standardised.
package struct FittedContinuous: Sendable, Hashable, Codable {
    /// The column.
    package let column: String
    /// Taken where a value is missing or infinite.
    package let median: Double
    /// The mean of training.
    package let mean: Double
    /// The deviation of training, above 0.
    package let deviation: Double

    /// The least value of training: below it, an answer would be a straight line into the unknown.
    package let minimum: Double
    /// The greatest value of training, likewise.
    package let maximum: Double

    /// Added to a value before its logarithm is taken; nil where the value itself is the input. `mean` and `deviation` are then
    /// those of the logarithms.
    package let logOffset: Double?

    /// What the standardised value stays within, approached smoothly; nil where it is as it is.
    package let limit: Double?

    /// Joins the parts.
    package init(
        column: String, median: Double, mean: Double, deviation: Double, minimum: Double, maximum: Double,
        logOffset: Double? = nil, limit: Double? = nil
    ) {
        self.column = column
        self.median = median
        self.mean = mean
        self.deviation = deviation
        self.minimum = minimum
        self.maximum = maximum
        self.logOffset = logOffset
        self.limit = limit
    }

    /// Limits of a column whose values are taken as they are, as models of other programs do.
    package static let unlimited = ValueRange(minimum: -1e300, maximum: 1e300)

    /// The values that are shown of the column: those of training, else up to three deviations from the mean.
    var shown: ValueRange {
        minimum > Self.unlimited.minimum
            ? ValueRange(minimum: minimum, maximum: maximum)
            : ValueRange(minimum: mean - 3 * deviation, maximum: mean + 3 * deviation)
    }

    /// The input for a value.
    func input(_ value: Double) -> Float { scaling.input(value) }

    /// The numbers alone.
    var scaling: NumberScaling {
        NumberScaling(
            median: median, mean: mean, deviation: deviation, minimum: minimum, maximum: maximum, logOffset: logOffset,
            limit: limit)
    }

    /// What the input is called where inputs have names of their own: `price`, `log(price)`.
    package var inputName: String { logOffset == nil ? column : "log(\(column))" }
}

/// The numbers of a `FittedContinuous`, which make an input of a value.
struct NumberScaling {
    let median, mean, deviation, minimum, maximum: Double
    let logOffset, limit: Double?

    /// The input for a value.
    func input(_ value: Double) -> Float {
        let known = max(minimum, min(maximum, value.isFinite ? value : median))
        let standard = ((logOffset.map { log(known + $0) } ?? known) - mean) / deviation
        return Float(limit.map { standard / (1 + standard * standard / ($0 * $0)).squareRoot() } ?? standard)
    }
}

extension FittedFeatures {
    /// The features without what a model file keeps beside them: the values of categories and their counts.
    package var withoutVocabularies: FittedFeatures {
        var copy = self
        for index in copy.categories.indices {
            copy.categories[index].counts = []
            switch copy.categories[index].values {
            case .texts: copy.categories[index].values = .texts([])
            case .numbers: copy.categories[index].values = .numbers([])
            case .missing: break
            }
        }
        return copy
    }

    /// The features with the values and counts of every category; nil where they do not fit.
    package func filled(
        labels: (FittedCategory) -> [String]?, counts: (FittedCategory) -> [Int]?
    ) -> FittedFeatures? {
        var copy = self
        for index in categories.indices {
            let category = categories[index]
            guard let labels = labels(category), labels.count >= category.firstCode, let counts = counts(category)
            else { return nil }
            let values = labels.dropFirst(category.firstCode)
            switch category.values {
            case .texts: copy.categories[index].values = .texts(Array(values))
            case .numbers:
                let numbers = values.compactMap { Double($0) }
                // Codes are looked for by halving: the numbers must rise.
                guard numbers.count == values.count, zip(numbers, numbers.dropFirst()).allSatisfy({ $0 < $1 }) else {
                    return nil
                }
                copy.categories[index].values = .numbers(numbers)
            case .missing: break
            }
            guard labels.count == copy.categories[index].codeCount, counts.count == labels.count else { return nil }
            copy.categories[index].counts = counts
        }
        return copy
    }
}
