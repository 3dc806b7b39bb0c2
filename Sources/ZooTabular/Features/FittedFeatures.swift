/// How the columns of a table become the inputs of a network, as learned from the training rows.
package struct FittedFeatures: Sendable, Hashable, Codable {
    /// The columns that rows must have.
    package let columns: [TableColumn]
    /// The columns of dates whose parts are inputs.
    package let dates: [String]
    /// Columns over rows in the order of time, with what training leaves behind for them.
    package let ordered: FittedOrdered?
    /// The categories, one table each.
    package internal(set) var categories: [FittedCategory]
    /// The continuous columns.
    package let continuous: [FittedContinuous]
    /// The target.
    package let target: FittedTarget
    /// What usual rows have, by column: the most frequent value, the median.
    package let typical: [String: TypicalValue]
    /// The ranges of the numbers and dates among `columns`; nil in models of earlier builds.
    package var ranges: [String: ValueRange]?
    /// Some rows of the training part; nil where none are kept, and in models of earlier builds.
    package var sample: RowSample?

    /// The source with the columns added that are computed from others.
    ///
    /// - Throws: what reading throws: columns over time need the rows once before
    package func derived(_ source: any RowSource) throws -> any RowSource {
        var derived = source
        if let ordered { derived = try OrderedSource(derived, ordered) }
        return dates.isEmpty ? derived : DatePartsSource(derived, of: dates)
    }

    /// How many rows lack an input that looks at earlier rows, by input.
    ///
    /// - Throws: what reading throws
    package func withoutEarlierRows(_ source: any RowSource) throws -> [(column: TableColumn, rows: Int)] {
        guard let ordered else { return [] }
        let used = Set(categories.map(\.column) + continuous.map(\.column))
        return try OrderedSource(source, ordered).rowsWithout().filter { used.contains($0.column.name) }
    }

    /// The network's sizes.
    ///
    /// - Parameter widths: of the vectors, by column; the others follow fast.ai's rule
    package func architecture(
        hidden: [Int], widths: [String: Int] = [:], range: TabularArchitecture.Range? = nil
    ) -> TabularArchitecture {
        TabularArchitecture(
            tables: categories.map { category in
                widths[category.name].map { .init(count: category.codeCount, width: $0) }
                    ?? .init(count: category.codeCount)
            },
            continuous: continuous.count, hidden: hidden, outputs: target.outputs, range: range)
    }

    /// Refuses sizes of embeddings that no category has.
    ///
    /// - Throws: `TabularError.invalid` with the first name, and the categories
    package func check(widths: [String: Int]) throws {
        let names = categories.map(\.name)
        guard let other = widths.keys.sorted().first(where: { !names.contains($0) }) else { return }
        let isNumber = continuous.contains { $0.column == other }
        let reason =
            isNumber
            ? "'\(other)' is a number and has no embedding: --categorical \(other) makes it a category"
            : "no category is called '\(other)': the categories are \(TabularError.list(names))"
        throw TabularError.invalid("--embedding \(other): \(reason)")
    }

    /// How an encoded row lies in memory.
    package var record: RecordLayout {
        RecordLayout(codeCounts: categories.map(\.codeCount), continuous: continuous.count)
    }
}

extension FittedFeatures {
    /// Features of another program's model: nothing but categories and numbers.
    package init(
        columns: [TableColumn], categories: [FittedCategory], continuous: [FittedContinuous], target: FittedTarget,
        typical: [String: TypicalValue]
    ) {
        self.init(
            columns: columns, dates: [], ordered: nil, categories: categories, continuous: continuous, target: target,
            typical: typical)
    }
}

/// What usual rows have in a column.
package enum TypicalValue: Sendable, Hashable, Codable {
    /// A number; seconds since 1970 in a column of dates.
    case number(Double)
    /// A text.
    case text(String)
}

/// What was decided on the way, for people to read.
package struct FitNotes: Sendable, Hashable, Codable {
    /// Columns that are no inputs, with the reason.
    package var dropped: [String: String] = [:]
    /// Everything else worth knowing, a sentence each.
    package var remarks: [String] = []
    /// What makes the figures say less than they seem to, a sentence each.
    package var warnings: [String] = []
    /// Rows without a target, left out.
    package var rowsWithoutTarget = 0
    /// Rows that the steps were fitted on.
    package var trainingRows = 0
    /// Rows held out for validation.
    package var validationRows = 0
}
