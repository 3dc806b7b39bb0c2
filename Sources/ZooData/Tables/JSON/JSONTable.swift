import Foundation
import ZooRecords

/// The columns of a JSON file: the names in its objects, in the order of their first occurrence.
struct JSONTable: Sendable, Equatable {
    /// The values of a name.
    struct Column: Sendable, Equatable {
        let name: String
        fileprivate(set) var texts = 0
        fileprivate(set) var lists = 0
        /// Lists with a bar in one of their texts.
        fileprivate(set) var cutLists = 0
        fileprivate(set) var others = 0
        /// Objects and lists.
        fileprivate(set) var nested = 0
        fileprivate var holdsObjects = false
        fileprivate var holdsLists = false

        /// Whether what its values say is text, however it looks: some of them stand in quotes.
        var isQuoted: Bool { texts + lists > 0 }
        /// Whether there are numbers or truth values beside texts: the numbers of JSON have no marks but the point, so that such a
        /// column has none either.
        var isMixed: Bool { isQuoted && others > 0 }
        /// Whether there is no plain value.
        fileprivate var isNested: Bool { nested > 0 && texts + lists + others == 0 }
    }

    let form: JSONForm
    let skippedLines: Int
    private let keepsNumberLists: Bool
    /// Those with plain values.
    private(set) var columns: [Column] = []
    /// What is to be said of it.
    private(set) var notes: [String] = []

    /// Reads the whole file; nil where it does not begin as JSON objects do.
    ///
    /// Objects that cannot be taken add no columns.
    /// - Throws: `DataError.badRow`, `.unreadable` where there are no plain values, `.tooManyColumns`, `.wrongEncoding`
    init?(path: String, options: TableImportOptions) throws {
        guard let form = try JSONForm.find(path: path, options: options) else { return nil }
        (self.form, skippedLines, keepsNumberLists) = (form, options.skippedLines, options.keepsNumberLists)
        let objects = try objects(of: DecodedBytes(path: path, encoding: options.encoding))
        var (row, names, rows) = (JSONRow(), JSONNames(), 0)
        var problem: BadRow?
        while try objects.next(&row) {
            if let reason = row.problem {
                problem = problem ?? BadRow(file: path, line: row.line, column: nil, reason: reason)
                continue
            }
            rows += 1
            for field in row.fields {
                let place: Int
                if let known = names.place(of: row.bytes[field.name]) {
                    place = known
                } else {
                    guard let name = String(validating: row.bytes[field.name], as: UTF8.self) else {
                        let reason = "a name in it is not UTF-8"
                        throw DataError.wrongEncoding(file: path, line: row.line, reason: reason)
                    }
                    place = names.add(row.bytes[field.name])
                    guard place < TableLayout.mostColumns else {
                        throw DataError.tooManyColumns(file: path, count: place + 1, limit: TableLayout.mostColumns)
                    }
                    columns.append(Column(name: name))
                }
                switch field.kind {
                case .null: break
                case .text: columns[place].texts += 1
                case .list(let isCut):
                    columns[place].lists += 1
                    if isCut { columns[place].cutLists += 1 }
                case .number, .truth: columns[place].others += 1
                case .nested: columns[place].nested += 1
                case .rows(let areLists):
                    columns[place].nested += 1
                    if areLists { columns[place].holdsLists = true } else { columns[place].holdsObjects = true }
                }
            }
        }
        guard rows > 0 else {
            throw problem.map { DataError.badRow($0) } ?? DataError.emptyTable(file: path, hasHeader: false)
        }
        try settle(path, rows: rows)
    }

    /// Leaves out what is no column of a table.
    private mutating func settle(_ path: String, rows: Int) throws {
        if rows == 1, let list = columns.first(where: \.holdsObjects)?.name {
            let isWord = list.utf8.allSatisfy { $0 == 95 || ($0 | 32) &- 97 < 26 }
            let filter = isWord ? "'.\(list)[]'" : ".[\"\(list)\"][]".shellQuoted
            throw DataError.unreadable(
                path: path,
                reason: "it is one JSON object, whose '\(list)' is a list: write its objects a line each, as "
                    + "jq -c \(filter) \(path.shellQuoted) > rows.jsonl does")
        }
        if rows == 1, let list = columns.first(where: \.holdsLists)?.name {
            throw DataError.unreadable(
                path: path,
                reason:
                    "it is one JSON object, whose '\(list)' is a list of lists: write an object a row, as pandas does "
                    + "with orient='records'")
        }
        let left = columns.filter(\.isNested).map { "'\($0.name)'" }
        columns.removeAll(where: \.isNested)
        guard !columns.isEmpty else {
            throw DataError.unreadable(
                path: path,
                reason: rows == 1 && !left.isEmpty
                    ? "it is one object of objects: write an object a row, as pandas does with orient='records'"
                    : "the objects in it have no text, number or truth value: write flat objects, as jq does")
        }
        let shape = form == .lines ? "JSON lines" : "JSON"
        notes.append("it is read as \(shape), an object a row (--delimiter: as delimited text)")
        if !left.isEmpty {
            notes.append(
                "left out, since they hold objects or lists: \(left.prefix(20).joined(separator: ", "))"
                    + (left.count > 20 ? ", …" : ""))
        }
        for column in columns where column.cutLists > 0 {
            let lists = column.cutLists.counting("list")
            notes.append("'\(column.name)': texts of \(lists) hold bars, and cannot be told from several texts")
        }
        for column in columns where column.nested > 0 {
            notes.append("'\(column.name)': objects or lists in \(column.nested.counting("row")) read as missing")
        }
        let lists = columns.filter { $0.lists > 0 }.map { "'\($0.name)'" }
        if !lists.isEmpty {
            notes.append(
                "lists of texts are read as one text with bars between: \(lists.prefix(20).joined(separator: ", "))")
        }
    }

    /// Reads the objects of such a file from its beginning.
    func objects(of source: DecodedBytes) throws -> JSONObjects {
        try JSONObjects(
            source: source, form: form, skippedLines: skippedLines, keepsNumberLists: keepsNumberLists)
    }
}

/// Names and their places.
struct JSONNames {
    private var places: [[UInt8]: Int] = [:]
    private var names: [[UInt8]] = []
    /// The place that was asked for last: most objects have their names in the same order.
    private var last = -1

    /// The place of a name, or nil.
    mutating func place(of name: ArraySlice<UInt8>) -> Int? {
        let guess = last + 1 < names.count ? last + 1 : 0
        let place = guess < names.count && name.elementsEqual(names[guess]) ? guess : places[Array(name)]
        if let place { last = place }
        return place
    }

    /// Adds a name that is not there.
    mutating func add(_ name: ArraySlice<UInt8>) -> Int {
        names.append(Array(name))
        places[names[names.count - 1]] = names.count - 1
        last = names.count - 1
        return last
    }
}
