/// A table whose categories are replaced by their vectors: for gradient boosting and other methods that want numbers.
///
/// - Source: Guo & Berkhahn 2016, section 5: entity embeddings' second use
package struct EmbeddedFeatures {
    private let model: TabularModel
    private let tables: [Int]

    /// Names of the columns: the vectors' numbers (`weekday_1`, ...), then the continuous columns as they are.
    package let columns: [String]

    /// Prepares the first network's vectors.
    package init(_ model: TabularModel) {
        self.model = model
        tables = Array(model.features.categories.indices)
        columns =
            zip(model.features.categories, model.architecture.tables).flatMap { category, table in
                (1...table.width).map { "\(category.name)_\($0)" }
            } + Self.numbers(model).map(\.column)
    }

    /// The continuous columns, each once: a logarithm is no column.
    private static func numbers(_ model: TabularModel) -> [FittedContinuous] {
        model.features.continuous.filter { $0.logOffset == nil }
    }

    /// Goes through the rows of a table.
    ///
    /// - Parameter body: gets the source's block and a row of numbers for each of its rows; NaN where one is missing
    /// - Throws: what reading and `body` throw, `TabularError.missingColumns`
    package func forEachBlock(
        _ source: any RowSource, _ body: (_ block: RowBlock, _ rows: [[Double]]) throws -> Void
    ) throws {
        let features = model.features
        let derived = try features.derived(source)
        _ = try RowEncoder(features, columns: derived.columns)  // checks that the columns are there
        let names = derived.columns.map(\.name)
        let places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        var caches = Array(repeating: CategoryCache(), count: features.categories.count)
        let weights = model.members[0].tables
        try derived.forEachBlock { block in
            var rows = Array(repeating: [Double](), count: block.rowCount)
            for index in tables {
                let category = features.categories[index]
                let width = model.architecture.tables[index].width
                let codes = category.codes(block.columns[places[category.column] ?? 0], cache: &caches[index])
                for row in 0..<block.rowCount {
                    let start = Int(codes[row]) * width
                    rows[row] += weights[index][start..<start + width].map { Double($0) }
                }
            }
            for number in Self.numbers(model) {
                let values = block.columns[places[number.column] ?? 0].asNumbers
                for row in 0..<block.rowCount { rows[row].append(values[row]) }
            }
            try body(
                RowBlock(rowCount: block.rowCount, columns: Array(block.columns.prefix(source.columns.count))), rows)
        }
    }
}
