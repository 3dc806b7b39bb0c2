import ZooData
import ZooEmbeddings

extension Workspace {
    /// What an import found beside the vectors, by name: a value of each entry in the order of the table, NULL where there is none.
    ///
    /// - Throws: `DataError`
    func metadata(of table: EmbeddingTable, model: String, field: String) throws -> [VectorMetadata] {
        let rows = Dictionary(zip(table.keys, table.keys.indices), uniquingKeysWith: { first, _ in first })
        var columns: [String: [QueryValue]] = [:]
        let stored = try data.query(
            "SELECT name, key, value FROM zoo_stored_metadata WHERE model = :model AND field = :field")
        try stored.forEachRow(["model": .text(data.resolved(model)), "field": .text(field)]) { row in
            if let place = rows[row[1].plainText] {
                columns[row[0].plainText, default: Array(repeating: .null, count: table.count)][place] = row[2]
            }
            return true
        }
        return columns.sorted { $0.key < $1.key }.map { VectorMetadata(name: $0.key, values: $0.value) }
    }
}
