import ZooData
import ZooKernels
import ZooTabular

/// A file of answers for a competition that is to be made.
package struct SubmitRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// The file with the rows to answer.
    package var input: String
    /// Its column of identifiers, which is written as it stands there; nil for the column of the sample that the input has.
    package var id: String?
    /// The file to write.
    package var output: TableOutput
    /// What the column of answers is to be called; else as in the sample, or as the model's target.
    package var target: String?
    /// The class whose probability is the answer; else the answer is the number, or the likeliest class.
    package var label: String?
    /// Whether a model that learned the logarithm answers with medians, not means.
    package var givesMedian = false
    /// A sample submission to check columns, rows and identifiers against.
    package var sample: String?
    /// How the input is to be read.
    package var options = TableImportOptions()

    /// Asks for a file.
    package init(model: String, input: String, id: String?, output: TableOutput) {
        self.model = model
        self.input = input
        self.id = id
        self.output = output
    }
}

/// A file of answers that was made and checked.
package struct SubmitReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The file.
    package let file: String
    /// Its columns.
    package let columns: [String]
    /// How many rows.
    package let rows: Int
    /// The sample that it was checked against.
    @StableKey package var sample: String?
    /// Which number is given where the logarithm was learned: `mean` or `median`; null for all others.
    @StableKey package var answer: String?
    /// Values that the model has not seen, three a column at most.
    package var unknown: [UnknownValue] = []
    /// How many rows have such a value, by column.
    package var unknownRows: [String: Int] = [:]
    /// What was decided of how the input is read.
    package var inputNotes: [String] = []
}

extension Workspace {
    /// Answers the rows of a file and writes them as a competition wants them: the identifier, the answer, and no more.
    ///
    /// - Throws: as `model(named:as:)`; `DataError.missingColumns`, `.badRow`; `DataError.submission` for identifiers that are
    ///   empty or there twice, answers that are not numbers, and what differs from the sample: nothing is written then
    package func submit(_ request: SubmitRequest, threads: ThreadCount = .all) throws -> SubmitReport {
        let stored = try model(named: request.model, as: StoredTabular.self).model
        let model = try TabularAnswers(interval: nil, givesMedian: request.givesMedian).applied(
            to: stored.model, named: request.model)
        let target = model.features.target
        // A data set has truth values from the words of a file; a SELECT's are 1 and 0 there, too.
        func written(_ label: String) -> String { stored.sql == nil ? target.classes?.written(label) ?? label : label }
        let rows = try FileRows(
            path: request.input, columns: model.features.columns, optional: [target.column], options: request.options)
        let sample = try request.sample.map { try SubmissionFile.sample($0).columns }
        let (id, answer) = try columns(of: request, sample: sample, input: rows.file.header, target: target.column)
        try request.output.check([id, answer], inputs: [request.input, request.sample])
        let place = try request.label.map { label in
            let labels = target.classes?.labels ?? []
            guard let place = labels.firstIndex(where: { $0 == label || written($0) == label }) else {
                throw WorkflowError.unknown(
                    kind: "class", name: label,
                    advice: labels.isEmpty
                        ? "the model predicts numbers"
                        : "there are \(labels.map { written($0) }.joined(separator: ", "))")
            }
            return place
        }
        var answers: [QueryValue] = []
        let question = try TabularQuestion(rows, model.features)
        try model.predict(question.rows, threads: threads) { block, prediction in
            let width = target.classes?.labels.count ?? 0
            for row in 0..<block.rowCount {
                if let place {
                    answers.append(.real(Double(prediction.probabilities[row * width + place])))
                } else {
                    let label = width > 0 ? written(prediction.label(of: row)) : nil
                    answers.append(label.map { .text($0) } ?? .real(prediction.numbers[row]))
                }
            }
        }
        var file = try SubmissionFile(
            idColumn: id, targetColumn: answer, ids: try rows.file.texts(of: id),
            answers: answers)
        if let sample = request.sample { try file.match(sample: sample) }
        try file.write(to: request.output)
        return SubmitReport(
            model: request.model, file: request.output.path, columns: file.columns,
            rows: file.ids.count, sample: request.sample, answer: model.answerName, unknown: question.unknown,
            unknownRows: question.unknownRows, inputNotes: rows.file.notes + question.offsetNotes)
    }

    /// The names of the columns of identifiers and answers: those asked for, else of the sample the column that the input has, and the
    /// other.
    ///
    /// - Throws: `DataError.submission` where neither says which column holds the identifiers
    private func columns(
        of request: SubmitRequest, sample: [String]?, input: [String], target: String
    ) throws -> (id: String, answer: String) {
        let named = request.target ?? (sample?.contains(target) == true ? target : nil)
        let shared = (sample ?? []).filter { input.contains($0) && $0 != named }
        guard let id = request.id ?? (shared.count == 1 ? shared[0] : nil) else {
            throw DataError.submission(
                "the sample \(request.sample ?? "") has the columns \((sample ?? []).joined(separator: ",")), of which "
                    + "\(shared.isEmpty ? "none is" : "several are") in the input: --id names its column of identifiers"
            )
        }
        let others = (sample ?? []).filter { $0 != id }
        return (id, named ?? (others.count == 1 ? others[0] : target))
    }
}
