import ZooRecords

/// The order of time that a training's lags, means and events follow, checked against the table.
struct RowOrder {
    /// The settings, with the order of the rows as no column.
    private(set) var settings: OrderedSettings
    private(set) var remarks: [String] = []
    private(set) var warnings: [String] = []

    /// - Throws: `TabularError.invalid` for a column that gives no order, or no time where one is needed
    init(_ given: OrderedSettings, split: DataSplit, columns: [TableColumn]) throws {
        settings = given
        let column = columns.first { $0.name == given.time }
        let isRowOrder = given.time == OrderedSettings.rowOrder && column == nil
        if isRowOrder {
            if case .last(_, OrderedSettings.rowOrder) = split {
                throw TabularError.invalid(
                    "--valid-last counts back from the last date: --time-column has to name a column of dates; "
                        + "--valid-column names one that says which rows validate, by 1")
            }
            settings.time = nil
        }
        guard !given.isEmpty else { return }
        try Self.check(given, columns)
        if !given.events.isEmpty, let time = given.time, isRowOrder || column.map({ $0.kind != .date }) ?? false {
            throw TabularError.invalid(
                "--events counts days: --time-column has to name a column of dates, not '\(time)'")
        }
        if let column, column.kind == .text || column.kind == .boolean {
            throw TabularError.invalid(
                "'\(column.name)' gives no order: --time-column has to name a column of dates or numbers")
        }
        if isRowOrder { remarks.append("the rows are taken in the order of the table, as --time-column rowid says") }
        if case .random = split {
            let advice =
                column?.kind == .date
                ? "--valid-last 30d validates on the last 30 days"
                : "--valid-column COLUMN validates on the rows that a column marks by 1, such as the last ones"
            warnings.append(
                "the validation rows are chosen by chance and lie between rows that were trained on: with --lag, --mean "
                    + "or --events figures are too optimistic; \(advice)")
        }
    }

    /// Refuses columns that hold no numbers to look back at, and no events.
    private static func check(_ given: OrderedSettings, _ columns: [TableColumn]) throws {
        func refuse(_ name: String, _ kinds: [ColumnKind: String], _ wanted: String) throws {
            guard let column = columns.first(where: { $0.name == name }), let held = kinds[column.kind] else { return }
            throw TabularError.invalid("'\(name)' holds \(held): \(wanted)")
        }
        for window in given.lags + given.means {
            try refuse(window.column, [.text: "texts", .date: "dates"], "--lag and --mean are for columns of numbers")
        }
        for name in given.events {
            try refuse(
                name, [.text: "texts", .date: "dates", .real: "numbers with a point"],
                "--events is for columns of 0 and 1, or of true and false")
        }
    }
}
