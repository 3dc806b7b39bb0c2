import ZooData
import ZooEmbeddings
import ZooPlots
import ZooRecords

extension Workspace {
    /// What is known of the entries of a field, to name axes by: their own numbers, the attributes of a recommender's data set, metadata of
    /// imported vectors, the columns of a SELECT whose first has the keys, and the words of the labels.
    ///
    /// - Throws: `WorkflowError.invalid` for a SELECT without further columns, or without any of the keys or with several values of one;
    ///   `DataError.query`
    func axisFeatures(of table: EmbeddingTable, _ request: ComponentsRequest, _ colouring: PointColouring?) throws
        -> [AxisFeature]
    {
        var features: [AxisFeature] = []
        if let biases = table.biases { features.append(AxisFeature("bias", .numbers(biases.map { Double($0) }))) }
        if let counts = table.counts { features.append(AxisFeature("count", .numbers(counts.map { Double($0) }))) }
        if let means = table.means { features.append(AxisFeature("mean", .numbers(means.map { Double($0) }))) }
        if let known = try attributes(of: table, model: request.model, field: request.field) {
            for attribute in known.attributes {
                if case .numbers(let numbers) = attribute.values {
                    features.append(
                        AxisFeature(attribute.name, .numbers(known.rows.map { $0.flatMap { numbers[$0] } })))
                } else if let named = attribute.named {
                    features += Self.groups(attribute.name, known.rows.map { $0.map(named) ?? [] })
                }
            }
        }
        let rows = Dictionary(zip(table.keys, table.keys.indices), uniquingKeysWith: { first, _ in first })
        for column in try metadata(of: table, model: request.model, field: request.field) {
            features += Self.features(column.name, column.values)
        }
        if let sql = request.nameColumns { features += try columns(of: sql, rows, count: table.count) }
        switch colouring {
        case .numbers(let title, let values) where !["bias", "count", "mean"].contains(title):
            features.append(AxisFeature(title, .numbers(values)))
        case .groups(let title, let values): features += Self.groups(title, values.map { $0.map { [$0] } ?? [] })
        default: break
        }
        return features + Self.groups("word", table.labels.map { ClusterNames.words(of: $0) })
    }

    private func columns(of sql: String, _ rows: [String: Int], count: Int) throws -> [AxisFeature] {
        let query = try data.query(sql)
        guard query.columns.count > 1 else {
            throw WorkflowError.invalid(
                what: "--sql", reason: "the first column has the keys of the entries, and further ones what is known")
        }
        var values = query.columns.map { _ in [QueryValue?](repeating: nil, count: count) }
        var isKnown = false
        try query.forEachRow([:]) { row in
            guard let place = rows[row[0].plainText] else { return true }
            isKnown = true
            for (column, value) in row.enumerated() {
                if let other = values[column][place], other != value {
                    throw WorkflowError.invalid(
                        what: "--sql",
                        reason:
                            "the key '\(row[0].plainText.prefix(100))' has more than one '\(query.columns[column])': "
                            + "GROUP BY makes one row of a key")
                }
                values[column][place] = value
            }
            return true
        }
        guard isKnown else {
            throw WorkflowError.invalid(
                what: "--sql",
                reason: "none of the values in its first column '\(query.columns[0])' is a key of the entries")
        }
        return zip(query.columns, values).dropFirst().flatMap { Self.features($0, $1) }
    }

    /// A column of values: numbers as they are where there are several, else a feature for each value.
    private static func features(_ name: String, _ values: [QueryValue?]) -> [AxisFeature] {
        let numbers = values.map { value -> Double? in
            switch value {
            case .integer(let integer): Double(integer)
            case .real(let real): real
            default: nil
            }
        }
        let areNumbers = zip(values, numbers).allSatisfy { value, number in
            if case .null? = value { return true }
            return value == nil || number != nil
        }
        if areNumbers { return [AxisFeature(name, .numbers(numbers))] }
        return groups(
            name,
            values.map { value in
                switch value {
                case nil, .null?, .blob?: []
                case let value?: [value.plainText]
                }
            })
    }

    /// A feature for each name that entries have, the most frequent ones.
    private static func groups(_ title: String, _ names: [[String]]) -> [AxisFeature] {
        var members: [String: [Int]] = [:]
        for (row, names) in names.enumerated() { for name in Set(names) { members[name, default: []].append(row) } }
        return members.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(mostNames)
            .map { AxisFeature("\(title): \($0.key)", .members($0.value)) }
    }

    private static var mostNames: Int { 500 }
}
