import ZooData

/// A column of metadata in the SQL of vectors: a name that needs no quotes, and values of one type.
struct VectorSQLColumn {
    /// The type of its values.
    enum Kind: String {
        case integer = "INTEGER"
        case real = "FLOAT"
        case text = "TEXT"

        /// As PostgreSQL calls it.
        var ofPostgres: String {
            switch self {
            case .integer: "bigint"
            case .real: "double precision"
            case .text: "text"
            }
        }
    }

    let name: String
    let kind: Kind
    private let values: [QueryValue]

    /// - Parameter taken: the names that there are, in lower case, to which its own is added
    init(_ column: VectorMetadata, besides taken: inout Set<String>) {
        var name = String(
            column.name.unicodeScalars.map {
                $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) ? Character($0) : "_"
            })
        // sqlite-vec takes a letter first.
        if name.first?.isLetter != true { name = "c" + name }
        while !taken.insert(name.lowercased()).inserted { name += "_" }
        self.name = name
        values = column.values
        let kinds = Set(
            values.compactMap { value -> Kind? in
                switch value {
                case .null: nil
                case .integer: .integer
                case .real(let number): number.isFinite ? .real : .text
                case .text, .blob: .text
                }
            })
        kind = kinds.contains(.text) || kinds.isEmpty ? .text : kinds.contains(.real) ? .real : .integer
    }

    /// The number of a row as SQL writes it; nil for none, and in a column of texts.
    func number(_ row: Int) -> String? {
        switch (kind, values[row]) {
        case (.integer, .integer(let number)): "\(number)"
        case (.real, .integer(let number)): "\(Double(number))"
        case (.real, .real(let number)): "\(number)"
        default: nil
        }
    }

    /// The text of a row; nil for NULL.
    func text(_ row: Int) -> String? { values[row] == .null ? nil : values[row].plainText }
}
