/// The formats of the numbers of a table, settled by all its values, and what is to be said of them.
struct NumberFormats {
    /// A format a column; plain for columns that hold no numbers.
    private(set) var formats: [NumberFormat] = []
    /// What was decided, with the option that says otherwise.
    private(set) var notes: [String] = []
    /// Those of them that are not about decimal marks alone.
    private(set) var thousandsNotes: [String] = []
    private let rules: ValueRules
    private let columns: [(name: String, scan: ColumnScan)]
    private let delimiter: UInt8?
    private let isQuery: Bool

    /// Whether any column is to be read in another way than it was looked at.
    var areOther: Bool { formats.contains { $0 != .plain } }

    /// - Parameters:
    ///   - columns: what was found in them, read as plain numbers
    ///   - delimiter: of the file; nil for tables that are none
    ///   - isQuery: whether they are of a SELECT, which has expressions instead of options
    init(
        _ columns: [(name: String, scan: ColumnScan)], rules: ValueRules, delimiter: UInt8?, isQuery: Bool = false
    ) {
        (self.columns, self.rules, self.delimiter, self.isQuery) = (columns, rules, delimiter, isQuery)
        let decimal = fileDecimal
        let isCommaFile = delimiter == UInt8(ascii: ",")
        var kept: [String] = []
        for (name, scan) in columns {
            guard scan.evidence.hasMarks else {
                formats.append(.plain)
                continue
            }
            var format = usual(name, scan, decimal) ?? chosen(scan, decimal)
            if format == nil, rules.decimal == .auto {
                format = chosen(scan, decimal == .point ? .comma : .point)
                // In a file of commas, with points in other columns, it is likely a list of numbers.
                if isCommaFile, decimal == .point, let other = format, other != .plain {
                    kept.append(scan.evidence.example)
                    format = nil
                }
            }
            formats.append(format ?? .plain)
        }
        note(kept, decimal)
    }

    /// The same for a wider table, of which these are columns.
    func spread(over count: Int, at places: [Int]) -> NumberFormats {
        var wide = self
        wide.formats = Array(repeating: .plain, count: count)
        for (place, format) in zip(places, formats) { wide.formats[place] = format }
        return wide
    }

    /// The mark before the tenths by all columns together.
    private var fileDecimal: DecimalMark {
        if rules.decimal != .auto { return rules.decimal }
        if rules.thousands == .point { return .comma }
        if rules.thousands == .comma { return .point }
        var (points, commas) = (0, 0)
        for (_, scan) in columns {
            switch (chosen(scan, .point), chosen(scan, .comma)) {
            case (.some, nil): points += 1
            case (nil, .some): commas += 1
            default: break
            }
        }
        if points + commas == 0 {
            let known = Set(rules.usualNumbers.values.map(\.decimal))
            if let mark = known.first, known.count == 1 { return mark }
            // 1,234 alone: where a semicolon parts the fields, the comma is in the numbers.
            return delimiter == UInt8(ascii: ";") && columns.contains { $0.scan.evidence.openCommas > 0 }
                ? .comma : .point
        }
        if points > 0, commas > 0, delimiter == UInt8(ascii: ",") { return .point }
        return commas > points ? .comma : .point
    }

    /// The format that a model knows, where all values are numbers in it and the file does not speak against it.
    private func usual(_ name: String, _ scan: ColumnScan, _ decimal: DecimalMark) -> NumberFormat? {
        guard rules.decimal == .auto, rules.thousands == .auto, let known = rules.usualNumbers[name],
            known.decimal == decimal, scan.isNumeric(in: known)
        else { return nil }
        return known
    }

    /// The format with this mark in which all values of a column are numbers, if there is one.
    private func chosen(_ scan: ColumnScan, _ decimal: DecimalMark) -> NumberFormat? {
        let group: ThousandsMark = decimal == .comma ? .point : .comma
        let marks: [ThousandsMark] =
            rules.thousands == .auto ? [.none, group, .blank, .apostrophe] : [rules.thousands, .none]
        for mark in marks where mark.rawValue != decimal.rawValue {
            let format = NumberFormat(decimal: decimal, thousands: mark)
            guard scan.isNumeric(in: format) else { continue }
            if mark == .none || rules.thousands != .auto || scan.evidence.suggestsThousands(mark) { return format }
        }
        return nil
    }

    /// What says otherwise: an option, or in a SELECT an expression of a column.
    private func otherwise(_ option: String, _ meaning: String, _ expression: String?) -> String {
        guard isQuery else { return " (\(option): \(meaning))" }
        return expression.map { " (CAST(\($0) AS REAL) in the SELECT: \(meaning))" } ?? ""
    }

    private mutating func note(_ kept: [String], _ decimal: DecimalMark) {
        func names(
            _ isMeant: (NumberFormat) -> Bool, _ example: (NumberEvidence) -> String
        ) -> (list: String, example: String, first: String)? {
            let found = zip(columns, formats).filter { isMeant($0.1) }.map(\.0)
            guard !found.isEmpty else { return nil }
            let list = found.prefix(8).map(\.name).joined(separator: ", ") + (found.count > 8 ? ", …" : "")
            let evidence = found[0].scan.evidence
            let marked = example(evidence)
            let any = evidence.example.isEmpty ? evidence.openExample : evidence.example
            return (list, marked.isEmpty ? any : marked, found[0].name)
        }
        if rules.decimal != .comma,
            let (list, example, first) = names({ $0.decimal == .comma && $0.thousands != .point }, \.commaExample)
        {
            notes.append(
                "\(list): the comma in '\(example)' is read as a decimal comma"
                    + (isQuery
                        ? otherwise("", "as between thousands", "replace(\(first), ',', '')")
                        : otherwise("--decimal point", "as text", nil)))
        }
        let marks: [(ThousandsMark, String)] = [
            (.point, "points"), (.comma, "commas"), (.blank, "blanks"), (.apostrophe, "apostrophes"),
        ]
        for (mark, name) in marks where rules.thousands != mark {
            let found = names({ $0.thousands == mark }) {
                $0.groupExamples[mark] ?? (mark == .point ? $0.openExample : "")
            }
            if let (list, example, first) = found {
                let plain: String? = mark == .point ? first : mark == .comma ? "replace(\(first), ',', '.')" : nil
                thousandsNotes.append(
                    "\(list): the \(name) in '\(example)' are read as between thousands"
                        + otherwise("--thousands none", "not", plain))
                notes.append(thousandsNotes[thousandsNotes.count - 1])
            }
        }
        for ((name, scan), format) in zip(columns, formats) where rules.decimal == .auto && rules.thousands == .auto {
            guard scan.evidence.hasMarks, let known = rules.usualNumbers[name], known.decimal != format.decimal else {
                continue
            }
            let (mark, option) = format.decimal == .comma ? ("comma", "point") : ("point", "comma")
            notes.append(
                "\(name): read with a decimal \(mark), where training had numbers as '\(known.example)'"
                    + otherwise(
                        "--decimal \(option)", "as there",
                        option == "point"
                            ? "replace(\(name), ',', '')" : "replace(replace(\(name), '.', ''), ',', '.')")
            )
        }
        if let example = kept.first {
            notes.append(
                "commas as in '\(example)' are not read as decimal, as other columns have points: kept as text "
                    + "(--decimal comma: as numbers)")
        }
        let isOpen = columns.allSatisfy { $0.scan.evidence.points == 0 } && decimal == .point
        let open = columns.filter { $0.scan.evidence.openPoints > 0 && $0.scan.isNumeric(in: .plain) }
        if isOpen, rules.decimal == .auto, rules.thousands == .auto, let first = open.first {
            let list = open.prefix(8).map(\.name).joined(separator: ", ")
            thousandsNotes.append(
                "\(list): the point in '\(first.scan.evidence.openExample)' is read as a decimal point"
                    + otherwise("--thousands point", "as between thousands", "replace(\(first.name), '.', '')"))
            notes.append(thousandsNotes[thousandsNotes.count - 1])
        }
    }
}
