/// Learns from the training rows how columns become inputs; goes through them once, in bounded memory.
package struct FeatureFitter {
    private let settings: FeatureSettings
    private let columns: [TableColumn]
    private let targetIndex: Int
    private var accumulators: [ColumnAccumulator]
    private var leakage: LeakageGuard
    private let unused: Set<Int>
    private let isClass: Bool
    private var target: ColumnAccumulator
    private var targetTexts: ColumnAccumulator
    private var notes = FitNotes()
    private var rowCount = 0
    private var leastTarget = Double.infinity

    private static let targetRole = "the target"

    /// Begins with a table's columns, derived ones among them.
    ///
    /// - Parameter unused: columns that are no inputs, such as the one that says which rows validate
    /// - Parameter own: the columns of the table itself, of which the target is likely one
    /// - Throws: `TabularError.unknownColumn`, or `.target` for a column of dates
    package init(_ columns: [TableColumn], _ settings: FeatureSettings, unused names: [String] = [], own: [String])
        throws
    {
        self.settings = settings
        self.columns = columns
        let present = columns.map(\.name)
        func index(_ name: String, _ role: String) throws -> Int {
            guard let index = present.firstIndex(of: name) else {
                throw TabularError.unknownColumn(name, role: role, present: role == Self.targetRole ? own : present)
            }
            return index
        }
        var seen: Set<String> = []
        if let twice = present.first(where: { !seen.insert($0).inserted }) {
            throw TabularError.invalid(
                "two columns are called '\(twice)' once lags and parts of dates are added: rename one, or give a lag once"
            )
        }
        let place = try index(settings.target, Self.targetRole)
        targetIndex = place
        let given = [
            (settings.categorical, "--categorical"), (settings.continuous, "--continuous"),
            (settings.ignore, "--ignore"),
        ]
        if let option = given.first(where: { $0.0.contains(settings.target) })?.1 {
            throw TabularError.invalid(
                "\(option) \(settings.target): '\(settings.target)' is the target, and \(option) is for inputs"
                    + (option == "--categorical" ? "; --classes learns its numbers as classes" : ""))
        }
        for name in settings.categorical { _ = try index(name, "--categorical") }
        for name in settings.continuous { _ = try index(name, "--continuous") }
        for name in settings.ignore { _ = try index(name, "--ignore") }
        for name in settings.allow { _ = try index(name, "--allow") }
        let kind = columns[place].kind
        guard kind != .date else {
            throw TabularError.target(settings.target, reason: "dates cannot be predicted; use a number or a class")
        }
        guard !settings.targetIsNumber || kind != .text else {
            throw TabularError.target(settings.target, reason: "it holds texts: --regression is for numbers")
        }
        isClass = kind == .text || kind == .boolean && !settings.targetIsNumber || settings.targetIsClass
        unused = Set(
            columns.indices.filter {
                $0 == place || columns[$0].kind == .date || settings.ignore.contains(present[$0])
                    || names.contains(present[$0])
            })
        accumulators = columns.map {
            ColumnAccumulator(
                $0, isCategory: settings.categorical.contains($0.name), limit: settings.maximumCardinality)
        }
        leakage = LeakageGuard(columnCount: columns.count)
        target = ColumnAccumulator(columns[targetIndex], isCategory: true, limit: 0)
        targetTexts = ColumnAccumulator(columns[targetIndex], isCategory: true, limit: 0)
    }

    /// Learns from the rows of a block that are not held out.
    package mutating func add(_ block: RowBlock, validation: [Bool]) {
        let targetValues = block.columns[targetIndex]
        let numbers = isClass ? [] : targetValues.asNumbers
        let codes = isClass ? targetValues.asTexts.codes : []
        let minimum = settings.logTarget ? -1 : -Double.infinity
        var rows: [Int] = []
        rows.reserveCapacity(block.rowCount)
        for row in 0..<block.rowCount {
            let isKnown = isClass ? codes[row] >= 0 : numbers[row].isFinite
            if !isClass, isKnown { leastTarget = min(leastTarget, numbers[row]) }
            if !isKnown || !isClass && numbers[row] <= minimum {
                notes.rowsWithoutTarget += 1
            } else if validation[row] {
                notes.validationRows += 1
            } else {
                rows.append(row)
            }
        }
        notes.trainingRows += rows.count
        if isClass {
            let texts = targetValues.asTexts
            targetTexts.add(
                .texts(codes: texts.codes, dictionary: texts.dictionary), rows: rows, first: rowCount, target: nil)
        } else {
            let learned = settings.logTarget ? numbers.map { $0 > -1 ? logOnePlus($0) : .nan } : numbers
            target.add(.numbers(learned), rows: rows, first: rowCount, target: nil)
        }
        leakage.add(block, rows: rows, target: targetValues, skipping: unused)
        for index in columns.indices where !unused.contains(index) || columns[index].kind == .date {
            accumulators[index].add(block.columns[index], rows: rows, first: rowCount, target: isClass ? nil : numbers)
        }
        rowCount += block.rowCount
    }

    /// What was learned.
    ///
    /// - Parameter source: the columns before any were derived: those that rows must have
    /// - Throws: `TabularError.leakage`, or `.target` where there is nothing to learn
    package mutating func finish(
        source: [TableColumn], dates: [String], ordered: FittedOrdered?
    ) throws -> (features: FittedFeatures, notes: FitNotes) {
        for index in accumulators.indices { accumulators[index].flushTexts() }
        targetTexts.flushTexts()
        try refuseTooLarge()
        let target = try fittedTarget()
        notes.remarks += [targetRemark].compactMap { $0 }
        try refuseLeaks()
        var whole = WholeNumbers(settings)
        var categories: [FittedCategory] = []
        var continuous: [FittedContinuous] = []
        var typical: [String: TypicalValue] = [:]
        for index in columns.indices where !unused.contains(index) {
            let chosen = ColumnChoice(
                accumulators[index], settings, rows: notes.trainingRows, isClass: isClass,
                isDatePart: index >= source.count)
            categories += chosen.categories
            continuous += chosen.continuous
            if let reason = chosen.dropped { notes.dropped[columns[index].name] = reason }
            notes.remarks += chosen.remarks
            if index < source.count { whole.add(accumulators[index], chosen) }
            typical[columns[index].name] = chosen.typical
        }
        notes.remarks += whole.remarks
        for (index, column) in columns.enumerated() where column.kind == .date && accumulators[index].count > 0 {
            typical[column.name] = .number(accumulators[index].maximum)
        }
        let longTails = continuous.filter { $0.logOffset != nil }.map(\.column)
        if !longTails.isEmpty {
            notes.remarks.append("long tails: the logarithm is an input as well of \(TabularError.list(longTails))")
        }
        guard !categories.isEmpty || !continuous.isEmpty else {
            throw TabularError.target(
                settings.target, reason: "no column is left to predict it from (\(droppedText))")
        }
        var named: Set<String> = []
        if let twice = categories.map(\.name).first(where: { !named.insert($0).inserted }) {
            throw TabularError.invalid("'\(twice)' is a column and also marks missing values: leave it out (--ignore)")
        }
        let used = Set(categories.map(\.column) + continuous.map(\.column))
        let needed = needed(source, used: used, dates: dates, ordered: ordered)
        let features = FittedFeatures(
            columns: needed,
            dates: dates.filter { date in
                used.contains { used in DatePart.allCases.contains { $0.name(of: date) == used } }
            }, ordered: ordered, categories: categories, continuous: continuous, target: target,
            typical: typical, ranges: ranges(of: needed))
        return (features, notes)
    }

    /// What was decided of a target that could be either; nil where it could not, or was told.
    private var targetRemark: String? {
        let name = settings.target
        guard !settings.targetIsClass, !settings.targetIsNumber, !settings.logTarget else { return nil }
        if isClass {
            guard columns[targetIndex].kind == .boolean else { return nil }
            return
                "'\(name)' holds yes and no and is learned as two classes: --regression learns it as a number, 0 or 1"
        }
        return WholeNumbers.few(target).map {
            "'\(name)' holds only \($0) and is learned as a number: --classes learns classes"
        }
    }

    private func ranges(of needed: [TableColumn]) -> [String: ValueRange] {
        let names = Set(needed.map(\.name))
        let found = accumulators.filter { names.contains($0.column.name) && $0.minimum <= $0.maximum }
        return Dictionary(
            found.map { ($0.column.name, ValueRange(minimum: $0.minimum, maximum: $0.maximum)) },
            uniquingKeysWith: { first, _ in first })
    }

    private var droppedText: String {
        notes.dropped.sorted { $0.key < $1.key }.prefix(5).map { "\($0.key): \($0.value)" }.joined(separator: "; ")
    }

    /// The columns of the source that inputs come from.
    private func needed(
        _ source: [TableColumn], used: Set<String>, dates: [String], ordered: FittedOrdered?
    ) -> [TableColumn] {
        source.filter { column in
            if used.contains(column.name) { return true }
            if ordered?.settings.time == column.name || ordered?.settings.group == column.name { return true }
            if ordered?.settings.sources.contains(column.name) == true { return true }
            return dates.contains(column.name)
                && DatePart.allCases.contains { used.contains($0.name(of: column.name)) }
        }
    }

    private mutating func refuseLeaks() throws {
        var leaks: [TabularError.Leak] = []
        for index in columns.indices where !unused.contains(index) {
            let name = columns[index].name
            if let how = leakage.verdict(index, correlation: accumulators[index].correlation) {
                if settings.allow.contains(name) {
                    notes.remarks.append("'\(name)' gives the target away (\(how)) and is used, as --allow says")
                } else {
                    leaks.append(TabularError.Leak(column: name, how: how))
                }
            } else if let correlation = accumulators[index].correlation, abs(correlation) > 0.95 {
                let value = (correlation * 1000).rounded() / 1000
                notes.remarks.append(
                    "'\(name)' has a correlation of \(value) with the target: is it known before the target is?")
            }
        }
        guard leaks.isEmpty else { throw TabularError.leakage(leaks) }
    }

    /// - Throws: `TabularError.invalid` for numbers whose squares are none any more
    private func refuseTooLarge() throws {
        let used = columns.indices.filter { !unused.contains($0) }.map { accumulators[$0] } + (isClass ? [] : [target])
        guard let column = used.first(where: { $0.count > 0 && !$0.deviation.isFinite }) else { return }
        let name = column.column.name
        throw TabularError.invalid(
            "'\(name)' goes from \(column.minimum) to \(column.maximum): of numbers beyond 1e154 no standard deviation can be "
                + "computed; divide them first, or leave the column out (--ignore '\(name)')")
    }

    private func fittedTarget() throws -> FittedTarget {
        let name = settings.target
        guard columns[targetIndex].holdsBlobs == nil else { throw TabularError.target(name, reason: "it holds BLOBs") }
        guard notes.trainingRows >= 2 else {
            throw TabularError.target(
                name, reason: "\(notes.trainingRows) training rows have one; at least 2 are needed")
        }
        guard isClass else {
            if settings.logTarget, leastTarget <= -1 {
                throw TabularError.target(
                    name, reason: "it goes down to \(NumberLabel.text(leastTarget)), where log(1 + x) is not defined")
            }
            guard target.deviation > 0 else {
                throw TabularError.target(name, reason: "it is the same in every training row")
            }
            func back(_ value: Double) -> Double { settings.logTarget ? exponentialMinusOne(value) : value }
            return .number(
                FittedTarget.FittedNumber(
                    column: name, isLog: settings.logTarget, mean: target.mean, deviation: target.deviation,
                    minimum: back(target.minimum), maximum: back(target.maximum),
                    numbers: columns[targetIndex].numbers))
        }
        guard !settings.logTarget else {
            throw TabularError.target(name, reason: "it names classes: --log-target is for numbers")
        }
        let counts = targetTexts.texts.counts
        guard counts.count > 1 else {
            throw TabularError.target(name, reason: "it is the same in every training row")
        }
        guard
            columns[targetIndex].kind != .text || counts.count <= Self.fewClasses
                || counts.count * 2 <= notes.trainingRows
        else {
            throw TabularError.target(
                name,
                reason:
                    "it holds texts, \(counts.count) different ones in \(notes.trainingRows) training rows: classes "
                    + "need several rows each. Numbers that were read as texts can be read otherwise, see the notes of the "
                    + "import (--decimal, --thousands, --missing)")
        }
        guard counts.count <= 1000, !targetTexts.texts.isLossy else {
            throw TabularError.target(
                name, reason: "it has \(counts.count) different values; up to 1000 can be classes")
        }
        let labels = Self.ordered(counts.keys.map { $0 }, kind: columns[targetIndex].kind)
        return .classes(
            FittedTarget.FittedClasses(
                column: name, kind: columns[targetIndex].kind, labels: labels,
                counts: labels.map { counts[$0] ?? 0 }))
    }

    /// So many classes are taken of however few rows.
    private static let fewClasses = 10

    /// Texts in order; numbers by their size.
    static func ordered(_ labels: [String], kind: ColumnKind) -> [String] {
        kind == .text ? labels.sorted() : labels.sorted { (Double($0) ?? 0) < (Double($1) ?? 0) }
    }
}
