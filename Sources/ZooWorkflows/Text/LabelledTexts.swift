import ZooData
import ZooKernels
import ZooRecords

/// Texts with their labels, from a data set or a query.
struct LabelledTexts {
    let texts: [String]
    let labels: [String]
    /// Name of the data set; nil for a query.
    let dataset: Dataset?

    /// Reads the texts.
    ///
    /// - Throws: `DataError`; `WorkflowError.invalid` for texts without labels, or a query with other columns
    init(_ source: TabularData, in data: DataStore) throws {
        switch source {
        case .dataset(let name):
            let found = try data.dataset(named: name)
            if case .table(let summary) = found.contents {
                let sql = try Self.select(of: summary, name)
                (texts, labels) = try Self.rows(of: data.query(sql), what: "data set '\(name)'")
                dataset = found
                break
            }
            let stored = try data.texts(dataset: name)
            let labels = stored.documents.compactMap(\.label)
            guard labels.count == stored.documents.count else {
                throw WorkflowError.invalid(
                    what: "data set '\(name)'",
                    reason:
                        "\(stored.documents.count - labels.count) of its texts have no label: import it with --label-column"
                )
            }
            (texts, self.labels, dataset) = (stored.documents.map(\.text), labels, stored.dataset)
        case .sql(let sql):
            (texts, labels) = try Self.rows(of: data.query(sql), what: "--sql")
            dataset = nil
        }
        guard !texts.isEmpty else { throw WorkflowError.invalid(what: "the labelled texts", reason: "there are none") }
    }

    /// - Throws: `WorkflowError.invalid` where the table lacks one of the columns
    private static func select(of table: TableSummary, _ dataset: String) throws -> String {
        for column in ["text", "label"] where !table.columns.contains(where: { $0.name == column }) {
            throw WorkflowError.invalid(
                what: "data set '\(dataset)'",
                reason: "it is a table without a column '\(column)': "
                    + "--sql 'SELECT …, … FROM \(table.view ?? table.table)' names its columns of texts and labels")
        }
        return "SELECT text, label FROM \(table.table) ORDER BY rowid"
    }

    private static func rows(of query: ReadOnlyQuery, what: String) throws -> ([String], [String]) {
        if let parameter = query.parameters.first {
            throw WorkflowError.invalid(
                what: what, reason: "it has the parameter '\(parameter)': write its value into the SELECT")
        }
        guard query.columns.count == 2 else {
            throw WorkflowError.invalid(
                what: what, reason: "it needs two columns, the text and its label, and has \(query.columns.count)")
        }
        var (texts, labels): ([String], [String]) = ([], [])
        try query.forEachRow { row in
            for (place, value) in row.enumerated() {
                guard case .blob = value else { continue }
                throw WorkflowError.invalid(what: what, blob: query.columns[place], row: texts.count + 1)
            }
            guard case .text(let text) = row[0], !text.isEmpty else {
                throw WorkflowError.invalid(
                    what: what,
                    reason: "row \(texts.count + 1) has no text in its first column '\(query.columns[0])'")
            }
            switch row[1] {
            case .text(let label) where !label.isEmpty: labels.append(label)
            case .integer(let number): labels.append(String(number))
            case .real(let number) where number == number.rounded() && abs(number) < 1e15:
                labels.append(String(Int(number)))
            case .real(let number):
                throw WorkflowError.invalid(
                    what: what,
                    reason: "row \(texts.count + 1) has the label \(number): a label is text or a whole number "
                        + "(CAST(… AS TEXT) makes it one)")
            default:
                throw WorkflowError.invalid(
                    what: what,
                    reason: "row \(texts.count + 1) has no label in its second column '\(query.columns[1])'")
            }
            texts.append(text)
            return true
        }
        return (texts, labels)
    }

    /// The labels that occur, sorted.
    ///
    /// - Throws: `WorkflowError.invalid` where all texts have the same
    func classes() throws -> [String] {
        let found = Set(labels).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        guard found.count > 1 else {
            throw WorkflowError.invalid(
                what: "the label column",
                reason: "every one of \(labels.count) texts is '\(found.first ?? "")': a classifier needs two labels")
        }
        return found
    }

    /// The numbers of the texts that train and of those that validate: a random share of each label, at least one where
    /// there are two.
    func parts(_ split: DataSplit, seed: UInt64) -> (training: [Int], validation: [Int]) {
        guard case .random(let share) = split else { return (Array(labels.indices), []) }
        var generator = RandomGenerator(seed: seed)
        var validation: Set<Int> = []
        for label in Set(labels).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            let rows = labels.indices.filter { labels[$0] == label }.shuffled(using: &generator)
            let wanted = rows.count > 1 ? max(1, Int((Double(rows.count) * share).rounded())) : 0
            validation.formUnion(rows.prefix(min(wanted, rows.count - 1)))
        }
        return (labels.indices.filter { !validation.contains($0) }, validation.sorted())
    }
}
