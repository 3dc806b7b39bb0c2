/// Columns over rows in the order of time, with the end of every series that training saw: what the first rows after it
/// look back to.
package struct FittedOrdered: Sendable, Hashable, Codable {
    /// The last rows of a series.
    struct Tail: Sendable, Hashable, Codable {
        /// When they were, rising.
        var times: [Double]
        /// The values of each source column, as many as times; nil where one is missing.
        var values: [[Double?]]
        /// When each event was last.
        var lastEvents: [Double?]
    }

    /// What is computed.
    package let settings: OrderedSettings
    /// The ends of the series by group.
    var tails: [String: Tail] = [:]

    /// So many values are kept of all ends together; beyond, none are.
    private static let tailLimit = 500_000

    /// The columns that are computed, in order.
    var derived: [TableColumn] {
        let names =
            settings.lags.map { "\($0.column)_lag\($0.rows)" } + settings.means.map { "\($0.column)_mean\($0.rows)" }
            + settings.events.flatMap { ["\($0)_since", "\($0)_until"] }
        return names.map { TableColumn(name: $0, kind: .real) }
    }

    /// Whether lags or means are taken of a column.
    package func looksBack(at name: String) -> Bool { settings.valueColumns.contains(name) }

    /// Reads the ends of all series.
    ///
    /// - Throws: `TabularError.unknownColumn`, or `.invalid` for settings that do not fit together
    package init(_ settings: OrderedSettings, fitting source: any RowSource) throws {
        self.settings = settings
        let rows = try OrderedRows(source, settings)
        let reach = (settings.lags + settings.means).map(\.rows).max() ?? 0
        guard rows.groups.count * (reach + 1) * max(1, rows.columns.count) <= Self.tailLimit else { return }
        for series in rows.series {
            let last = series.rows.suffix(reach)
            tails[rows.groups[series.group]] = Tail(
                times: last.map { rows.times[$0] },
                values: rows.columns.map { column in last.map { column[$0].isFinite ? Double(column[$0]) : nil } },
                lastEvents: rows.events.map { event in
                    series.rows.last { event[$0] }.map { rows.times[$0] }
                })
        }
    }
}

extension OrderedSettings {
    /// The columns that values are taken from, each once.
    var valueColumns: [String] {
        var found: [String] = []
        for window in lags + means where !found.contains(window.column) { found.append(window.column) }
        return found
    }

    /// The columns whose value in a row itself counts: those of time, group and events.
    package var names: [String] { [time, group].compactMap { $0 } + events }

    /// All columns that are read.
    var sources: Set<String> { Set(valueColumns + events) }
}

/// The columns of a table that series are made of, and the series.
struct OrderedRows {
    /// Rows of one group in the order of time; rows of the same time as they come.
    struct Series {
        let group: Int
        let rows: [Int]
    }

    private(set) var times: [Double] = []
    private(set) var columns: [[Float]]
    private(set) var events: [[Bool]]
    private(set) var groups: [String] = []
    private(set) var series: [Series] = []

    init(_ source: any RowSource, _ settings: OrderedSettings) throws {
        let names = source.columns.map(\.name)
        func index(_ name: String, _ role: String) throws -> Int {
            guard let index = names.firstIndex(of: name) else {
                throw TabularError.unknownColumn(name, role: role, present: names)
            }
            return index
        }
        guard (settings.lags + settings.means).allSatisfy({ $0.rows >= 1 }) else {
            throw TabularError.invalid("lags and means look at least one row back: a row may not see itself")
        }
        guard settings.events.isEmpty || settings.time != nil else {
            throw TabularError.invalid("days since and until an event need a --time-column")
        }
        let time = try settings.time.map { try index($0, "--time-column") }
        let group = try settings.group.map { try index($0, "--group") }
        let valueIndices = try settings.valueColumns.map { try index($0, "a lag or mean") }
        let eventIndices = try settings.events.map { try index($0, "an event") }
        columns = Array(repeating: [], count: valueIndices.count)
        events = Array(repeating: [], count: eventIndices.count)
        var groupOfRow: [Int32] = []
        var codes: [String: Int32] = [:]
        var count = 0
        try source.forEachBlock { block in
            times +=
                time.map { source.columns[$0].instants(block.columns[$0]) }
                ?? (count..<count + block.rowCount).map(Double.init)
            for (place, column) in valueIndices.enumerated() {
                columns[place] += block.columns[column].asNumbers.map { Float($0) }
            }
            for (place, column) in eventIndices.enumerated() {
                events[place] += block.columns[column].asNumbers.map { $0.isFinite && $0 != 0 }
            }
            let names = group.map { block.columns[$0].asTexts }
            for row in 0..<block.rowCount {
                let code = names.map { $0.codes[row] } ?? 0
                let name = code < 0 ? "" : names.map { $0.dictionary.entries[Int(code)] } ?? ""
                if codes[name] == nil {
                    codes[name] = Int32(groups.count)
                    groups.append(name)
                }
                groupOfRow.append(codes[name] ?? 0)
            }
            count += block.rowCount
        }
        series = Self.series(times: times, groupOfRow: groupOfRow, groupCount: groups.count)
    }

    private static func series(times: [Double], groupOfRow: [Int32], groupCount: Int) -> [Series] {
        var rows = Array(repeating: [Int](), count: groupCount)
        // A row without a time has no place in a series.
        for row in times.indices where times[row].isFinite { rows[Int(groupOfRow[row])].append(row) }
        return rows.enumerated().map { group, rows in
            Series(group: group, rows: rows.sorted { (times[$0], $0) < (times[$1], $1) })
        }
    }
}
