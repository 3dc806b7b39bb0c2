import ZooRecords

/// Goes through the values of a column and finds out what they are.
struct ColumnScan {
    private(set) var missing = 0
    /// Those that a word stands for.
    private(set) var missingWords = FirstSeen()
    private(set) var infinities = FirstSeen()
    private(set) var impossibleDates = FirstSeen()
    private(set) var texts = FirstSeen()
    /// Those of the texts that are no number in any format.
    private(set) var words = FirstSeen()
    private(set) var codes = 0
    private(set) var tally: ValueTally
    private(set) var blanks = FirstSeen()
    /// How its numbers are written.
    let format: NumberFormat
    private(set) var evidence = NumberEvidence()
    /// BLOBs of SQLite, and how many of them are of the length of UUIDs.
    private(set) var blobs = (count: 0, uuids: 0)
    /// Texts that are not composed: how often each occurs, by the hash of its composed form.
    private(set) var decomposed: [UInt64: Int] = [:]
    private(set) var integers = 0
    private(set) var reals = 0
    private(set) var numbers = FirstSeen()
    private(set) var booleans = 0
    private(set) var trues = 0
    /// Truth values of one letter.
    private(set) var letters = 0
    private(set) var knownDates = 0
    private(set) var openDates = 0
    /// Dates that are none with the month first, and how many different ones there are, as for the two below.
    private(set) var dayFirst = FirstSeen()
    private(set) var monthFirst = FirstSeen()
    private(set) var dayFirstTally: ValueTally
    private(set) var monthFirstTally: ValueTally
    private(set) var impossibleTally: ValueTally
    private(set) var datesWithTime = 0
    private(set) var offsets = OffsetTally()
    private(set) var sum = 0.0
    private(set) var least = Double.infinity
    private(set) var greatest = -Double.infinity
    private(set) var dayFirstSpan = Span()
    private(set) var monthFirstSpan = Span()
    private(set) var dayFirstChanges: ClockChanges
    private(set) var monthFirstChanges: ClockChanges

    /// - Parameters:
    ///   - distinctBound: the most different values that are counted
    ///   - format: how its numbers are written
    ///   - zone: the clock of its times that say none, as far as it is known
    init(distinctBound: Int, format: NumberFormat = .plain, zone: TimeZoneRule? = nil) {
        tally = ValueTally(bound: distinctBound)
        (dayFirstTally, monthFirstTally, impossibleTally) = (tally, tally, tally)
        dayFirstChanges = ClockChanges(zone)
        monthFirstChanges = dayFirstChanges
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
        var isMarked = false
        if first < 58 || first | 32 == UInt8(ascii: "i") {
            switch NumberReading(bytes, format: format) {
            case .integer(let value) where markers.contains(Double(value)):
                missing += 1
                return true
            case .real(let value) where markers.contains(value):
                missing += 1
                return true
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
            case .none: isMarked = evidence.see(text: bytes)
            }
        }
        return addOther(bytes, line: line, isMarked: isMarked)
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

    private mutating func addOther(
        _ bytes: UnsafeBufferPointer<UInt8>, line: Int, isMarked: Bool = false
    ) -> Bool {
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
        return addText(bytes, line: line, isMarked: isMarked)
    }

    private mutating func addText(
        _ bytes: UnsafeBufferPointer<UInt8>, line: Int, isMarked: Bool = false
    ) -> Bool {
        texts.see(bytes, line: line)
        if !isMarked { words.see(bytes, line: line) }
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

    private mutating func add(_ date: DateReading, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) {
        let hash = ValueTally.hash(bytes)
        switch date.order {
        case .none, .impossible:
            impossibleDates.see(bytes, line: line)
            impossibleTally.add(hash: hash, bytes)
        case .known: knownDates += 1
        case .open: openDates += 1
        case .dayFirst:
            dayFirst.see(bytes, line: line)
            dayFirstTally.add(hash: hash, bytes)
        case .monthFirst:
            monthFirst.see(bytes, line: line)
            monthFirstTally.add(hash: hash, bytes)
        }
        if date.order != .impossible && date.hasTime { datesWithTime += 1 }
        offsets.add(date.offset)
        dayFirstSpan.add(date.clock(dayFirst: true), offset: date.offset)
        monthFirstSpan.add(date.clock(dayFirst: false), offset: date.offset)
        dayFirstChanges.see(date, dayFirst: true)
        monthFirstChanges.see(date, dayFirst: false)
        tally.add(hash: hash, bytes)
    }

    var dayFirstDates: Int { dayFirst.count }
    var monthFirstDates: Int { monthFirst.count }

    /// Whether there are numbers among the values.
    var hasNumbers: Bool { integers + reals > 0 }

    /// Whether all values are numbers in this format, as far as one column can say.
    func isNumeric(in format: NumberFormat) -> Bool {
        let others = booleans + dateCount + impossibleDates.count
        return others == 0 && integers + reals + texts.count > 0 && evidence.texts(in: format) == texts.count
    }

    /// How many times have an offset from UTC.
    var offsetCount: Int { offsets.count }

    var dateCount: Int { knownDates + openDates + dayFirstDates + monthFirstDates }
}
