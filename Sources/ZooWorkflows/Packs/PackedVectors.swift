import Foundation
import ZooData

/// What a model has in the database and not in its file: vectors of images that were embedded, and columns beside vectors that were imported.
struct PackedVectors: Codable {
    /// The vectors of a field.
    struct Field: Codable {
        var field: String
        var width: Int
        var keys: [String]
        var labels: [String]
        /// Little-endian Float32, row by row.
        var vectors: Data
    }

    /// A column beside the vectors of a field.
    struct Column: Codable {
        var field: String
        var name: String
        var keys: [String]
        var values: [JSONValue]

        /// The column as the database takes it.
        var metadata: FieldMetadata {
            FieldMetadata(
                field: field, keys: keys,
                columns: [VectorMetadata(name: name, values: values.map { $0.queryValue ?? .null })])
        }
    }

    var fields: [Field] = []
    var columns: [Column] = []

    var isEmpty: Bool { fields.isEmpty && columns.isEmpty }

    /// The rows of the vectors.
    ///
    /// - Throws: `WorkflowError.invalid` where keys, labels and vectors are not as many
    func rows() throws -> [EmbeddingRow] {
        try fields.flatMap { field in
            let (count, width) = (field.keys.count, field.width)
            guard field.labels.count == count, (1...1 << 20).contains(width), field.vectors.count == count * width * 4,
                Set(field.keys).count == count
            else {
                throw WorkflowError.invalid(
                    what: "the vectors of '\(field.field.prefix(60))'", reason: "they are not as many as their names")
            }
            let numbers = field.vectors.withUnsafeBytes { bytes in
                (0..<count * width).map {
                    Float(
                        bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
                }
            }
            return (0..<count).map {
                EmbeddingRow(
                    field: field.field, key: field.keys[$0], label: field.labels[$0],
                    vector: Array(numbers[$0 * width..<($0 + 1) * width]))
            }
        }
    }
}

extension Workspace {
    /// What the database has of a model besides the rows that its file makes.
    ///
    /// - Parameter fields: those that the file makes
    func packedVectors(of model: String, besides fields: [String]) throws -> PackedVectors {
        var packed = PackedVectors()
        for field in try data.embeddingFields(model: model) where !fields.contains(field) {
            let rows = try data.embeddings(model: model, field: field)
            guard let width = rows.first?.vector.count, rows.allSatisfy({ $0.vector.count == width }) else { continue }
            var vectors = Data(capacity: rows.count * width * 4)
            for number in rows.lazy.flatMap(\.vector) {
                withUnsafeBytes(of: number.bitPattern.littleEndian) { vectors.append(contentsOf: $0) }
            }
            packed.fields.append(
                PackedVectors.Field(
                    field: field, width: width, keys: rows.map(\.key), labels: rows.map(\.label), vectors: vectors))
        }
        let query = try data.query(
            """
            SELECT field, name, key, value FROM zoo_stored_metadata
            WHERE model = :model AND typeof(value) <> 'blob' ORDER BY field, name, key
            """)
        try query.forEachRow(["model": .text(model)]) { row in
            let (field, name) = (row[0].plainText, row[1].plainText)
            if packed.columns.last?.field != field || packed.columns.last?.name != name {
                packed.columns.append(PackedVectors.Column(field: field, name: name, keys: [], values: []))
            }
            packed.columns[packed.columns.count - 1].keys.append(row[2].plainText)
            packed.columns[packed.columns.count - 1].values.append(JSONValue(row[3]))
            return true
        }
        return packed
    }
}

extension JSONValue {
    fileprivate init(_ value: QueryValue) {
        self =
            switch value {
            case .null, .blob: .null
            case .integer(let number): .integer(number)
            case .real(let number): .number(number)
            case .text(let text): .text(text)
            }
    }

    /// The value as SQL has it; nil for what no column holds.
    var queryValue: QueryValue? {
        switch self {
        case .integer(let number): .integer(number)
        case .number(let number): .real(number)
        case .text(let text): .text(text)
        default: nil
        }
    }
}
