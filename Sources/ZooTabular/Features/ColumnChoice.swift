import Foundation

/// How a column is used, as decided from what was learned of it.
struct ColumnChoice {
    private(set) var categories: [FittedCategory] = []
    private(set) var continuous: [FittedContinuous] = []
    /// Why it is no input.
    private(set) var dropped: String?
    private(set) var remarks: [String] = []
    /// What usual rows have.
    private(set) var typical: TypicalValue?
    private let column: TableColumn
    private let settings: FeatureSettings
    private let rows: Int
    private let isClass: Bool
    /// Parts of a date are no numbers beside: the days elapsed are, and months that count up mislead later ones.
    private let isDatePart: Bool
    /// Numbers farther from the mean, in deviations, are drawn in where classes are learned: a row of its own far out would get
    /// a probability of 0 or 1, and the greatest loss if it is wrong.
    ///
    /// - Source: the smooth clipping of Holzmüller, Grinsztajn & Steinwart 2024, "Better by Default", with 5 for its 3
    private static let limit = 5.0

    /// Whole numbers are categories where training has so many rows of a value on average.
    private static let rowsOfValue = 16

    init(_ found: ColumnAccumulator, _ settings: FeatureSettings, rows: Int, isClass: Bool, isDatePart: Bool) {
        column = found.column
        self.settings = settings
        self.rows = rows
        self.isClass = isClass
        self.isDatePart = isDatePart
        let isNamed = settings.categorical.contains(column.name)
        if found.count == 0 {
            dropped = column.holdsBlobs == true ? "it holds BLOBs" : "it has no values"
        } else if column.kind == .text {
            if settings.continuous.contains(column.name) {
                dropped = "it holds texts and cannot be continuous"
            } else {
                chooseTexts(found, isNamed: isNamed)
            }
        } else {
            if found.infinite > 0 {
                remarks.append("\(found.infinite) infinite values of '\(column.name)' are taken as missing")
            }
            chooseNumbers(found, isNamed: isNamed)
        }
    }

    private mutating func chooseTexts(_ found: ColumnAccumulator, isNamed: Bool) {
        // A model file cannot hold a text with a NUL byte; such a value shares the place of unseen ones.
        let counts = found.texts.counts.filter { !$0.key.utf8.contains(0) }
        if counts.count == 1, found.missing == 0 {
            dropped = "it has the same value in every row"
        } else if !isNamed, rows > 100, found.texts.isLossy || Double(counts.count) > 0.9 * Double(found.count) {
            dropped = "nearly every row has a value of its own; name it with --categorical to use it all the same"
        } else {
            let kept = frequent(counts.map { ($0.key, $0.value) }, isLossy: found.texts.isLossy)
            let texts = kept.map(\.0).sorted()
            typical = kept.max { ($0.1, $1.0) < ($1.1, $0.0) }.map { .text($0.0) }
            add(.texts(texts), found, counts: texts.map { counts[$0] ?? 0 })
        }
    }

    private mutating func chooseNumbers(_ found: ColumnAccumulator, isNamed: Bool) {
        let counts = found.numbers?.counts
        let isContinuous = settings.continuous.contains(column.name)
        if found.minimum == found.maximum, found.missing == 0 {
            dropped = "it has the same value in every row"
            return
        }
        if !isNamed, !isContinuous, found.isRowNumber, found.count > 20 {
            dropped = "it numbers the rows"
            return
        }
        typical = found.sample.median.map { .number($0) }
        let isWhole = column.kind == .integer || column.kind == .boolean
        if let counts,
            isNamed
                || isWhole && !isContinuous && counts.count <= settings.maximumCardinality
                    && counts.count * Self.rowsOfValue <= max(found.count, Self.rowsOfValue * 2)
        {
            let kept = frequent(
                counts.map { (Double(bitPattern: $0.key), $0.value) }, isLossy: found.numbers?.isLossy ?? false)
            let numbers = kept.map(\.0).sorted()
            typical = kept.max { ($0.1, $1.0) < ($1.1, $0.0) }.map { .number($0.0) }
            add(.numbers(numbers), found, counts: numbers.map { counts[$0.bitPattern] ?? 0 })
            if !isNamed, !isDatePart, column.kind == .integer, numbers.count > 2 { addNumber(found) }
            return
        }
        addNumber(found)
        if found.missing > 0 {
            categories.append(
                FittedCategory(
                    name: "\(column.name)_missing", column: column.name, values: .missing, hasMissing: false,
                    counts: [0, found.count, found.missing]))
        }
    }

    /// The column as a number, and its logarithm beside it where it has a long tail.
    private mutating func addNumber(_ found: ColumnAccumulator) {
        if found.deviation > 0 {
            let farthest = max(found.maximum - found.mean, found.mean - found.minimum) / found.deviation
            let plain = FittedContinuous(
                column: column.name, median: found.sample.median ?? found.mean, mean: found.mean,
                deviation: found.deviation, minimum: found.minimum, maximum: found.maximum,
                limit: isClass && farthest > Self.limit ? Self.limit : nil)
            continuous = [plain]
            if let logarithm = LongTail.logarithm(of: plain, sample: found.sample.values) {
                continuous.append(logarithm)
            }
        }
    }

    private mutating func add(_ values: FittedCategory.Values, _ found: ColumnAccumulator, counts: [Int]) {
        let others = found.count - counts.reduce(0, +)
        categories.append(
            FittedCategory(
                name: column.name, column: column.name, values: values, hasMissing: found.missing > 0,
                counts: [max(0, others)] + (found.missing > 0 ? [found.missing] : []) + counts))
    }

    /// The most frequent values, where there are more than may have codes.
    private mutating func frequent<Value: Comparable>(
        _ counts: [(Value, Int)], isLossy: Bool
    ) -> [(Value, Int)] {
        guard counts.count > settings.maximumCategories || isLossy else { return counts }
        let kept = counts.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.prefix(settings.maximumCategories)
        remarks.append(
            "'\(column.name)' has \(isLossy ? "more than \(counts.count)" : "\(counts.count)") values: the most "
                + "frequent \(kept.count) have vectors, the others share one")
        return Array(kept)
    }
}

func logOnePlus(_ value: Double) -> Double { log1p(value) }
func exponentialMinusOne(_ value: Double) -> Double { expm1(value) }
