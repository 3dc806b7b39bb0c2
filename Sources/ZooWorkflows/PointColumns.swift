import ZooData
import ZooEmbeddings
import ZooPlots

extension Workspace {
    /// What a column says of each entry of an embedding, as the colours of its points.
    ///
    /// A column is `bias`, `count` or `mean` where the entries have one, `class` or `split` of images, the name of metadata that an
    /// import found beside the vectors, or `TABLE.COLUMN`:
    /// of a table or view of the database that has the entries' keys in one of its columns.
    /// - Throws: `WorkflowError.unknown` for a column that there is not; `DataError.query`
    func pointColouring(
        _ column: String, of table: EmbeddingTable, model: String, field: String
    ) throws -> PointColouring {
        var own: [(name: String, values: [Double?])] = []
        if let biases = table.biases { own.append(("bias", biases.map { Double($0) })) }
        if let counts = table.counts { own.append(("count", counts.map { Double($0) })) }
        if let means = table.means { own.append(("mean", means.map { Double($0) })) }
        if let found = own.first(where: { $0.name == column }) { return .numbers(title: column, found.values) }
        let isOfImages = field == Self.imageField
        if isOfImages, ["class", "split"].contains(column),
            let groups = try imageGroups(column, keys: table.keys, model: model)
        {
            return .groups(title: column, groups)
        }
        let metadata = try metadata(of: table, model: model, field: field)
        if let found = metadata.first(where: { $0.name == column }) { return Self.colouring(column, found.values) }
        if let point = column.lastIndex(of: ".") {
            let (name, wanted) = (String(column[..<point]), String(column[column.index(after: point)...]))
            return try tableColouring(wanted, in: name, keys: table.keys)
        }
        let names = own.map(\.name) + (isOfImages ? ["class", "split"] : []) + metadata.map(\.name)
        throw WorkflowError.unknown(
            kind: "column", name: column,
            advice: (names.isEmpty ? "" : "there are \(names.joined(separator: ", ")), and ")
                + "TABLE.COLUMN takes one from a table of the database that has the keys of the entries")
    }

    /// The classes or parts of images, from the first data set that has most of them; nil where none has.
    private func imageGroups(_ column: String, keys: [String], model: String) throws -> [String?]? {
        let first = try installedModel(named: model).dataset
        let names = try data.datasets(.images).map(\.name)
        for name in names.filter({ $0 == first }) + names.filter({ $0 != first }) {
            let images = try data.images(dataset: name).images
            var groups: [String: String] = [:]
            for image in images.images {
                groups[image.name] =
                    column == "split"
                    ? image.split.rawValue : image.labels.map { images.classes[$0] }.joined(separator: ", ")
            }
            let found = keys.map { groups[$0] }
            if 2 * found.count(where: { $0 != nil }) >= keys.count { return found }
        }
        return nil
    }

    /// A column of a table of the database, found by the column that holds the most of the keys.
    private func tableColouring(_ column: String, in table: String, keys: [String]) throws -> PointColouring {
        let rows = try data.query("SELECT * FROM \"\(table.replacing("\"", with: "\"\""))\"")
        guard let place = rows.columns.firstIndex(where: { $0.lowercased() == column.lowercased() }) else {
            throw WorkflowError.unknown(
                kind: "column", name: column, advice: "'\(table)' has \(rows.columns.joined(separator: ", "))")
        }
        let wanted = Set(keys)
        var hits = [Int](repeating: 0, count: rows.columns.count)
        try rows.forEachRow([:]) { row in
            for (index, value) in row.enumerated() where wanted.contains(value.plainText) { hits[index] += 1 }
            return true
        }
        guard let key = hits.indices.max(by: { hits[$0] < hits[$1] }), hits[key] > 0 else {
            throw WorkflowError.unknown(
                kind: "key", name: keys.first ?? "", advice: "no column of '\(table)' has the keys of the entries")
        }
        var values: [String: QueryValue] = [:]
        try rows.forEachRow([:]) { row in
            if case .null = row[place] { return true }
            let name = row[key].plainText
            guard wanted.contains(name) else { return true }
            if let other = values[name], other != row[place] {
                throw WorkflowError.invalid(
                    what: "--colour \(table).\(column)",
                    reason:
                        "the key '\(name.prefix(100))' has more than one value: name a table or view with one row of a key"
                )
            }
            values[name] = row[place]
            return true
        }
        return Self.colouring("\(table).\(column)", keys.map { values[$0] })
    }

    /// Numbers on a ramp, unless there are so few that each can have a colour of its own.
    private static func colouring(_ title: String, _ values: [QueryValue?]) -> PointColouring {
        let few = 8
        let values = values.map { $0 == .null ? nil : $0 }
        let numbers = values.map { value -> Double? in
            switch value {
            case .integer(let integer): Double(integer)
            case .real(let real): real
            case .text, .blob, .null, nil: nil
            }
        }
        let areNumbers = zip(values, numbers).allSatisfy { $0 == nil || $1 != nil }
        if areNumbers, Set(values).count > few { return .numbers(title: title, numbers) }
        return .groups(title: title, values.map { $0?.plainText })
    }
}
