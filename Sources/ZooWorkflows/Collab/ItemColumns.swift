import ZooCollab
import ZooData

/// What is known of the items that a list may name, as columns of SQL: key, title, bias, mean and count by the model, the same for
/// every kind of model, and the attributes of the data set. The names of a set stand between bars, as in `|Comedy|Drama|`.
struct ItemColumns {
    private static let ofModel = ["key", "title", "bias", "mean", "count"]
    private let attributes: [String]
    /// What the reader of lists should know: attributes that the model's columns would hide.
    let notes: [String]
    private let dataset: Dataset?
    private let source: String
    /// What the model knows, as a JSON array.
    private let items: String

    /// What a model knows of an item.
    private struct Item: Encodable {
        let key: String
        let title: String
        let bias: Double?
        let mean: Double?
        let count: Int
    }

    /// - Parameter vocabulary: the model's items, and those of the data set behind them that it can rank
    init(
        _ vocabulary: CollabVocabulary, of model: any StoredRecommender, _ entry: CatalogueModel,
        in workspace: Workspace
    ) throws {
        dataset = try workspace.dataset(of: model, entry)
        let attributes = try dataset.map { try workspace.data.attributes(dataset: $0.name).items } ?? []
        let columns = attributes.map { attribute in
            let value = attribute.kind == .set ? "'|' || group_concat(value, '|') || '|'" : "value"
            let name = attribute.name.replacing("'", with: "''")
            return ", (SELECT \(value) FROM zoo_item_attributes AS a WHERE a.dataset = i.dataset AND a.item = i.idx "
                + "AND a.name = '\(name)') AS \"\(Self.column(attribute.name).replacing("\"", with: "\"\""))\""
        }
        self.attributes = attributes.map { Self.column($0.name) }
        notes = attributes.map(\.name).filter { Self.column($0) != $0 }.map {
            "in --only, \($0.lowercased()) is the model's: the attribute of that name is \(Self.column($0))"
        }
        source = """
            SELECT m.*\(columns.joined())
            FROM (SELECT json_each.key AS zoo_row, CAST(json_extract(value, '$.key') AS TEXT) AS key,
                    CAST(json_extract(value, '$.title') AS TEXT) AS title, json_extract(value, '$.bias') AS bias,
                    json_extract(value, '$.mean') AS mean, json_extract(value, '$.count') AS count
                FROM json_each(:zoo_items)) AS m
            LEFT JOIN zoo_items AS i ON i.dataset = \(dataset?.id ?? -1) AND i.key = m.key
            """
        let biases = model.vectors?.itemBiases ?? []
        items = try JSONText.encode(
            vocabulary.itemKeys.indices.map { row in
                let count = vocabulary.itemCounts[row]
                return Item(
                    key: vocabulary.itemKeys[row], title: vocabulary.itemTitles[row],
                    bias: biases.indices.contains(row) ? Double(biases[row]) : nil,
                    mean: count > 0 ? Double(vocabulary.itemMeans[row]) : nil, count: count)
            })
    }

    /// The name of an attribute's column: `attribute_count` of one that is called as a column of the model.
    private static func column(_ name: String) -> String {
        (ofModel + ["zoo_row"]).contains(name.lowercased()) ? "attribute_\(name)" : name
    }

    /// The rows of the items of which a condition is true.
    ///
    /// - Throws: `WorkflowError.invalid` for one that is wrong, with the columns that there are
    func rows(where condition: String, in workspace: Workspace) throws -> [Int] {
        do {
            var rows: [Int] = []
            // One that closes the bracket below is wrong here.
            _ = try workspace.data.query("SELECT \(condition)\nFROM (\(source))")
            try workspace.data.query("SELECT zoo_row FROM (\(source)) WHERE (\(condition)\n)").forEachRow(
                ["zoo_items": .text(items)]
            ) { values in
                if case .integer(let row) = values[0] { rows.append(Int(row)) }
                return true
            }
            return rows
        } catch let DataError.query(reason, _, _) {
            let columns = (Self.ofModel + attributes).joined(separator: ", ")
            let missing = dataset == nil ? ", as the data set of the model, which knows more, is not here" : ""
            throw WorkflowError.invalid(what: "--only", reason: "\(reason) (columns: \(columns)\(missing))")
        }
    }
}
