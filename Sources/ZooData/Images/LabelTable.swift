import ZooRecords

/// What a CSV file says of images, row by row.
struct LabelTable {
    /// What it says of one.
    struct Row {
        let line: Int
        let file: String
        /// Each once.
        var labels: [String]
        let split: DataPart?
    }

    private(set) var rows: [Row] = []
    /// Whether an image can have several labels, or none.
    private(set) var isMultiLabel: Bool
    private(set) var problems: [ImageProblem] = []
    /// What was decided, with the option that says otherwise.
    private(set) var notes: [String] = []

    /// Reads the file.
    ///
    /// A first row that names an image of the folder is no header, unless columns are named.
    /// - Throws: `DataError.unreadable` where there are no rows; `.missingColumns`, `.badRow`, `.emptyTable`, `.wrongEncoding`
    init(_ labels: ImageLabels, takesValidation: Bool, isImage: (String) -> Bool) throws {
        isMultiLabel = labels.isMultiLabel
        var table = try HeadedReader.open(path: labels.file, hasComments: true)
        let first = labels.namesColumns ? nil : TextEncoding.utf8.text(table.reader[0])
        let isHeaded = !(first.map { !Self.usualNames.contains($0.lowercased()) && isImage($0) } ?? false)
        let columns = try LabelColumns(labels, table, isHeaded: isHeaded)
        if !isHeaded, let first {
            notes.append(
                "the first row is taken for data, as '\(first)' is an image of the folder: the columns are called column_1 to "
                    + "column_\(table.reader.fieldCount), and --file-column or --label-column names those of a header")
        }
        var (fields, splits) = ([[String]](), [String]())
        var isFirst = !isHeaded
        while true {
            // The first row was read already, whether it is a header or not.
            if isFirst { isFirst = false } else if try !table.reader.next() { break }
            let line = table.reader.line
            if let problem = table.raggedness() {
                throw DataError.badRow(BadRow(file: labels.file, line: line, column: nil, reason: problem))
            }
            func text(_ column: Int) throws -> String {
                guard let text = TextEncoding.utf8.text(table.reader[column]) else {
                    throw DataError.wrongEncoding(
                        file: labels.file, line: line, reason: "this is not UTF-8: save it as UTF-8")
                }
                return text
            }
            let name = try text(columns.file)
            var part: DataPart?
            if let split = columns.split {
                let value = try text(split)
                part = Self.split(value)
                guard part != nil else {
                    problems.append(
                        ImageProblem(name: name, reason: "line \(line): '\(value)' is none of train, valid and test"))
                    continue
                }
            }
            rows.append(Row(line: line, file: name, labels: [], split: part))
            fields.append(try columns.candidates.map(text))
            if let place = columns.usualSplit { splits.append(try text(place.column)) }
        }
        let comments = table.reader.commentLines
        if comments > 0 { notes.append("\(comments.counting("line")) with '#' at the beginning left out as comments") }
        guard !rows.isEmpty else {
            throw DataError.unreadable(
                path: labels.file, reason: "there are no rows below its header that can be taken")
        }
        if let split = columns.usualSplit { takeSplit(split.name, splits, takesValidation: takesValidation) }
        let chosen = try columns.chosen(fields, lines: rows.map(\.line))
        if let note = chosen.note, !notes.contains(note) { notes.append(note) }
        if chosen.areMarks {
            readMarks(fields, chosen.places, columns)
            return
        }
        let place = chosen.places[0]
        let name = columns.names[place]
        let isList = table.isList(columns.candidates[place]) && labels.separator == .automatic
        if isList, table.isCut(columns.candidates[place]) {
            let reason = "texts in the lists of '\(name)' hold bars, which stand between labels: write them without"
            throw DataError.unreadable(path: labels.file, reason: reason)
        }
        readNames(fields.map { $0[place] }, isList ? .bar : labels.separator, column: name)
        guard isList else { return }
        if !areOneEach { isMultiLabel = true }
        notes.append(
            "the texts in the lists of '\(name)' were taken for "
                + (areOneEach ? "classes, one an image" : "labels, of which an image may have several or none"))
    }

    /// What the first column is called in headers; an image of such a name without its ending is none that a row names.
    private static let usualNames: Set = [
        "file", "filename", "image", "image_id", "image_name", "img", "name", "id", "path",
    ]

    /// Takes what a column `split` says that nobody named, if all of it is understood.
    private mutating func takeSplit(_ name: String, _ values: [String], takesValidation: Bool) {
        let flags: Set = ["0", "1", "true", "false"]
        let parts = values.map { flags.contains($0.trimmingBlanks.lowercased()) ? nil : Self.split($0) }
        if !parts.isEmpty, values.allSatisfy({ flags.contains($0.trimmingBlanks.lowercased()) }) {
            notes.append("column '\(name)' is not used; '--split-column \(name)' uses it")
        } else if let odd = parts.firstIndex(of: nil) {
            notes.append(
                "column '\(name)' is not used: '\(values[odd])' on line \(rows[odd].line) is none of train, valid and test"
            )
        } else if !takesValidation, parts.contains(.valid) {
            notes.append("column '\(name)' is not used, as --valid cuts a part off")
        } else {
            for row in rows.indices {
                rows[row] = Row(line: rows[row].line, file: rows[row].file, labels: [], split: parts[row])
            }
            let other = parts.contains(.valid) ? " (--valid cuts another part off)" : ""
            notes.append("column '\(name)' says what each image is for, training, validation or the test\(other)")
        }
    }

    /// Whether each image has one label; those for the test may have none.
    private var areOneEach: Bool {
        rows.allSatisfy { $0.labels.count == 1 || $0.split == .test && $0.labels.isEmpty }
    }

    /// Labels by columns of 0 and 1.
    private mutating func readMarks(_ fields: [[String]], _ places: [Int], _ columns: LabelColumns) {
        for row in rows.indices {
            rows[row].labels = places.filter { LabelColumns.mark(fields[row][$0]) == true }.map { columns.names[$0] }
        }
        if !areOneEach { isMultiLabel = true }
        let names = places.prefix(4).map { "'\(columns.names[$0])'" }.joined(separator: ", ")
        let list = names + (places.count > 4 ? ", …" : "")
        let signs = fields.contains { row in places.contains { row[$0].trimmingBlanks.hasPrefix("-") } }
        notes.append(
            "the \(places.count) columns \(list) hold \(signs ? "-1" : "0") and 1 and were taken for "
                + (areOneEach ? "classes, one an image" : "labels, of which an image may have several or none")
                + "; --label-column names another column of labels")
        let used = Set(rows.flatMap(\.labels))
        let unused = places.map { columns.names[$0] }.filter { !used.contains($0) }
        if !unused.isEmpty {
            let list = unused.prefix(8).map { "'\($0)'" }.joined(separator: ", ") + (unused.count > 8 ? ", …" : "")
            notes.append("no image has \(list): no class is made of \(unused.count == 1 ? "it" : "them")")
        }
        let empty = zip(rows, fields).map { row, fields in
            row.split == .test ? [] : places.filter { fields[$0].trimmingBlanks.isEmpty }
        }
        if let row = empty.firstIndex(where: { !$0.isEmpty }) {
            let count = empty.reduce(0) { $0 + $1.count }
            notes.append(
                "\(count.counting("field")) of these \(count == 1 ? "is" : "are") empty and taken for \(signs ? "-1" : "0"), the "
                    + "first on line \(rows[row].line) in '\(columns.names[empty[row][0]])': leave rows out whose labels are "
                    + "not known")
        }
    }

    /// Labels by their names in one column.
    private mutating func readNames(_ fields: [String], _ separator: LabelSeparator, column: String) {
        var used = separator
        if used == .automatic {
            used =
                fields.contains { $0.contains(";") }
                ? .semicolon
                : fields.contains { $0.contains("|") }
                    ? .bar : Self.areWordsLabels(fields, column: column) ? .space : .none
        }
        for row in rows.indices { rows[row].labels = used.labels(in: fields[row]) }
        if rows.contains(where: { $0.labels.count > 1 }) { isMultiLabel = true }
        guard separator == .automatic else { return }
        let marks: [LabelSeparator: String] = [.space: "blanks", .bar: "bars", .semicolon: "semicolons"]
        if let mark = marks[used], isMultiLabel {
            notes.append("labels were cut at \(mark); '--label-separator none' keeps them whole")
        } else if used == .none {
            let labels = rows.lazy.compactMap(\.labels.first)
            if let whole = labels.first(where: { $0.contains(",") }) {
                notes.append("labels such as '\(whole)' were kept whole; '--label-separator comma' cuts them at commas")
            } else if let whole = labels.first(where: \.hasInnerBlank) {
                notes.append("labels such as '\(whole)' were kept whole; '--label-separator space' cuts them at blanks")
            }
        }
    }

    /// Whether the words in the fields of a column are labels of their own: where there are several in a field, most of them stand
    /// in other fields, too, and some of them alone, or there are more combinations than words. In a column that is called for
    /// several, such as `tags`, one that stands in other fields is enough.
    ///
    /// The words of one name, as those of `polka dot`, come together only.
    private static func areWordsLabels(_ fields: [String], column: String) -> Bool {
        let values = Set(fields).map { LabelSeparator.space.labels(in: $0) }.filter { !$0.isEmpty }
        var uses: [String: Int] = [:]
        for word in values.joined() { uses[word, default: 0] += 1 }
        let words = Set(values.filter { $0.count > 1 }.joined())
        let recurring = words.count { uses[$0, default: 0] > 1 }
        if ["tags", "labels", "classes", "categories", "attributes", "keywords"].contains(column.lowercased()) {
            return recurring > 0
        }
        guard 2 * recurring > words.count else { return false }
        return values.contains { $0.count == 1 && words.contains($0[0]) } || values.count > uses.count
    }

    private static func split(_ text: String) -> DataPart? {
        switch text.trimmingBlanks.lowercased() {
        case "train", "training", "false", "0": .train
        case "valid", "val", "validation", "true", "1": .valid
        case "test", "testing": .test
        default: nil
        }
    }
}

extension String {
    /// Whether there is white space between other characters.
    fileprivate var hasInnerBlank: Bool { trimmingBlanks.contains(where: \.isWhitespace) }
}
