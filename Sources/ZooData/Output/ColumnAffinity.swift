/// What SQLite makes of values by the declared type of their column.
enum ColumnAffinity {
    /// The affinity that a declared type gives, nil for none: https://sqlite.org/datatype3.html, section 3.1.
    static func name(ofType type: String) -> String? {
        let type = type.uppercased()
        if type.contains("INT") { return "INTEGER" }
        if ["CHAR", "CLOB", "TEXT"].contains(where: type.contains) { return "TEXT" }
        if type.isEmpty || type.contains("BLOB") { return nil }
        return ["REAL", "FLOA", "DOUB"].contains(where: type.contains) ? "REAL" : "NUMERIC"
    }

    /// The kind of column that leaves values of a column of that type as they are there; nil for one without a type.
    static func kind(ofType type: String) -> ValueKind? {
        let kinds: [ValueKind] = [.integer, .real, .text, .boolean, .date, .datetime]
        let name = name(ofType: type)
        return kinds.first { $0.declaration == type.uppercased() } ?? kinds.first { $0.declaration == name }
    }
}
