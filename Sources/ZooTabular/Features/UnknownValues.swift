import ZooRecords

/// A column in which rows have values that the model has not seen.
package struct UnknownColumn: Sendable {
    /// The column.
    package let column: TableColumn
    /// How many rows have such a value.
    package let rows: Int
    /// The most frequent of these values, three at most.
    package let values: [Value]
    /// What the model has seen.
    package let known: KnownValues

    /// One value.
    package struct Value: Sendable {
        /// The text; nil for numbers, dates and a missing value.
        package let text: String?
        /// The number, or seconds since 1970; nil for texts and a missing value.
        package let number: Double?
        /// How many rows have it.
        package let rows: Int
        /// The known text with the least edit distance; nil for all but texts.
        package let nearest: String?
        /// Whether there is none, where training had one in every row.
        package var isMissing: Bool { text == nil && number == nil }
    }
}

/// Counts the values that a model has not seen while rows go by, in bounded memory.
package final class UnknownCounter {
    fileprivate static let capacity = 1 << 16
    private static let shown = 3

    fileprivate struct Column {
        let column: TableColumn
        let place: Int
        let known: KnownValues
        let texts: Set<String>
        /// Whether a missing value is a known one.
        let hadMissing: Bool
        var rows = 0
        var missing = 0
        var unknownTexts = FrequencyCounter<String>(capacity: capacity)
        var unknownNumbers = FrequencyCounter<UInt64>(capacity: capacity)
        /// The dictionary of the last block, and which of its texts are known.
        var dictionary: TextDictionary?
        var isKnown: [Bool] = []
        /// Of times that are each read on their own clock: the offsets of training, and how many had others.
        let offsets: [Int]?
        var otherOffsets: [Int: Int] = [:]
    }

    private var columns: [Column]

    /// Looks up the inputs of a model among the columns of a table; those that are not there are passed over.
    ///
    /// - Parameter names: the columns to watch; nil for all
    package init(_ features: FittedFeatures, columns present: [TableColumn], watching names: Set<String>? = nil) {
        let offsets = Dictionary(
            features.columns.compactMap { column in column.offsets.map { (column.name, $0) } },
            uniquingKeysWith: { $1 })
        let known = features.knownValues.filter { names?.contains($0.key) ?? true }
        columns = present.enumerated().compactMap { place, column in
            known[column.name].map { known in
                var texts: Set<String> = []
                if case .texts(let entries) = known { texts = Set(entries) }
                return Column(
                    column: column, place: place, known: known, texts: texts,
                    hadMissing: features.hadMissing(column.name), offsets: offsets[column.name])
            }
        }
    }

    /// Forgets the rows until now.
    func begin() {
        for index in columns.indices {
            (columns[index].rows, columns[index].missing) = (0, 0)
            columns[index].otherOffsets = [:]
            columns[index].unknownTexts = FrequencyCounter(capacity: Self.capacity)
            columns[index].unknownNumbers = FrequencyCounter(capacity: Self.capacity)
        }
    }

    /// Checks the rows of a block.
    func add(_ block: RowBlock) {
        for index in columns.indices {
            let values = block.columns[columns[index].place]
            if case .texts = columns[index].known {
                columns[index].addTexts(values)
            } else {
                columns[index].addNumbers(values)
            }
        }
    }

    /// Columns with times whose offsets from UTC training did not have: how many there are of each, and those of training.
    package var otherOffsets: [(column: String, counts: [Int: Int], known: [Int])] {
        columns.filter { !$0.otherOffsets.isEmpty }.map { ($0.column.name, $0.otherOffsets, $0.offsets ?? []) }
    }

    /// What was found, in the order of the columns.
    package var found: [UnknownColumn] {
        columns.filter { $0.rows > 0 }.map { column in
            let texts = column.unknownTexts.counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.shown)
            let numbers = column.unknownNumbers.counts.map { (value: Double(bitPattern: $0.key), rows: $0.value) }
                .sorted { ($1.rows, $0.value) < ($0.rows, $1.value) }.prefix(Self.shown)
            var known: [String] = []
            if case .texts(let entries) = column.known { known = entries }
            let missing =
                column.missing == 0
                ? []
                : [
                    UnknownColumn.Value(text: nil, number: nil, rows: column.missing, nearest: nil)
                ]
            let named =
                texts.map {
                    UnknownColumn.Value(
                        text: $0.key, number: nil, rows: $0.value,
                        nearest: NearestText.nearest(to: $0.key, among: known))
                } + numbers.map { UnknownColumn.Value(text: nil, number: $0.value, rows: $0.rows, nearest: nil) }
            return UnknownColumn(
                column: column.column, rows: column.rows, values: Array((missing + named).prefix(Self.shown)),
                known: column.known)
        }
    }
}

extension UnknownCounter.Column {
    fileprivate mutating func addTexts(_ values: ColumnValues) {
        let (codes, dictionary) = values.asTexts
        if self.dictionary !== dictionary { (self.dictionary, isKnown) = (dictionary, []) }
        for text in dictionary.entries[isKnown.count...] { isKnown.append(texts.contains(text)) }
        for code in codes {
            if code < 0 {
                addMissing()
            } else if !isKnown[Int(code)] {
                rows += 1
                unknownTexts.add(dictionary.entries[Int(code)])
            }
        }
    }

    fileprivate mutating func addNumbers(_ values: ColumnValues) {
        for value in values.asNumbers {
            if let offsets, value.isFinite {
                let offset = Moment(number: value).offset
                if !offsets.contains(offset) { otherOffsets[offset, default: 0] += 1 }
            }
            if !value.isFinite {
                addMissing()
            } else if !known.contains(value) {
                rows += 1
                unknownNumbers.add(value.bitPattern)
            }
        }
    }

    private mutating func addMissing() {
        guard !hadMissing else { return }
        rows += 1
        missing += 1
    }
}

/// Rows whose values are compared with those that a model has seen whenever they are gone through.
package struct WatchedRows: RowSource {
    private let source: any RowSource
    private let counter: UnknownCounter
    /// The columns of the source.
    package var columns: [TableColumn] { source.columns }

    /// Watches rows of the columns that the counter was made for.
    package init(_ source: any RowSource, _ counter: UnknownCounter) {
        self.source = source
        self.counter = counter
    }

    /// Goes through all rows.
    package func forEachBlock(_ body: (RowBlock) throws -> Void) throws {
        // Columns over time take more than one pass: the last one counts.
        counter.begin()
        try source.forEachBlock { block in
            counter.add(block)
            try body(block)
        }
    }
}
