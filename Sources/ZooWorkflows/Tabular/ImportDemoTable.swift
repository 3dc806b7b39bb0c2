import ZooData
import ZooTabular

extension Workspace {
    /// Generates the demo table and stores it as a data set.
    ///
    /// - Throws: `DataError.exists` when there is a data set of that name and it is not to be replaced.
    public func importDemoTable(name: String, seed: UInt64, isReplacing: Bool) throws -> Dataset {
        let demo = DemoTable(seed: seed)
        let kinds = demo.columns.map { $0.kind == .date ? .date : ValueKind($0.kind) }
        let columns = zip(demo.columns, kinds).map { ResultColumn(name: $0.name, kind: $1) }
        return try data.importTable(
            name: name, source: "generated, seed \(seed)", columns: columns, isReplacing: isReplacing
        ) { add in
            try demo.forEachBlock { block in
                for row in 0..<block.rowCount {
                    try add(columns.indices.map { block.columns[$0].stored(row, as: kinds[$0]) })
                }
            }
        }
    }
}

extension ColumnValues {
    /// The value of a row as SQLite is to hold it.
    func stored(_ row: Int, as kind: ValueKind) -> QueryValue {
        switch self {
        case .texts(let codes, let dictionary):
            return codes[row] < 0 ? .null : .text(dictionary.entries[Int(codes[row])])
        case .numbers(let values):
            let value = values[row]
            if value.isNaN { return .null }
            switch kind {
            case .integer, .boolean: return Int64(exactly: value).map { .integer($0) } ?? .real(value)
            case .date, .datetime: return .text(kind.text(ofSeconds: value))
            case .real, .text: return .real(value)
            }
        }
    }
}
