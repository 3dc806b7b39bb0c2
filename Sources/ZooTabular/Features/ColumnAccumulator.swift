/// What is learned of a column while the training rows go by, in bounded memory.
struct ColumnAccumulator {
    let column: TableColumn
    var count = 0
    var missing = 0
    var infinite = 0
    var minimum = Double.infinity
    var maximum = -Double.infinity
    var mean = 0.0
    private var squares = 0.0
    var sample = Reservoir(capacity: 4096)
    /// Counts of numbers by their bits; nil when there are more than can be a category.
    var numbers: FrequencyCounter<UInt64>?
    var texts = FrequencyCounter<String>(capacity: 1 << 18)
    /// Whether the values number the rows of the table, beginning anywhere.
    var isRowNumber = true
    private var numberOfFirst: Double?
    private let numberLimit: Int
    private var sums = CorrelationSums()
    private var textCounts: (dictionary: TextDictionary, counts: [Int])?

    /// - Parameter isCategory: whether the column was named as one, so that all its values are counted
    init(_ column: TableColumn, isCategory: Bool, limit: Int) {
        self.column = column
        numbers = FrequencyCounter(capacity: 1 << 18)
        numberLimit = isCategory ? .max : limit
    }

    /// The deviation, dividing by the count.
    var deviation: Double { count > 0 ? (squares / Double(count)).squareRoot() : 0 }
    /// The correlation with the target; nil where it is not defined.
    var correlation: Double? { sums.correlation }

    /// - Parameter first: the number of the block's first row in the table
    mutating func add(_ values: ColumnValues, rows: [Int], first: Int, target: [Double]?) {
        switch values {
        case .numbers(let values):
            for row in rows {
                if isRowNumber { compare(values[row], row: first + row) }
                add(values[row], target: target?[row])
            }
        case .texts(let codes, let dictionary):
            isRowNumber = false
            if textCounts?.dictionary !== dictionary { flushTexts() }
            var counts = textCounts?.counts ?? []
            textCounts = nil
            if counts.count < dictionary.entries.count {
                counts.append(contentsOf: repeatElement(0, count: dictionary.entries.count - counts.count))
            }
            for row in rows {
                let code = codes[row]
                if code < 0 {
                    missing += 1
                } else {
                    counts[Int(code)] += 1
                    count += 1
                }
            }
            textCounts = (dictionary, counts)
        }
    }

    /// Moves the counts of the present dictionary's codes to those of texts.
    mutating func flushTexts() {
        guard let (dictionary, counts) = textCounts else { return }
        for (code, count) in counts.enumerated() where count > 0 { texts.add(dictionary.entries[code], count) }
        textCounts = nil
    }

    private mutating func compare(_ value: Double, row: Int) {
        let start = value - Double(row)
        isRowNumber = start == numberOfFirst ?? start
        numberOfFirst = start
    }

    private mutating func add(_ value: Double, target: Double?) {
        guard value.isFinite else {
            missing += 1
            if !value.isNaN { infinite += 1 }
            return
        }
        count += 1
        let delta = value - mean
        mean += delta / Double(count)
        squares += delta * (value - mean)
        minimum = min(minimum, value)
        maximum = max(maximum, value)
        sample.add(value)
        if numbers != nil {
            numbers?.add(value.bitPattern)
            if let found = numbers?.counts.count, found > numberLimit { numbers = nil }
        }
        if let target { sums.add(value, target) }
    }
}

/// The sums behind a correlation, kept around the first pair so that they stay exact.
struct CorrelationSums {
    private var count = 0.0
    private var meanX = 0.0
    private var meanY = 0.0
    private var xx = 0.0
    private var yy = 0.0
    private var xy = 0.0

    mutating func add(_ x: Double, _ y: Double) {
        guard y.isFinite else { return }
        count += 1
        let (dx, dy) = (x - meanX, y - meanY)
        meanX += dx / count
        meanY += dy / count
        xx += dx * (x - meanX)
        yy += dy * (y - meanY)
        xy += dx * (y - meanY)
    }

    var correlation: Double? { count >= 20 && xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : nil }
}
