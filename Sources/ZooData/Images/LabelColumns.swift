/// Which columns of a file of labels name the images, their labels and what they are for.
struct LabelColumns {
    let file: Int
    let split: Int?
    /// A column that is called `split` or alike, where the user named none and another is left for the labels.
    let usualSplit: (column: Int, name: String)?
    /// Columns that may hold labels.
    let candidates: [Int]
    /// What these are called.
    let names: [String]
    /// Whether they were named by the user.
    private let areNamed: Bool
    private let path: String

    /// Finds them; to be asked while the header is the current record.
    ///
    /// - Throws: `DataError.missingColumns`, `.wrongEncoding`; `.unreadable` where nothing is left for the labels
    init(_ labels: ImageLabels, _ table: borrowing HeadedReader, isHeaded: Bool) throws {
        var names: [String] = []
        for column in 0..<table.reader.fieldCount {
            guard isHeaded else {
                names.append("column_\(column + 1)")
                continue
            }
            guard let name = TextEncoding.utf8.text(table.reader[column]) else {
                throw DataError.wrongEncoding(
                    file: labels.file, line: 1, reason: "the header is not UTF-8: save it as UTF-8")
            }
            names.append(name.trimmingBlanks)
        }
        func position(_ name: String) throws -> Int { try table.positions(of: [name], encoding: .utf8)[0] }
        let file = try labels.fileColumn.map(position) ?? 0
        let split = try labels.splitColumn.map(position)
        (self.file, self.split, path, areNamed) = (file, split, labels.file, !labels.labelColumns.isEmpty)
        candidates =
            areNamed
            ? try labels.labelColumns.map(position) : names.indices.filter { $0 != file && $0 != split }
        self.names = candidates.map { names[$0] }
        let others = names.indices.filter { [candidates, areNamed] place in
            place != file && !(areNamed && candidates.contains(place))
        }
        let usual = others.first { ["split", "set", "subset"].contains(names[$0].lowercased()) }
        usualSplit =
            split == nil && candidates != usual.map { [$0] } ? usual.map { (column: $0, name: names[$0]) } : nil
        guard !candidates.isEmpty else {
            throw DataError.unreadable(
                path: labels.file, reason: "it has one column; the names of images and their labels make two")
        }
    }

    /// Which of the candidates hold the labels.
    ///
    /// - Parameter fields: the candidates' fields, row by row, of the lines
    /// - Returns: their places among the candidates, whether they are columns of 0 and 1 of which each is a label, and what to say
    /// - Throws: `DataError.badRow` for columns that were named as such and hold something else
    func chosen(_ fields: [[String]], lines: [Int]) throws -> (places: [Int], areMarks: Bool, note: String?) {
        guard candidates.count > 1 else { return ([0], false, nil) }
        if areNamed {
            let odd = candidates.indices.filter { !areMarks(fields, $0) }
            for (row, line) in zip(fields, lines) {
                if let place = odd.first(where: { Self.mark(row[$0]) == nil }) {
                    throw DataError.badRow(
                        BadRow(
                            file: path, line: line, column: names[place],
                            reason: "'\(row[place])' is neither 0 nor 1, as columns of labels have it; name one "
                                + "--label-column for names of labels"))
                }
            }
            return (Array(candidates.indices), true, nil)
        }
        let given = candidates.indices.filter { place in
            !isSplit(place) && fields.contains { !$0[place].trimmingBlanks.isEmpty }
        }
        let marks = candidates.indices.filter { place in
            areMarks(fields, place) && fields.contains { !$0[place].trimmingBlanks.isEmpty }
        }
        let labels = marks.filter { !isSplit($0) }
        let named = given.first { Self.labelNames.contains(names[$0].lowercased()) }
        let first = named ?? given.first ?? 0
        try refuse(given.filter { named == nil && !labels.isEmpty && !marks.contains($0) }, fields, lines)
        try refuseParts(of: first, fields, lines)
        // A column of names before the others is what it always was: the labels.
        guard labels.count > 1, labels[0] == first else {
            guard named == nil else { return ([first], false, nil) }
            if labels.count > 1, fields.allSatisfy({ Double($0[first].trimmingBlanks) != nil }) {
                let several = labels.map { "'\(names[$0])'" }.joined(separator: ", ")
                throw DataError.unreadable(
                    path: path,
                    reason:
                        "the labels may be column '\(names[first])', or \(several): --label-column, repeated, names them"
                )
            }
            let others = given.filter { $0 != first }.map { "'\(names[$0])'" }
            let isAlone =
                "the labels are column '\(names[first])' alone, not \(others.joined(separator: ", ")); --label-column, "
                + "repeated, names others"
            return ([first], false, others.isEmpty ? nil : isAlone)
        }
        let passed = marks.filter { !labels.contains($0) }
        let note = passed.first.map { "column '\(names[$0])' is not used; '--split-column \(names[$0])' uses it" }
        return (labels, true, note)
    }

    /// Refuses columns of which most values are 0 or 1, and some are not, among others of 0 and 1.
    private func refuse(_ places: [Int], _ fields: [[String]], _ lines: [Int]) throws {
        for place in places {
            let given = zip(fields, lines).filter { !$0.0[place].trimmingBlanks.isEmpty }
            let odd = given.filter { Self.mark($0.0[place]) == nil }
            guard let (row, line) = odd.first, 2 * odd.count < given.count else { continue }
            throw bad(row[place], place, line, "is neither 0 nor 1, as the other labels have it")
        }
    }

    /// Refuses a column of numbers from 0 to 1 that are parts of labels, such as probabilities.
    private func refuseParts(of place: Int, _ fields: [[String]], _ lines: [Int]) throws {
        let numbers = fields.map { Double($0[place].trimmingBlanks) ?? .infinity }
        guard numbers.allSatisfy({ (0...1).contains($0) }),
            let odd = numbers.firstIndex(where: { $0 > 0 && $0 < 1 })
        else { return }
        throw bad(fields[odd][place], place, lines[odd], "is a part of a label, which are 0 or 1, or names")
    }

    private func bad(_ value: String, _ place: Int, _ line: Int, _ reason: String) -> DataError {
        DataError.badRow(
            BadRow(
                file: path, line: line, column: names[place],
                reason: "'\(value)' \(reason); --label-column names the columns of labels"))
    }

    private static let labelNames: Set = ["label", "labels", "class", "classes", "target", "category"]
    private static let splitNames: Set = [
        "split", "is_valid", "valid", "is_test", "test", "is_train", "train", "fold", "set", "subset",
    ]

    /// Whether all fields of a column are 0 or 1, or all -1 or 1, as CelebA has them.
    private func areMarks(_ fields: [[String]], _ place: Int) -> Bool {
        fields.allSatisfy { Self.mark($0[place]) != nil }
            || fields.allSatisfy { ["-1", "1", ""].contains($0[place].trimmingBlanks) }
    }

    private func isSplit(_ place: Int) -> Bool { Self.splitNames.contains(names[place].lowercased()) }

    /// Whether a label is given; nil for what is neither 0 nor 1. An empty field gives none.
    static func mark(_ field: String) -> Bool? {
        switch field.trimmingBlanks.lowercased() {
        case "1", "1.0", "true": true
        case "0", "0.0", "false", "": false
        default: nil
        }
    }
}
