import ZooData
import ZooEmbeddings

/// Vectors that a SELECT gives: a key, perhaps a label, and a vector a row.
struct QueriedVectors {
    /// The vectors with their names.
    let vectors: NamedVectors
    /// What was decided, and which option says otherwise.
    let notes: [String]

    private static let keys = ["key", "id", "rowid", "word", "token", "name"]
    private static let labels = ["label", "title", "name", "text", "content"]
    private static let vectorNames = ["vector", "embedding", "vec", "contents_embedding"]

    /// Runs a query.
    ///
    /// - Parameters:
    ///   - type: of the numbers in BLOBs
    ///   - limit: the most vectors; nil for all
    /// - Throws: `DataError.query`; `WorkflowError.invalid` naming the row, for keys that are missing or there twice, and for
    ///   vectors that are none, or of another length than the first
    init(_ query: ReadOnlyQuery, type: VectorValueType, limit: Int?) throws {
        func refuse(_ reason: String) -> WorkflowError { .invalid(what: "--sql", reason: reason) }
        let names = query.columns.map { $0.lowercased() }
        func place(_ usual: [String], besides taken: [Int]) -> Int? {
            usual.lazy.compactMap { name in names.indices.first { names[$0] == name && !taken.contains($0) } }.first
        }
        let vector = place(Self.vectorNames, besides: []) ?? names.count - 1
        guard names.count > 1,
            let key = place(Self.keys, besides: [vector]) ?? names.indices.first(where: { $0 != vector })
        else { throw refuse("it gives one column: SELECT a key and a vector, and a label if there is one") }
        let label =
            place(Self.labels, besides: [vector, key])
            ?? (names.count == 3 ? names.indices.first { ![vector, key].contains($0) } : nil)
        var (keys, labels, numbers, rows) = ([String](), [String](), [Float](), [String: Int]())
        var width = 0
        try query.forEachRow { row in
            let number = keys.count + 1
            guard let name = row[key].name, !name.isEmpty else { throw refuse("row \(number): its key is empty") }
            if let first = rows.updateValue(number, forKey: name) {
                throw refuse("rows \(first) and \(number) have the same key, '\(name.prefix(100))'")
            }
            let found: [Float]?
            switch row[vector] {
            case .blob(let bytes): found = type.numbers(bytes)
            case .text(let text): found = VectorValueType.numbers(text)
            case .null, .integer, .real: found = nil
            }
            guard let found, !found.isEmpty else {
                throw refuse(
                    "row \(number), column '\(query.columns[vector])': it holds no vector of \(type.rawValue); "
                        + "a BLOB or a JSON array does, and --vector-type names the type of a BLOB's numbers")
            }
            if width == 0 { width = found.count }
            guard found.count == width else {
                throw refuse("row \(number): its vector has \(found.count) numbers, and the first has \(width)")
            }
            if let flaw = found.first(where: { !$0.isFinite }) {
                throw refuse("row \(number): its vector holds \(flaw)")
            }
            keys.append(name)
            if let label { labels.append(row[label].name ?? name) }
            numbers += found
            return keys.count < limit ?? .max
        }
        guard !keys.isEmpty else { throw refuse("it gives no rows") }
        vectors = NamedVectors(keys: keys, labels: label.map { _ in labels }, vectors: numbers, width: width)
        func said(_ place: Int) -> String { "'\(query.columns[place])'" }
        let others = names.indices.filter { ![vector, key, label].contains($0) }.map(said)
        notes =
            [
                "keys are \(said(key)), labels \(said(label ?? key)), vectors \(said(vector)): "
                    + "name columns AS key, label and vector to say otherwise"
            ] + (others.isEmpty ? [] : ["left out: " + others.joined(separator: ", ")])
    }
}

extension QueryValue {
    /// The value as a name; nil for NULL. UUIDs of 16 bytes and other BLOBs become hexadecimal digits.
    fileprivate var name: String? { self == .null ? nil : plainText }
}
