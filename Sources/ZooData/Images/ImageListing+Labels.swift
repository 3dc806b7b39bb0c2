import ZooRecords

extension ImageListing {
    /// The images that a CSV file names, below a folder, with what it says is in them.
    ///
    /// A name without ending may stand for a `.jpg`, `.jpeg` or `.png` and the like. Rows whose file is not there, is there twice
    /// or has no label are left out and listed.
    /// - Parameter takesValidation: whether a column `split` that nobody named may say what is for validation
    /// - Throws: `DataError.unreadable` where nothing is left; `.missingColumns`, `.badRow`, `.emptyTable`, `.wrongEncoding`
    package init(folder path: String, labels: ImageLabels, takesValidation: Bool = true) throws {
        var reader = try FolderReader(root: path)
        let table = try LabelTable(labels, takesValidation: takesValidation) { name in
            guard case .file = Self.find(name, in: &reader) else { return false }
            return true
        }
        self.init(classNames: table.rows.lazy.flatMap(\.labels), problems: table.problems)
        isMultiLabel = table.isMultiLabel
        notes += table.notes
        let places = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
        var lines: [[UInt8]: Int] = [:]
        var reshaped: [String] = []
        for row in table.rows {
            func leaveOut(_ reason: String) {
                self.problems.append(ImageProblem(name: row.file, reason: "line \(row.line): " + reason))
            }
            guard !row.labels.isEmpty || isMultiLabel || row.split == .test else {
                leaveOut("it has no label")
                continue
            }
            switch Self.find(row.file, in: &reader) {
            case .refused(let reason): leaveOut(reason)
            case .file(let name):
                if let first = lines[Array(name.utf8)] {
                    leaveOut("the same image is in line \(first)")
                    continue
                }
                lines[Array(name.utf8)] = row.line
                if reader.isOtherForm(name, of: row.file) { reshaped.append(row.file) }
                images.append(
                    FoundImage(
                        name: name, path: reader.root + name,
                        labels: Set(row.labels.compactMap { places[$0] }).sorted(),
                        split: row.split))
            }
        }
        sort()
        if let first = reshaped.first {
            notes.append(
                "\(reshaped.count.counting("name")) in \(labels.file) and in the folder differ only in Unicode form (composed or "
                    + "decomposed) and were matched, such as '\(first)'")
        }
        guard !images.isEmpty else {
            let first = self.problems.first.map { "; '\($0.name)', \($0.reason)" } ?? ""
            throw DataError.unreadable(
                path: labels.file, reason: "it names no image that is in the folder \(path)\(first)")
        }
    }

    /// The image of that name, to which an ending may have to be added.
    private static func find(_ file: String, in reader: inout FolderReader) -> FolderReader.Found {
        if file.isEmpty { return .refused("it has no name") }
        let plain = reader.find(file)
        guard case .refused = plain else { return plain }
        for ending in ImageFile.endings.flatMap({ [".\($0)", ".\($0.uppercased())"] }) {
            if case .file(let name) = reader.find(file + ending) { return .file(name) }
        }
        return plain
    }
}
