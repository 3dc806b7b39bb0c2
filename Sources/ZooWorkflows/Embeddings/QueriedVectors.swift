import ZooData
import ZooEmbeddings

/// Vectors that a SELECT gives: a key, perhaps a label, and a vector a row.
struct QueriedVectors {
    /// The vectors with their names.
    let vectors: NamedVectors
    /// The other columns.
    let metadata: [VectorMetadata]
    /// What was decided, and which option says otherwise.
    let notes: [String]

    private static let keys = ["key", "id", "rowid", "word", "token", "name"]
    private static let labels = ["label", "title", "name", "text", "content"]
    private static let vectorNames = ["vector", "embedding", "vec", "contents_embedding"]
    /// What a column is called that says how many numbers a vector has.
    private static let widthNames = ["dims", "dim", "dimension", "dimensions"]

    /// Joins what was collected.
    ///
    /// - Throws: `WorkflowError.invalid` where there are no rows
    init(_ rows: VectorRows, others: [String], label: String?, notes: [String]) throws {
        guard !rows.keys.isEmpty else { throw rows.refuse("it gives no rows") }
        vectors = NamedVectors(
            keys: rows.keys, labels: label.map { _ in rows.labels }, vectors: rows.numbers, width: rows.width)
        metadata = zip(others, rows.values).map { VectorMetadata(name: $0, values: $1) }
        self.notes = notes
    }

    /// Runs a query.
    ///
    /// - Parameters:
    ///   - values: of its parameters
    ///   - what: what an error calls it
    ///   - column: that of the vectors, which --array names; nil for one called `vector`, `embedding` or so, else the only one with
    ///     BLOBs or arrays
    ///   - type: of the numbers in BLOBs
    ///   - width: how many numbers a vector must have; nil for any number
    ///   - limit: the most vectors; nil for all
    /// - Throws: `DataError.query`; `WorkflowError.invalid` where several columns may be the vectors, and naming the row, for keys that are missing or there twice, and for
    ///   vectors that are none, or of another length than the first
    init(
        _ query: ReadOnlyQuery, _ values: [String: QueryValue] = [:], what: String = "--sql", column: String? = nil,
        type: VectorValueType, width: Int? = nil, limit: Int?
    ) throws {
        let names = query.columns.map { $0.lowercased() }
        func place(_ usual: [String], besides taken: [Int]) -> Int? {
            usual.lazy.compactMap { name in names.indices.first { names[$0] == name && !taken.contains($0) } }.first
        }
        if let column, !query.columns.contains(column) {
            throw WorkflowError.invalid(
                what: what,
                reason: "it has no column '\(column)': --array names one of "
                    + query.columns.prefix(20).map { "'\($0)'" }.joined(separator: ", "))
        }
        var first: [QueryValue] = []
        try query.forEachRow(values) { row in
            first = row
            return false
        }
        func said(_ place: Int) -> String { "'\(query.columns[place])'" }
        func isBLOB(_ place: Int) -> Bool { if case .blob? = first[safe: place] { true } else { false } }
        let keyName = place(Self.keys, besides: [])
        let able = names.indices.filter { place in
            if case .text(let text)? = first[safe: place], text.first == "[" {
                return VectorValueType.numbers(text)?.isEmpty == false
            }
            return isBLOB(place) && place != keyName
        }
        let named = query.columns.firstIndex { $0 == column } ?? place(Self.vectorNames, besides: [])
        guard named != nil || able.count < 2 else {
            throw WorkflowError.invalid(
                what: what,
                reason:
                    "several of its columns may hold the vectors, \(able.prefix(20).map(said).joined(separator: ", ")): "
                    + (what == "--sql" ? "SELECT one of them AS vector" : "--array names one of them"))
        }
        let vector = named ?? able.first ?? names.count - 1
        guard names.count > 1,
            let key = place(Self.keys, besides: [vector]) ?? names.indices.first(where: { $0 != vector })
        else {
            throw WorkflowError.invalid(
                what: what, reason: "it gives one column: SELECT a key and a vector, and a label if there is one")
        }
        let label =
            place(Self.labels, besides: [vector, key] + names.indices.filter(isBLOB))
            ?? (names.count == 3
                ? names.indices.first {
                    ![vector, key].contains($0) && !isBLOB($0) && !Self.widthNames.contains(names[$0])
                } : nil)
        let others = names.indices.filter { ![vector, key, label].contains($0) }
        let widthPlace = others.first { Self.widthNames.contains(names[$0]) }
        func saidWidth(_ row: [QueryValue]) -> Int? {
            if let widthPlace, case .integer(let count) = row[widthPlace] { Int(count) } else { nil }
        }
        var rows = VectorRows(what: what)
        try query.forEachRow(values) { row in
            let found: [Float]? =
                switch row[vector] {
                case .blob(let bytes): type.numbers(bytes)
                case .text(let text): VectorValueType.numbers(text)
                case .null, .integer, .real: nil
                }
            guard let found, !found.isEmpty else {
                throw rows.refuse(
                    "row \(rows.keys.count + 1), column '\(query.columns[vector])': it holds no vector of \(type.rawValue); "
                        + "a BLOB or a JSON array does, and --vector-type names the type of a BLOB's numbers")
            }
            try Self.check(found.count, of: row[vector], said: width ?? saidWidth(row), type, in: rows)
            try rows.add(key: row[key], label: label.map { row[$0] }, vector: found, values: others.map { row[$0] })
            return rows.keys.count < limit ?? .max
        }
        try self.init(
            rows, others: others.map { query.columns[$0] }, label: label.map { query.columns[$0] },
            notes: [
                "keys are \(said(key)), labels \(said(label ?? key)), vectors \(said(vector)): "
                    + "name columns AS key, label and vector to say otherwise"
            ])
    }
}

extension QueriedVectors {
    /// Refuses a BLOB that holds another number of numbers than is said, as where they are of another type.
    fileprivate static func check(
        _ count: Int, of value: QueryValue, said width: Int?, _ type: VectorValueType, in rows: VectorRows
    ) throws {
        guard let width, width != count else { return }
        var advice = ""
        if case .blob(let bytes) = value {
            let fitting = VectorValueType.allCases.first { $0.numbers(bytes)?.count == width }
            advice = fitting.map { ": --vector-type \($0.rawValue) gives \(width)" } ?? ""
        }
        throw rows.refuse(
            "row \(rows.keys.count + 1): its vector has \(count) numbers as \(type.rawValue), and \(width) are said\(advice)"
        )
    }
}

extension Array {
    /// The element at a place; nil outside.
    fileprivate subscript(safe place: Int) -> Element? { indices.contains(place) ? self[place] : nil }
}

/// Rows with vectors, checked as they come.
struct VectorRows {
    private(set) var keys: [String] = []
    private(set) var labels: [String] = []
    private(set) var numbers: [Float] = []
    private(set) var values: [[QueryValue]] = []
    private(set) var width = 0
    private var rows: [String: Int] = [:]
    private let what: String

    init(what: String) { self.what = what }

    func refuse(_ reason: String) -> WorkflowError { .invalid(what: what, reason: reason) }

    /// - Throws: `WorkflowError.invalid` naming the row
    mutating func add(key: QueryValue, label: QueryValue?, vector: [Float]?, values: [QueryValue]) throws {
        let number = keys.count + 1
        guard let name = key.name, !name.isEmpty else { throw refuse("row \(number): its key is empty") }
        if let first = rows.updateValue(number, forKey: name) {
            throw refuse("rows \(first) and \(number) have the same key, '\(name.prefix(100))'")
        }
        guard let vector else { throw refuse("row \(number): it holds no vector") }
        if width == 0 { width = vector.count }
        guard vector.count == width else {
            throw refuse("row \(number): its vector has \(vector.count) numbers, and the first has \(width)")
        }
        if let flaw = vector.first(where: { !$0.isFinite }) { throw refuse("row \(number): its vector holds \(flaw)") }
        keys.append(name)
        labels.append(label?.name ?? name)
        numbers += vector
        if self.values.isEmpty { self.values = values.map { _ in [] } }
        for (column, value) in values.enumerated() { self.values[column].append(value) }
    }
}

extension QueryValue {
    /// The value as a name; nil for NULL. UUIDs of 16 bytes and other BLOBs become hexadecimal digits.
    fileprivate var name: String? { self == .null ? nil : plainText }
}
