/// A `vec0` table of sqlite-vec, read from the ordinary tables behind it: the extension is not needed.
///
/// - Source: sqlite-vec 0.1.9, `sqlite-vec.c`, "vec0 virtual table": `T_rowids` says in which chunk and where in it each row lies,
///   `T_vector_chunksNN` holds the vectors of a chunk, `T_metadatachunksNN` and `T_metadatatextNN` its metadata, `T_auxiliary` the
///   columns with a plus
package struct Vec0Table {
    /// A column of vectors.
    package struct VectorColumn: Sendable, Equatable {
        /// Its name.
        package let name: String
        /// The type of its numbers: `float32`, `int8`, `bit`.
        package let type: String
        /// Numbers a vector.
        package let width: Int

        /// Bytes a vector.
        var bytes: Int { type == "bit" ? width / 8 : type == "int8" ? width : width * 4 }
    }

    /// A row.
    package struct Row {
        /// Its key as the table has it.
        package let key: QueryValue
        /// The bytes of its vector.
        package let vector: ArraySlice<UInt8>
        /// The other columns, in the order of `others`.
        package let values: [QueryValue]
    }

    /// The columns of vectors.
    package let vectors: [VectorColumn]
    /// The columns besides key and vectors.
    package var others: [String] { metadata.map(\.name) + partitions + auxiliary }

    private let name: String
    private let path: String
    private let metadata: [(name: String, kind: String)]
    private let partitions: [String]
    private let auxiliary: [String]

    /// Reads how the table was declared.
    ///
    /// - Returns: nil for a table that is none of sqlite-vec's
    /// - Throws: `DataError.unreadable` for one of another version, and what opening a database throws
    package init?(_ name: String, path: String) throws {
        let find = "SELECT sql FROM sqlite_schema WHERE name = :name AND sql LIKE 'CREATE VIRTUAL%vec0%'"
        guard case .text(let sql)? = try ReadOnlyQuery(path: path, sql: find).rows(["name": .text(name)]).first?.first,
            let open = sql.firstIndex(of: "("), let close = sql.lastIndex(of: ")"), open < close
        else { return nil }
        var (vectors, metadata) = ([VectorColumn](), [(name: String, kind: String)]())
        var (partitions, auxiliary) = ([String](), [String]())
        for field in sql[sql.index(after: open)..<close].split(separator: ",") {
            let words = field.split { $0.isWhitespace }
            guard let first = words.first, !first.contains("="), words.count > 1 else { continue }
            let column = String(first.drop { $0 == "+" }).trimmingQuotes
            let (kind, rest) = (words[1].lowercased(), words.dropFirst(2).map { $0.lowercased() })
            if let vector = Self.vectorColumn(column, kind) {
                vectors.append(vector)
            } else if first.hasPrefix("+") {
                auxiliary.append(column)
            } else if rest.contains("partition") {
                partitions.append(column)
            } else if !rest.contains("primary") {
                metadata.append((column, kind))
            }
        }
        (self.name, self.path, self.vectors, self.metadata) = (name, path, vectors, metadata)
        (self.partitions, self.auxiliary) = (partitions, auxiliary)
        try checkVersion()
    }

    private static func vectorColumn(_ name: String, _ kind: String) -> VectorColumn? {
        guard let match = kind.wholeMatch(of: #/(float|f32|int8|i8|bit|u1)\[(\d+)\]/#), let width = Int(match.2),
            (1...65_536).contains(width)
        else { return nil }
        let types = ["float": "float32", "f32": "float32", "int8": "int8", "i8": "int8"]
        return VectorColumn(name: name, type: types[String(match.1)] ?? "bit", width: width)
    }

    private func refuse(_ reason: String) -> DataError { .unreadable(path: path, reason: "table '\(name)': \(reason)") }

    private func checkVersion() throws {
        let tables = try query("SELECT name FROM sqlite_schema WHERE name IN (:info, :rowids)").rows([
            "info": .text(name + "_info"), "rowids": .text(name + "_rowids"),
        ])
        guard tables.contains([.text(name + "_rowids")]) else {
            throw refuse("\(name)_rowids is missing, which every vec0 table has")
        }
        guard tables.count == 2 else { return }
        let versions = try query(
            "SELECT value FROM \(table("info")) WHERE key IN ('CREATE_VERSION_MAJOR', 'CREATE_VERSION_MINOR') ORDER BY key"
        ).rows().map { $0[0] }
        guard versions == [.integer(0), .integer(1)] else {
            let found = versions.map(\.plainText).joined(separator: ".")
            throw refuse(
                "it was made by sqlite-vec \(found), and 0.1 is known: load that sqlite-vec in sqlite3 and make an ordinary "
                    + "table of it, as CREATE TABLE t AS SELECT …")
        }
    }

    private func table(_ suffix: String) -> String { ColumnNames.quoted("\(name)_\(suffix)") }

    private func query(_ sql: String) throws -> ReadOnlyQuery { try ReadOnlyQuery(path: path, sql: sql) }

    /// Goes through the rows, chunk by chunk.
    ///
    /// - Parameter body: returns false to stop
    /// - Throws: `DataError.unreadable` for tables that do not fit together; what `body` throws
    package func forEachRow(of vector: VectorColumn, _ body: (Row) throws -> Bool) throws {
        let number = vectors.firstIndex(of: vector) ?? 0
        let chunkColumns =
            (["v.vectors"] + partitions.indices.map { "c.partition\(Self.two($0))" }
            + metadata.indices.map { "m\($0).data" }).joined(separator: ", ")
        let joins = metadata.indices.map {
            " JOIN \(table("metadatachunks" + Self.two($0))) m\($0) ON m\($0).rowid = c.chunk_id"
        }.joined()
        let chunks = try query(
            """
            SELECT c.chunk_id, \(chunkColumns) FROM \(table("chunks")) c
            JOIN \(table("vector_chunks" + Self.two(number))) v ON v.rowid = c.chunk_id\(joins) ORDER BY c.chunk_id
            """)
        let extra =
            auxiliary.indices.map { "a.value\(Self.two($0))" }
            + metadata.indices.filter { metadata[$0].kind == "text" }
            .map { "(SELECT data FROM \(table("metadatatext" + Self.two($0))) t WHERE t.rowid = r.rowid)" }
        let rows = try query(
            """
            SELECT r.rowid, r.id, r.chunk_offset\(extra.map { ", " + $0 }.joined()) FROM \(table("rowids")) r
            \(auxiliary.isEmpty ? "" : "LEFT JOIN \(table("auxiliary")) a ON a.rowid = r.rowid")
            WHERE r.chunk_id = :chunk ORDER BY r.chunk_offset
            """)
        var goesOn = true
        try chunks.forEachRow { chunk in
            guard case .blob(let bytes) = chunk[1] else { throw refuse("a chunk holds no vectors") }
            try rows.forEachRow(["chunk": chunk[0]]) { row in
                guard case .integer(let offset) = row[2], offset >= 0, offset < bytes.count / vector.bytes else {
                    throw refuse("a row lies outside of its chunk")
                }
                let place = Int(offset)
                var long = row[(3 + auxiliary.count)...]
                let values = try metadata.indices.map { column in
                    try value(
                        metadata[column].kind, chunk[2 + partitions.count + column], place,
                        long: metadata[column].kind == "text" ? long.popFirst() ?? .null : .null)
                }
                goesOn = try body(
                    Row(
                        key: row[1] == .null ? row[0] : row[1],
                        vector: bytes[place * vector.bytes..<(place + 1) * vector.bytes],
                        values: values + chunk[2..<2 + partitions.count] + row[3..<3 + auxiliary.count]))
                return goesOn
            }
            return goesOn
        }
    }

    /// The metadata of a row in the data of its chunk; a text above 12 bytes lies elsewhere.
    private func value(_ kind: String, _ data: QueryValue, _ place: Int, long: QueryValue) throws -> QueryValue {
        let width = ["text": 16, "boolean": 0, "bool": 0][kind] ?? 8
        guard case .blob(let bytes) = data, width == 0 ? place / 8 < bytes.count : (place + 1) * width <= bytes.count
        else {
            throw refuse("the metadata of a chunk are cut short")
        }
        func number<Number: FixedWidthInteger>(_ type: Number.Type, at start: Int) -> Number {
            bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: type)) }
        }
        switch kind {
        case "boolean", "bool": return .integer(Int64(bytes[place / 8] >> UInt8(place % 8) & 1))
        case "text":
            let length = Int(number(Int32.self, at: place * 16))
            guard length <= 12 else { return long }
            let start = place * 16 + 4
            return .text(String(decoding: bytes[start..<start + max(0, length)], as: UTF8.self))
        case "float", "double", "real": return .real(Double(bitPattern: number(UInt64.self, at: place * 8)))
        default: return .integer(number(Int64.self, at: place * 8))
        }
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension String {
    fileprivate var trimmingQuotes: String {
        let quotes: [Character: Character] = ["\"": "\"", "'": "'", "`": "`", "[": "]"]
        guard count > 1, let first, quotes[first] == last else { return self }
        return String(dropFirst().dropLast())
    }
}
