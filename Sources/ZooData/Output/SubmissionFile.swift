import Foundation

/// A file of answers for a competition: an identifier and one or several answers a row, checked before it is written.
package struct SubmissionFile: Sendable {
    /// The name of the column of identifiers.
    package let idColumn: String
    /// The names of the columns of answers.
    package let answerColumns: [String]
    /// The identifiers, as they stand in the test file.
    package private(set) var ids: [String]
    /// The answers of each row, one for each column.
    package private(set) var answers: [[QueryValue]]

    /// All columns in their order: the identifiers first, or as in the sample.
    package private(set) var columns: [String]

    /// Joins identifiers and answers.
    ///
    /// - Throws: as `init(idColumn:answerColumns:ids:answers:)`
    package init(idColumn: String, targetColumn: String, ids: [String], answers: [QueryValue]) throws {
        try self.init(
            idColumn: idColumn, answerColumns: [targetColumn], ids: ids, answers: answers.map { [$0] })
    }

    /// Joins identifiers and answers in one or several columns.
    ///
    /// - Throws: `DataError.submission` for columns of one name, other than one answer an identifier, an identifier that is
    ///   empty or there twice, and an answer that is missing or no finite number
    package init(idColumn: String, answerColumns: [String], ids: [String], answers: [[QueryValue]]) throws {
        (self.idColumn, self.answerColumns) = (idColumn, answerColumns)
        (self.ids, self.answers, columns) = (ids, answers, [idColumn] + answerColumns)
        guard !answerColumns.contains(idColumn) else {
            throw DataError.submission("identifiers and answers are both called '\(idColumn)'")
        }
        guard !answerColumns.isEmpty, Set(answerColumns).count == answerColumns.count else {
            throw DataError.submission("the columns of answers need names, each its own")
        }
        guard ids.count == answers.count else {
            throw DataError.submission("\(answers.count.counting("answer")) to \(ids.count.counting("row"))")
        }
        guard !ids.isEmpty else { throw DataError.submission("there are no rows to answer") }
        var rows: [String: Int] = [:]
        for (row, id) in ids.enumerated() {
            guard !id.isEmpty else { throw DataError.submission("row \(row + 1) has no '\(idColumn)'") }
            if let first = rows.updateValue(row, forKey: id) {
                throw DataError.submission("'\(idColumn)' \(id) is in rows \(first + 1) and \(row + 1)")
            }
            guard answers[row].count == answerColumns.count, answers[row].allSatisfy(SubmissionFile.isAnswer) else {
                throw DataError.submission("there is no answer to '\(idColumn)' \(id), row \(row + 1)")
            }
        }
    }

    private static func isAnswer(_ value: QueryValue) -> Bool {
        switch value {
        case .null, .blob: false
        case .integer: true
        case .real(let real): real.isFinite
        case .text(let text): !text.isEmpty
        }
    }

    /// The columns of a sample submission, and what is in the first of them.
    ///
    /// - Parameter options: how the sample is to be read
    /// - Throws: `DataError.unreadable`, and as a table is read
    package static func sample(_ path: String, options: TableImportOptions = TableImportOptions()) throws -> (
        columns: [String], ids: [String]
    ) {
        let file = try sampleFile(path, options)
        guard let first = file.header.first else { return ([], []) }
        return (file.header, try file.texts(of: first))
    }

    private static func sampleFile(_ path: String, _ options: TableImportOptions) throws -> TableFile {
        var options = options
        options.header = .first
        return try TableFile(path: path, columns: [], options: options)
    }

    /// Checks the rows against a sample submission and puts them in its order.
    ///
    /// - Parameter options: how the sample is to be read
    /// - Throws: `DataError.submission` for other columns, or identifiers that are missing here or there
    package mutating func match(sample path: String, options: TableImportOptions = TableImportOptions()) throws {
        let file = try Self.sampleFile(path, options)
        guard file.header.sorted() == columns.sorted() else {
            throw DataError.submission(
                "the sample \(path) has the columns \(file.header.joined(separator: ",")), this has "
                    + "\(columns.joined(separator: ",")): --id and --target name them")
        }
        columns = file.header
        let wanted = try file.texts(of: idColumn)
        var rows: [String: Int] = [:]
        for (row, id) in ids.enumerated() { rows[id] = row }
        var order: [Int] = []
        for id in wanted {
            guard let row = rows.removeValue(forKey: id) else {
                let isTwice = ids.contains(id)
                throw DataError.submission(
                    "the sample \(path) has '\(idColumn)' \(id)" + (isTwice ? " twice" : ", the input has not"))
            }
            order.append(row)
        }
        if let (id, row) = rows.min(by: { $0.value < $1.value }) {
            throw DataError.submission(
                "the sample \(path) has \(wanted.count.counting("row")), the input \(ids.count): '\(idColumn)' \(id) of row \(row + 1) "
                    + "is not in the sample")
        }
        ids = order.map { ids[$0] }
        answers = order.map { answers[$0] }
    }

    /// Writes the file: these columns and no others.
    ///
    /// - Throws: `DataError.notWritten`; the old file is as it was then
    package func write(to output: TableOutput) throws {
        try DelimitedWriter.file(output, columns: columns) { writer in
            let places = columns.map { ([idColumn] + answerColumns).firstIndex(of: $0) ?? 0 }
            for (id, answers) in zip(ids, answers) {
                let row = [.text(id)] + answers
                try writer.add(places.map { row[$0] })
            }
        }
    }
}
