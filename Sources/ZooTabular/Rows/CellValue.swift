/// The value of a row in a column.
package enum CellValue: Sendable, Hashable {
    /// A number; seconds since 1970 of dates, 1 or 0 of truth values.
    case number(Double)
    /// A text.
    case text(String)
    /// None.
    case missing

    init(_ values: ColumnValues, _ row: Int) {
        switch values {
        case .numbers(let numbers): self = numbers[row].isFinite ? .number(numbers[row]) : .missing
        case .texts(let codes, let dictionary):
            self = codes[row] < 0 ? .missing : .text(dictionary.entries[Int(codes[row])])
        }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
}

extension MemoryRows {
    /// A single row.
    ///
    /// - Parameter cells: by column; one that is not there is missing
    package init(row cells: [String: CellValue], columns: [TableColumn]) {
        self.init(
            columns.map { column in
                let cell = cells[column.name] ?? .missing
                return (
                    column: column, values: column.kind == .text ? .texts([cell.text]) : .numbers([cell.number ?? .nan])
                )
            })
    }
}

extension RowBlock {
    /// Some rows of the block, in the order given.
    func selecting(_ rows: [Int]) -> RowBlock {
        RowBlock(
            rowCount: rows.count,
            columns: columns.map { values in
                switch values {
                case .numbers(let numbers): .numbers(rows.map { numbers[$0] })
                case .texts(let codes, let dictionary): .texts(codes: rows.map { codes[$0] }, dictionary: dictionary)
                }
            })
    }
}
