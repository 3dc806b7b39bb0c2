import ZooRecords

/// How the ratings of a file are written: all of them settle it, as in tables.
struct RatingNumbers {
    let format: NumberFormat
    /// What was decided, a sentence each.
    let notes: [String]

    /// Goes through a column of a file.
    ///
    /// - Parameter place: of the column
    init(of path: String, _ table: TableLayout, column place: Int, rules: ValueRules) throws {
        let delimiter = table.dialect.json == nil ? table.dialect.delimiter : nil
        try self.init(of: table.names[place], delimiter: delimiter, rules: rules) { add in
            try table.forEachRecord(of: path) { record, block in
                guard table.reasonToRefuse(record, block) == nil else { return }
                add(block[record.firstField + place], record.line)
            }
        }
    }

    /// Goes through a column; what is no number in any format does not count.
    ///
    /// - Parameters:
    ///   - delimiter: of the file; nil where there is none
    ///   - isQuery: whether it is of a SELECT
    ///   - forEach: gives all texts with their lines
    init(
        of name: String, delimiter: UInt8?, isQuery: Bool = false, rules: ValueRules,
        forEach: ((UnsafeBufferPointer<UInt8>, Int) -> Void) throws -> Void
    ) throws {
        var scan = ColumnScan(distinctBound: 0)
        let markers = MissingMarkers([])
        try forEach { text, line in
            let field = Blanks.trimmed(text)
            switch NumberReading(field) {
            case .integer, .real: break
            case .none where NumberForm(field) != nil: break
            case .none, .infinite, .code: return
            }
            _ = scan.add(field, line: line, markers: markers)
        }
        let numbers = NumberFormats([(name, scan)], rules: rules, delimiter: delimiter, isQuery: isQuery)
        if numbers.areOther {
            format = numbers.formats[0]
        } else {
            // Not all are numbers in one format: those in the given one are, the others are bad rows.
            format = scan.isNumeric(in: .plain) && rules.decimal != .comma ? .plain : NumberFormat(given: rules)
        }
        let isComma = format.decimal == .comma && NumberFormat(given: rules).decimal != .comma
        notes =
            (isComma
                ? [
                    "ratings are read with a decimal comma"
                        + (isQuery
                            ? " (CAST(replace(\(name), ',', '') AS REAL) in the SELECT: as between thousands)"
                            : ": --decimal point says otherwise")
                ] : []) + numbers.thousandsNotes
    }
}

extension QueryValue {
    /// A rating as a text of this format; numbers that SQLite holds have no marks of their own.
    func ratingText(in format: NumberFormat?) -> String {
        let text = keyText ?? ""
        if case .text = self { return text }
        return format?.decimal == .comma ? text.replacing(".", with: ",") : text
    }
}

extension NumberFormat {
    /// The format that rules give; plain where they leave it to the data.
    init(given rules: ValueRules) {
        let isComma = rules.decimal == .comma || rules.decimal == .auto && rules.thousands == .point
        self.init(decimal: isComma ? .comma : .point, thousands: rules.thousands == .auto ? .none : rules.thousands)
    }

    /// The rating that a field means in it.
    func rating(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        self == .plain
            ? FieldParsing.number(bytes) : ValueReading.number(Blanks.trimmed(bytes), kind: .real, format: self)
    }
}
