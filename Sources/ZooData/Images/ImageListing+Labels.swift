import ZooRecords

/// A row of a file of labels.
private struct LabelRow {
    let line: Int
    let file: String
    let field: String
    let split: DataPart?
}

extension ImageListing {
    /// The images that a CSV file names, below a folder, with what it says is in them.
    ///
    /// A name without ending may stand for a `.jpg`, `.jpeg` or `.png`. Rows whose file is not there, is there twice or has
    /// no label are left out and listed.
    /// - Throws: `DataError.unreadable` where nothing is left; `.missingColumns`, `.badRow`, `.empty`, `.wrongEncoding`
    public init(folder path: String, labels: ImageLabels) throws {
        let reader = try FolderReader(root: path)
        var problems: [ImageProblem] = []
        let rows = try Self.rows(of: labels, &problems)
        var separator = labels.separator
        if separator == .automatic {
            separator = rows.contains { $0.field.contains(";") } ? .semicolon : .space
        }
        let cut = rows.map { separator.labels(in: $0.field) }
        let isMultiLabel = labels.isMultiLabel || cut.contains { $0.count > 1 }
        try self.init(classNames: cut.joined(), problems: problems)
        self.isMultiLabel = isMultiLabel
        if isMultiLabel, labels.separator == .automatic, separator == .space {
            notes.append("labels were cut at blanks; '--label-separator none' keeps them whole")
        }
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var lines: [[UInt8]: Int] = [:]
        for (row, labels) in zip(rows, cut) {
            func leaveOut(_ reason: String) {
                self.problems.append(ImageProblem(name: row.file, reason: "line \(row.line): " + reason))
            }
            guard !labels.isEmpty || isMultiLabel || row.split == .test else {
                leaveOut("it has no label")
                continue
            }
            switch Self.find(row.file, in: reader) {
            case .refused(let reason): leaveOut(reason)
            case .file(let name):
                if let first = lines[Array(name.utf8)] {
                    leaveOut("the same image is in line \(first)")
                    continue
                }
                lines[Array(name.utf8)] = row.line
                images.append(
                    FoundImage(
                        name: name, path: reader.root + name, labels: labels.compactMap { places[$0] }.sorted(),
                        split: row.split))
            }
        }
        sort()
        guard !images.isEmpty else {
            let first = self.problems.first.map { "; '\($0.name)', \($0.reason)" } ?? ""
            throw DataError.unreadable(
                path: labels.file, reason: "it names no image that is in the folder \(path)\(first)")
        }
    }

    /// The image of that name, to which an ending may have to be added.
    private static func find(_ file: String, in reader: FolderReader) -> FolderReader.Found {
        if file.isEmpty { return .refused("it has no name") }
        let plain = reader.find(file)
        guard case .refused = plain else { return plain }
        for ending in [".jpg", ".jpeg", ".png", ".JPG", ".JPEG", ".PNG"] {
            if case .file(let name) = reader.find(file + ending) { return .file(name) }
        }
        return plain
    }

    private static func rows(of labels: ImageLabels, _ problems: inout [ImageProblem]) throws -> [LabelRow] {
        var table = try HeadedReader.open(path: labels.file)
        let (file, label, split) = try columns(of: labels, table)
        var rows: [LabelRow] = []
        while try table.reader.next() {
            let line = table.reader.line
            if let problem = table.raggedness() {
                throw DataError.badRow(BadRow(file: labels.file, line: line, column: nil, reason: problem))
            }
            func text(_ column: Int) throws -> String {
                guard let text = TextEncoding.utf8.text(table.reader[column]) else {
                    throw DataError.wrongEncoding(file: labels.file, line: line, reason: "this is not UTF-8")
                }
                return text
            }
            let name = try text(file)
            var part: DataPart?
            if let split {
                let value = try text(split)
                part = Self.split(value)
                guard part != nil else {
                    problems.append(
                        ImageProblem(
                            name: name, reason: "line \(line): '\(value)' is none of train, valid and test"))
                    continue
                }
            }
            rows.append(LabelRow(line: line, file: name, field: try text(label), split: part))
        }
        guard !rows.isEmpty else {
            throw DataError.unreadable(
                path: labels.file, reason: "there are no rows below its header that can be taken")
        }
        return rows
    }

    private static func columns(of labels: ImageLabels, _ table: borrowing HeadedReader) throws -> (
        file: Int, label: Int, split: Int?
    ) {
        func position(_ name: String) throws -> Int {
            try table.positions(of: [name], encoding: .utf8)[0]
        }
        let file = try labels.fileColumn.map(position) ?? 0
        let split = try labels.splitColumn.map(position)
        if let label = try labels.labelColumn.map(position) { return (file, label, split) }
        guard let label = (0..<table.reader.fieldCount).first(where: { $0 != file && $0 != split }) else {
            throw DataError.unreadable(
                path: labels.file, reason: "it has one column; the names of images and their labels make two")
        }
        return (file, label, split)
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
