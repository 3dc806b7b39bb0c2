import ZooRecords

extension DataSplit {
    /// What suits a number of rows of a table: six folds of few rows, else a fifth of the rows.
    ///
    /// - Parameter members: networks that are asked for; nil for the default. Each fold needs one
    /// - Parameter isOrdered: whether columns follow the order of time, where folds by chance would look too good
    package static func usual(rows: Int, members: Int?, isOrdered: Bool) -> DataSplit {
        let folds = min(members ?? .max, TabularRecipe.fewRowsMembers)
        return rows < TabularRecipe.fewRows && rows >= 2 * folds && folds > 1 && !isOrdered
            ? .folds(folds) : .random(0.2)
    }

    /// The number of folds; nil for another split.
    package var folds: Int? { if case .folds(let count) = self { count } else { nil } }
}

/// A split that knows the table: where the last days begin.
package struct ResolvedSplit: Sendable {
    private let split: DataSplit
    private let seed: UInt64
    private let column: Int?
    private let cut: Double
    private var timeColumn: TableColumn?
    /// The column that is no input because it says which rows validate.
    package var unusedColumn: String? { if case .column(let name) = split { name } else { nil } }

    /// Looks the split's column up, and goes through it once.
    ///
    /// - Throws: `TabularError.unknownColumn`, `.invalid`
    package init(_ split: DataSplit, of source: any RowSource, seed: UInt64) throws {
        self.split = split
        self.seed = seed
        let names = source.columns.map(\.name)
        func index(_ name: String, _ role: String) throws -> Int {
            guard let index = names.firstIndex(of: name) else {
                throw TabularError.unknownColumn(name, role: role, present: names)
            }
            return index
        }
        switch split {
        case .all, .random, .fold, .folds:
            column = nil
            cut = 0
        case .column(let name):
            let place = try index(name, "--valid-column")
            guard source.columns[place].kind != .date else {
                throw TabularError.invalid("'\(name)' holds dates: in --valid-column \(ValidationMark.known)")
            }
            var first = 0
            try source.forEachBlock { block in
                if let unknown = ValidationMark.firstUnknown(block.columns[place]) {
                    throw TabularError.invalid(
                        "'\(name)' is '\(unknown.text)' in row \(first + unknown.row + 1): in --valid-column "
                            + ValidationMark.known)
                }
                first += block.rowCount
            }
            column = place
            cut = 0
        case .last(let seconds, let name):
            let place = try index(name, "--time-column")
            guard source.columns[place].kind == .date else {
                throw TabularError.invalid(
                    "'\(name)' holds no dates: --valid-last counts back from the last date; --valid-column COLUMN, with 1 in the "
                        + "rows to validate on, needs none")
            }
            let timed = source.columns[place]
            timeColumn = timed
            var latest = -Double.infinity
            try source.forEachBlock { block in
                for value in timed.instants(block.columns[place]) where value.isFinite { latest = max(latest, value) }
            }
            column = place
            cut = latest - seconds
        case .part, .named, .end, .latest, .since, .lastOfEach, .people:
            throw TabularError.invalid("\(DataSplits.rows.refusal(of: split.name))")
        }
    }

    /// Which rows of a block validate.
    ///
    /// - Parameter first: the number of the block's first row in the table
    package func validation(_ block: RowBlock, first: Int) -> [Bool] {
        switch split {
        case .all, .folds, .part, .named, .end, .latest, .since, .lastOfEach, .people:
            return Array(repeating: false, count: block.rowCount)
        case .random(let part):
            let limit = UInt64(part * 0x1p32)
            return (0..<block.rowCount).map { drawn(first + $0) < limit }
        case .fold(let fold, let count):
            return (0..<block.rowCount).map { (drawn(first + $0) * UInt64(count)) >> 32 == UInt64(fold - 1) }
        case .last:
            let values = block.columns[column ?? 0]
            return (timeColumn?.instants(values) ?? values.asNumbers).map { $0 > cut }
        case .column:
            switch block.columns[column ?? 0] {
            case .numbers(let values): return values.map { ValidationMark.isValidation($0) == true }
            case .texts(let codes, let dictionary):
                let says = dictionary.entries.map { ValidationMark.isValidation($0) == true }
                return codes.map { $0 >= 0 && says[Int($0)] }
            }
        }
    }

    /// What chance says of a row, below 2^32.
    private func drawn(_ row: Int) -> UInt64 { Self.mixed(UInt64(row) ^ seed &* 0x9e37_79b9_7f4a_7c15) }

    /// 32 bits that depend on every bit of `x` (SplitMix64).
    private static func mixed(_ x: UInt64) -> UInt64 {
        var z = x &+ 0x9e37_79b9_7f4a_7c15
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return (z ^ (z >> 31)) >> 32
    }
}
