extension DataStore {
    /// Opens the rows of a data set of the kind table.
    ///
    /// - Parameter clocks: those on which the times of columns are to be read, where they are other ones than the data set's
    /// - Throws: `DataError.unknown`, `.otherKind`, `.locked`, `.database`
    package func tableSource(dataset name: String, clocks: [String: String] = [:]) throws -> TableSource {
        let dataset = try dataset(named: name)
        guard case .table(let summary) = dataset.contents else { throw dataset.otherKind(wanted: .table) }
        var rules = ValueRules()
        rules.missing = []  // what stood for missing values was settled by the import
        let source = try TableSource(
            path: url.path, busyTimeout: busyTimeout, sql: "SELECT * FROM \(ColumnNames.quoted(summary.table))",
            dataset: dataset, rules: rules, limits: QueryLimits())
        source.take(summary, fingerprint: dataset.fingerprint, clocks: clocks)
        return source
    }

    /// Opens the rows of any SELECT, and goes through them once to find out what is in the columns.
    ///
    /// Texts like `?` and `NA` count as missing values, as they do in an import.
    /// - Parameter progress: called with the number of rows until now, every few thousand
    /// - Throws: `DataError.query` for a statement that is wrong, writes, does not end, or gives no rows; `.locked`,
    ///   `.database`
    package func tableSource(
        sql: String, rules: ValueRules = ValueRules(), limits: QueryLimits = QueryLimits(),
        progress: (Int) -> Void = { _ in }
    ) throws -> TableSource {
        let source = try TableSource(
            path: url.path, busyTimeout: busyTimeout, sql: sql, dataset: nil, rules: rules, limits: limits)
        if !rules.usualClock.isEmpty { source.take(storedClocks: try storedClocks(of: source)) }
        try source.inspect(progress: progress)
        return source
    }

    /// The clocks of times that are columns of data sets, by the columns of a SELECT: a model may know another one.
    private func storedClocks(of source: TableSource) throws -> [String: String] {
        let origins = source.origins.filter { $0.origin?.table.hasPrefix("zoo_table_") == true }
        guard !origins.isEmpty else { return [:] }
        var clocks: [String: String] = [:]
        for case .table(let summary) in try datasets().map(\.contents) {
            for (name, origin) in origins where origin?.table == summary.table {
                clocks[name] = summary.columns.first { $0.name == origin?.column }?.storedClock
            }
        }
        return clocks
    }
}
