import Foundation

/// A file of answers for a competition: an identifier and an answer a row, checked before it is written.
public struct SubmissionFile: Sendable {
    /// The name of the column of identifiers.
    public let idColumn: String
    /// The name of the column of answers.
    public let targetColumn: String
    /// The identifiers, as they stand in the test file.
    public private(set) var ids: [String]
    /// The answers.
    public private(set) var answers: [QueryValue]

    /// Joins identifiers and answers.
    ///
    /// - Throws: `DataError.submission` for other than one answer an identifier, an identifier that is empty or there
    ///   twice, and an answer that is missing or no finite number
    public init(idColumn: String, targetColumn: String, ids: [String], answers: [QueryValue]) throws {
        self.idColumn = idColumn
        self.targetColumn = targetColumn
        self.ids = ids
        self.answers = answers
        guard idColumn != targetColumn else {
            throw DataError.submission("identifiers and answers are both called '\(idColumn)'")
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
            guard SubmissionFile.isAnswer(answers[row]) else {
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

    /// Checks the rows against a sample submission and puts them in its order.
    ///
    /// - Parameter options: how the sample is to be read
    /// - Throws: `DataError.submission` for other columns, or identifiers that are missing here or there
    public mutating func match(sample path: String, options: TableImportOptions = TableImportOptions()) throws {
        var options = options
        options.header = .first
        let file = try TableFile(path: path, columns: [], options: options)
        guard file.header == [idColumn, targetColumn] else {
            throw DataError.submission(
                "the sample \(path) has the columns \(file.header.joined(separator: ",")), this has "
                    + "\(idColumn),\(targetColumn): --id and --target name them")
        }
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

    /// Writes the file: these two columns and no others.
    ///
    /// - Throws: `DataError.notWritten`; the old file is as it was then
    public func write(to path: String) throws {
        try DelimitedWriter.file(path: path, columns: [idColumn, targetColumn]) { writer in
            for (id, answer) in zip(ids, answers) { try writer.add([.text(id), answer]) }
        }
    }
}
