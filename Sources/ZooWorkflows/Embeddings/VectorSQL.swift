import ZooData
import ZooEmbeddings

/// Embeddings as SQL for the vector extensions of other databases.
struct VectorSQL {
    private let table: EmbeddingTable
    private let columns: [VectorSQLColumn]
    private let name: String
    /// The most columns of metadata in a table of sqlite-vec, which takes 16 with the label.
    static let mostOfVec0 = 15

    /// - Parameters:
    ///   - metadata: what stands beside the vectors, a column each
    ///   - name: of the table to make; what is no letter, digit or `_` becomes `_`
    init(_ table: EmbeddingTable, _ metadata: [VectorMetadata] = [], named name: String) {
        self.table = table
        self.name = String(
            name.unicodeScalars.map { $0.properties.isAlphabetic || ("0"..."9").contains($0) ? Character($0) : "_" })
        var taken: Set = ["key", "vector", "label", "rowid", "distance", "k"]
        columns = metadata.map { VectorSQLColumn($0, besides: &taken) }
    }

    /// A virtual table of sqlite-vec: `key`, `vector`, and the label and the metadata, which are not indexed.
    ///
    /// - Throws: `DataError.notWritten` for a key or a label with a NUL character, which ends SQLite's texts
    func writeVec0(_ add: (String) throws -> Void) throws {
        try add("-- sqlite3 FILE.db \".load vec0\" \".read THIS\"\nBEGIN;\n")
        try add(
            "CREATE VIRTUAL TABLE \"\(name)\" USING vec0(key TEXT PRIMARY KEY, vector FLOAT[\(table.width)], +label TEXT\(columns.map { ", +\($0.name) \($0.kind.rawValue)" }.joined()));\n"
        )
        let names = (["key", "vector", "label"] + columns.map { "\"\($0.name)\"" }).joined(separator: ", ")
        for row in 0..<table.count {
            let bytes = table.vector(row).withUnsafeBytes { $0.map(Self.hexadecimal).joined() }
            let (key, label) = (try quoted(table.keys[row]), try quoted(table.labels[row]))
            let others = try columns.map { column in
                if let number = column.number(row) { return ", " + number }
                return ", " + (try column.text(row).map { try quoted($0) } ?? "NULL")
            }
            try add(
                "INSERT INTO \"\(name)\" (\(names)) VALUES (\(key), X'\(bytes)', \(label)\(others.joined()));\n")
        }
        try add("COMMIT;\n")
    }

    /// A table with a column of the type `vector`, filled by COPY.
    ///
    /// - Throws: as `writeVec0`; for more than 16,000 numbers a vector
    func writePgvector(_ add: (String) throws -> Void) throws {
        guard table.width <= 16_000 else {
            throw DataError.notWritten(
                path: name, reason: "a vector of pgvector has at most 16000 numbers, and these have \(table.width)")
        }
        try add("CREATE EXTENSION IF NOT EXISTS vector;\nBEGIN;\n")
        try add(
            "CREATE TABLE \"\(name)\" (key text PRIMARY KEY, label text NOT NULL, vector vector(\(table.width)) NOT NULL\(columns.map { ", \"\($0.name)\" \($0.kind.ofPostgres)" }.joined()));\n"
        )
        let names = (["key", "label", "vector"] + columns.map { "\"\($0.name)\"" }).joined(separator: ", ")
        try add("COPY \"\(name)\" (\(names)) FROM stdin;\n")
        for row in 0..<table.count {
            let numbers = table.vector(row).map { "\($0)" }.joined(separator: ",")
            let others = try columns.map { column in
                if let number = column.number(row) { return "\t" + number }
                return "\t" + (try column.text(row).map { try escaped($0) } ?? "\\N")
            }
            try add(
                "\(try escaped(table.keys[row]))\t\(try escaped(table.labels[row]))\t[\(numbers)]\(others.joined())\n")
        }
        try add("\\.\nCOMMIT;\n")
    }

    private static let digits = Array("0123456789ABCDEF")

    private static func hexadecimal(_ byte: UInt8) -> String {
        String([digits[Int(byte >> 4)], digits[Int(byte & 15)]])
    }

    private func checked(_ text: String) throws -> String {
        guard !text.utf8.contains(0) else {
            throw DataError.notWritten(
                path: name, reason: "'\(text.prefix(100))' holds a NUL character: --as csv writes it")
        }
        return text
    }

    private func quoted(_ text: String) throws -> String {
        "'" + (try checked(text)).replacing("'", with: "''") + "'"
    }

    /// - Source: PostgreSQL's COPY, "Text Format"
    private func escaped(_ text: String) throws -> String {
        var escaped = ""
        for scalar in try checked(text).unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\t": escaped += "\\t"
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
