import ZooRecords

/// Goes through the values of a column and finds out what they are.
struct ColumnScan {
    private(set) var missing = 0
    /// Those that a word stands for.
    private(set) var missingWords = FirstSeen()
    private(set) var infinities = FirstSeen()
    private(set) var impossibleDates = FirstSeen()
    private(set) var texts = FirstSeen()
    private(set) var codes = 0
    private(set) var tally: ValueTally
    private var blanks = FirstSeen()
    /// How its numbers are written.
    let format: NumberFormat
    private(set) var evidence = NumberEvidence()
    /// BLOBs of SQLite, and how many of them are of the length of UUIDs.
    private var blobs = (count: 0, uuids: 0)
    /// Texts that are not composed: how often each occurs, by the hash of its composed form.
    private var decomposed: [UInt64: Int] = [:]
    private(set) var integers = 0
    private(set) var reals = 0
    private var numbers = FirstSeen()
    private(set) var booleans = 0
    private var trues = 0
    /// Truth values of one letter.
    private var letters = 0
    private(set) var knownDates = 0
    private(set) var openDates = 0
    private(set) var dayFirstDates = 0
    private(set) var monthFirstDates = 0
    private(set) var datesWithTime = 0
    private var offsets = OffsetTally()
    private var sum = 0.0
    private var least = Double.infinity
    private var greatest = -Double.infinity
    private var dayFirstSpan = Span()
    private var monthFirstSpan = Span()

    /// How many there were of something, and the first of them.
    struct FirstSeen {
        private(set) var count = 0
        private(set) var line = 0
        private(set) var text = ""

        @inline(__always)
        mutating func see(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) {
            if count == 0 {
                self.line = line
                text = String(decoding: bytes.prefix(40), as: UTF8.self)
            }
            count += 1
        }
    }

    /// The earliest and the latest of some moments.
    private struct Span {
        var least: (clock: Double, offset: Int?, instant: Double) = (.infinity, nil, .infinity)
        var greatest: (clock: Double, offset: Int?, instant: Double) = (-.infinity, nil, -.infinity)

        mutating func add(_ clock: Double?, offset: Int?) {
            guard let clock else { return }
            let instant = clock - Double(offset ?? 0)
            if instant < least.instant { least = (clock, offset, instant) }
            if instant > greatest.instant { greatest = (clock, offset, instant) }
        }
    }

    /// The offsets from UTC that the times of a column have.
    private struct OffsetTally {
        /// The different ones, as they came.
        private(set) var different: [Int] = []

        /// How many times have one.
        private(set) var count = 0

        mutating func add(_ offset: Int?) {
            if offset != nil { count += 1 }
            guard let offset, offset != different.last, !different.contains(offset) else { return }
            different.append(offset)
        }

        /// Whether all are those of UTC, or none is said.
        var areUTC: Bool { different.allSatisfy { $0 == 0 } }
        /// The first few, as they are written.
        var names: String {
            different.sorted().prefix(4).map { Moment.name(ofOffset: $0) }.joined(separator: ", ")
                + (different.count > 4 ? ", …" : "")
        }
    }

    /// - Parameters:
    ///   - distinctBound: the most different values that are counted
    ///   - format: how its numbers are written
    init(distinctBound: Int, format: NumberFormat = .plain) {
        tally = ValueTally(bound: distinctBound)
        self.format = format
    }

    /// Takes in a value as it is written.
    ///
    /// - Returns: false for a text that is not UTF-8
    @inline(__always)
    mutating func add(
        _ bytes: UnsafeBufferPointer<UInt8>, line: Int, markers: borrowing MissingMarkers
    ) -> Bool {
        if markers.contains(bytes) {
            missing += 1
            if !bytes.isEmpty { missingWords.see(bytes, line: line) }
            return true
        }
        // A number begins with a digit, a sign or the point; all else need not be tried.
        let first = bytes[0]
        if first < 58 || first | 32 == UInt8(ascii: "i") {
            switch NumberReading(bytes, format: format) {
            case .integer(let value):
                integers += 1
                evidence.see(integer: value)
                add(Double(value), bytes, line)
                return true
            case .real(let value):
                reals += 1
                evidence.see(real: bytes)
                add(value, bytes, line)
                return true
            case .infinite:
                infinities.see(bytes, line: line)
                return true
            case .code:
                codes += 1
                return addText(bytes, line: line)
            case .none: evidence.see(text: bytes)
            }
        }
        return addOther(bytes, line: line)
    }

    /// Takes in a number.
    @inline(__always)
    mutating func add(_ value: Double, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) {
        numbers.see(bytes, line: line)
        sum += value
        if value < least { least = value }
        if value > greatest { greatest = value }
        // Beyond 2^53 several whole numbers are one Double.
        tally.add(hash: abs(value) < 9_007_199_254_740_992 ? ValueTally.hash(value) : ValueTally.hash(bytes), bytes)
    }

    /// Takes in a whole number that SQLite holds.
    mutating func add(integer: Int64, row: Int) {
        integers += 1
        guard integer.magnitude >= 1 << 53 else { return addStored(Double(integer), row: row) }
        var digits = String(integer)
        digits.withUTF8 { add(Double(integer), $0, row) }
    }

    /// Takes in a number that SQLite holds.
    mutating func add(real: Double, row: Int) {
        guard real.isFinite else {
            return withDigits(of: real) { infinities.see($0, line: row) }
        }
        reals += 1
        addStored(real, row: row)
    }

    /// Takes in a BLOB that SQLite holds.
    mutating func add(blob: UnsafeRawBufferPointer) {
        blobs.count += 1
        guard blob.count == 16 else { return }
        blobs.uuids += 1
        if tally.isFull { return }
        UUIDText.bytes(blob).withUnsafeBufferPointer { tally.add(hash: ValueTally.hash($0), $0) }
    }

    /// Counts a value that is not there.
    mutating func addMissing() { missing += 1 }

    private mutating func addStored(_ value: Double, row: Int) {
        // How it is written counts only for the few values that are kept: leave out making it where they are too many.
        if tally.isFull {
            add(value, UnsafeBufferPointer(start: nil, count: 0), row)
        } else {
            withDigits(of: value) { add(value, $0, row) }
        }
    }

    private func withDigits(of value: Double, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        var text = value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
        text.withUTF8(body)
    }

    private mutating func addOther(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) -> Bool {
        // Once texts are the most of a column it will not be one of dates: spare the attempts.
        if texts.count < 64 || dateCount >= texts.count {
            let date = DateReading(bytes)
            if date.order != .none {
                add(date, bytes, line)
                return true
            }
            if let truth = ValueReading.boolean(bytes) {
                booleans += 1
                trues += truth ? 1 : 0
                if bytes.count == 1 { letters += 1 }
                tally.add(hash: truth ? 1 : 2, bytes)
                return true
            }
        }
        return addText(bytes, line: line)
    }

    private mutating func addText(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) -> Bool {
        texts.see(bytes, line: line)
        if bytes.allSatisfy({ $0 < 0x80 }) {
            tally.add(hash: ValueTally.hash(bytes), bytes)
            return true
        }
        UnicodeForm.withComposed(bytes) { composed, isOther in
            let hash = ValueTally.hash(composed)
            tally.add(hash: hash, bytes)
            if isOther, !tally.isFull { decomposed[hash, default: 0] += 1 }
        }
        return String(validating: bytes, as: UTF8.self) != nil
    }

    /// Takes in that blanks were taken off the ends of a value.
    mutating func seeBlanks(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) { blanks.see(bytes, line: line) }

    /// Says which values of a column of texts were not taken as they stand there.
    private func describeTaken(_ result: inout ColumnSummary) {
        let word = missingWords.text
        if missingWords.count > 0, word.first?.isLetter == true {
            result.notes.append(
                "\(missingWords.count.counting("value")) such as '\(word)' on line \(missingWords.line) read as missing "
                    + "(--missing-only for other words)")
        }
        // Where all values have them, they belong to the delimiters.
        if blanks.count > 0, blanks.count < texts.count {
            result.notes.append(
                "blanks taken off the ends of \(blanks.count.counting("text")), the first '\(blanks.text)' on line \(blanks.line)"
            )
        }
    }

    /// Says which texts there are in several Unicode forms.
    private func describeForms(_ result: inout ColumnSummary) {
        let both = decomposed.compactMap { tally.entry(of: $0.key, moreThan: $0.value) }.sorted()
        guard let first = both.first else { return }
        result.notes.append(
            "\(both.count.counting("text")) with accents in two Unicode forms, such as '\(first)': counted as one each")
    }

    private mutating func add(_ date: DateReading, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) {
        switch date.order {
        case .none, .impossible: impossibleDates.see(bytes, line: line)
        case .known: knownDates += 1
        case .open: openDates += 1
        case .dayFirst: dayFirstDates += 1
        case .monthFirst: monthFirstDates += 1
        }
        if date.order != .impossible && date.hasTime { datesWithTime += 1 }
        offsets.add(date.offset)
        dayFirstSpan.add(date.clock(dayFirst: true), offset: date.offset)
        monthFirstSpan.add(date.clock(dayFirst: false), offset: date.offset)
        tally.add(hash: ValueTally.hash(bytes), bytes)
    }

    /// Whether there are numbers among the values.
    var hasNumbers: Bool { integers + reals > 0 }

    /// Whether all values are numbers in this format, as far as one column can say.
    func isNumeric(in format: NumberFormat) -> Bool {
        let others = booleans + dateCount + impossibleDates.count
        return others == 0 && integers + reals + texts.count > 0 && evidence.texts(in: format) == texts.count
    }

    /// How many times have an offset from UTC.
    var offsetCount: Int { offsets.count }

    private var dateCount: Int { knownDates + openDates + dayFirstDates + monthFirstDates }

    /// What was found, as the summary of a column.
    func summary(name: String, rules: ValueRules, declaration: String? = nil) -> ColumnSummary {
        var result = ColumnSummary(name: name, kind: .text)
        let numeric = integers + reals
        let (dates, hasNumbers) = (dateCount, numeric > 0)
        let plain = texts.count + booleans
        result.missing = missing
        if blobs.count > 0 {
            let others = plain + dates + impossibleDates.count + infinities.count + numeric
            let areKeys = others == 0 && blobs.uuids == blobs.count
            if !areKeys { result.missing += blobs.count + others }
            result.notes.append(
                areKeys ? "BLOBs of 16 bytes, read as UUIDs" : "\(blobs.count.counting("BLOB")): the column is left out"
            )
            result.holdsBlobs = !areKeys
            if areKeys { countDistinct(&result) }
            return result
        }
        if isTooLarge && plain + dates + impossibleDates.count == 0 {
            result.notes.append(
                "whole numbers too large to be kept exactly: kept as text (--missing, if one stands for no value)")
        } else if hasNumbers && plain + dates + impossibleDates.count == 0 {
            describeNumbers(&result, rules, declaration)
        } else if dates > 0 && numeric + plain + infinities.count == 0 && dates >= impossibleDates.count {
            describeDates(&result, rules)
        } else if booleans > 0 && (letters == 0 || trues > 0 && trues < booleans)
            && numeric + texts.count + dates + impossibleDates.count + infinities.count == 0
        {
            result.kind = .boolean
            result.mean = Double(trues) / Double(booleans)
        } else {
            describeTexts(&result, numbers: numeric, dates: dates)
            describeForms(&result)
            if texts.count > 0 { describeTaken(&result) }
        }
        countDistinct(&result)
        return result
    }

    /// Whether there are whole numbers alone, of which a Double would not give back all: identifiers, most likely.
    private var isTooLarge: Bool {
        integers > 0 && reals + infinities.count == 0 && max(-least, greatest) >= 9_007_199_254_740_992
    }

    /// The summary of a column that is said to be text.
    func textSummary(name: String) -> ColumnSummary {
        var result = ColumnSummary(name: name, kind: .text)
        result.missing = missing
        describeForms(&result)
        countDistinct(&result)
        return result
    }

    private func countDistinct(_ result: inout ColumnSummary) {
        result.distinct = tally.distinct
        result.isDistinctBounded = tally.isFull
        if result.kind == .text || result.kind == .boolean || (result.kind == .integer && (tally.distinct ?? 99) <= 24)
        {
            result.top = tally.top(5).map { ColumnSummary.Value(text: $0.text, count: $0.count) }
        }
    }

    private func describeNumbers(_ result: inout ColumnSummary, _ rules: ValueRules, _ declaration: String?) {
        result.kind = reals == 0 ? .integer : .real
        if format != .plain { result.numberFormat = format }
        if infinities.count > 0 {
            result.missing += infinities.count
            result.notes.append(said("infinity is not a number", infinities, read: "as missing"))
        }
        let declared = declaration?.uppercased() ?? ""
        if declared.contains("DATE") || declared.contains("TIMESTAMP") {
            result.kind = .datetime  // seconds since 1970, as many programs keep them
            result.clock = rules.usualClock[result.name] ?? rules.timeZone?.name
            let clock = result.clock.map { TableClock(name: $0) }
            func text(_ instant: Double) -> String {
                CivilDate.text(seconds: clock?.moment(clock: instant, offset: 0).clock ?? instant, isDay: false)
            }
            (result.earliest, result.latest) = (text(least), text(greatest))
        } else if declared == "BOOLEAN" || declared == "BOOL", least >= 0, greatest <= 1, reals == 0 {
            result.kind = .boolean
            result.mean = sum / Double(integers)
        } else {
            let mean = sum / Double(integers + reals)
            (result.minimum, result.maximum, result.mean) = (least, greatest, mean.isFinite ? mean : nil)
        }
    }

    private func describeDates(_ result: inout ColumnSummary, _ rules: ValueRules) {
        let usual = rules.usualDayFirst[result.name]
        let isDayFirst =
            rules.isDayFirst
            ?? (dayFirstDates == monthFirstDates ? usual ?? false : dayFirstDates > monthFirstDates)
        let left = isDayFirst ? monthFirstDates : dayFirstDates
        let span = isDayFirst ? dayFirstSpan : monthFirstSpan
        result.kind = datesWithTime > 0 ? .datetime : .date
        if result.kind == .datetime || rules.usualClock[result.name] != nil { describeClock(&result, rules) }
        let clock = result.clock.map { TableClock(name: $0, assumed: rules.assumedZone(of: result.name)) }
        func text(_ end: (clock: Double, offset: Int?, instant: Double)) -> String {
            let shown = clock?.moment(clock: end.clock, offset: end.offset).clock ?? end.clock
            return CivilDate.text(seconds: shown, isDay: result.kind == .date)
        }
        (result.earliest, result.latest) = (text(span.least), text(span.greatest))
        result.missing += impossibleDates.count + left
        if openDates + dayFirstDates + monthFirstDates > 0 {
            result.isDayFirst = isDayFirst
            if rules.isDayFirst == nil, usual == nil, dayFirstDates + monthFirstDates == 0 {
                result.notes.append(
                    "every date could be read as day/month and as month/day: read as month/day; --day-first for the other"
                )
            }
        }
        if impossibleDates.count > 0 {
            result.notes.append(said("no day of the calendar", impossibleDates, read: "as missing"))
        }
        if left > 0 {
            let order = isDayFirst ? "day/month" : "month/day"
            result.notes.append("\(left) \(left == 1 ? "date does" : "dates do") not fit \(order): read as missing")
        }
    }

    /// The clock on which times with offsets are read.
    private func describeClock(_ result: inout ColumnSummary, _ rules: ValueRules) {
        if let known = rules.usualClock[result.name] {
            result.clock = known
        } else if let zone = rules.timeZone {
            result.clock = zone.name
        } else if offsets.areUTC {
            return
        } else if offsets.different.count == 1 {
            result.clock = offsets.names
            result.notes.append("times with \(offsets.names) are read on that clock (--time-zone: on another)")
        } else {
            result.clock = TableClock.asWritten
            result.notes.append(
                "times with \(offsets.names) are each read on the clock with which they were written (--time-zone: all on one)"
            )
        }
    }

    private func describeTexts(_ result: inout ColumnSummary, numbers numeric: Int, dates: Int) {
        let all = dates + impossibleDates.count
        if numeric + texts.count + booleans + all + infinities.count == 0 {
            result.notes.append("no value at all")
        } else if codes > 0, codes == texts.count, all + booleans == 0 {
            result.notes.append("numbers with leading zeros or more than 18 digits: kept as text")
        } else if numeric > 0 || all > 0 {
            var parts: [String] = []
            if texts.count + booleans > 0 {
                let first = texts.count > 0 ? ", the first '\(texts.text)' on line \(texts.line)" : ""
                parts.append("\((texts.count + booleans).counting("text"))\(first)")
            }
            if numeric > 0 { parts.append("\(numeric.counting("number")), the first on line \(numbers.line)") }
            if dates > 0 { parts.append("\(dates.counting("date"))") }
            if impossibleDates.count > 0 {
                parts.append(
                    "\(impossibleDates.count.counting("impossible date")), the first '\(impossibleDates.text)'")
            }
            result.notes.append("mixed, kept as text: " + parts.joined(separator: "; "))
        }
    }

    private func said(_ what: String, _ seen: FirstSeen, read: String) -> String {
        "\(what): \(seen.count) read \(read), the first '\(seen.text)' on line \(seen.line)"
    }
}
