import ZooRecords

/// The times of ratings while they are read: numbers in a unit that all of them settle, or dates.
struct RatingTimes {
    private var isKnown = false
    /// Numbers other than 0, which is the same time in every unit.
    private var numbers = 0
    /// How many of them are times in a unit by their size.
    private var units: [TimestampUnit: Int] = [:]
    /// How many numbers are dates such as 20240608.
    private var digitDates = 0
    private var openDates = 0
    private var dayFirstDates = 0
    private var monthFirstDates = 0
    private var datesWithoutOffset = 0
    private var offsets: Set<Int> = []
    private var changes: ClockChanges
    private let isDayFirst: Bool?
    private let markers: MissingMarkers
    private let zone: TimeZoneRule?
    private let form: NumberKind?

    /// - Parameter rules: of dates like `1/2/2011`, whether the day comes first; nil reads them with the month first. The clock
    ///   of dates that say none; nil for UTC
    /// - Parameter form: what numbers are, where not all are of one form
    init(_ rules: ValueRules, form: NumberKind? = nil) {
        (isDayFirst, markers, zone) = (rules.isDayFirst, MissingMarkers(rules.missing), rules.timeZone)
        changes = ClockChanges(zone)
        self.form = form
    }

    /// What times that are numbers are.
    enum NumberKind: Equatable {
        case unit(TimestampUnit)
        /// Dates such as 20240608.
        case days
    }

    /// What all times together say of how single ones are to be read.
    struct Settled {
        var rules: ValueRules
        var form: NumberKind?
        var notes: [String] = []
    }

    /// Whether the bytes are missing, a date, or a number that is a time after 1973 in some unit.
    func looksLikeTime(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        switch reading(bytes) {
        case nil: false
        case .number(let number): number >= 100_000_000 || Self.day(ofDigits: number) != nil
        case .missing, .date: true
        }
    }

    /// What is to be said of a column that is taken for times by its name, or not, as it holds something else.
    static func note(_ name: String, isTime: Bool) -> String {
        isTime
            ? "column '\(name)' is taken for the times of the ratings: --timestamp-column names another"
            : "column '\(name)' is not used, as it holds more than times: --timestamp-column names a column of times"
    }

    /// What the bytes mean; nil for what is no time.
    func reading(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading? {
        let bytes = Blanks.trimmed(bytes)
        if markers.contains(bytes) { return .missing }
        if let number = FieldParsing.integer(bytes) { return .number(number) }
        let date = DateReading(bytes)
        let dayFirst = date.seconds(dayFirst: isDayFirst ?? false) == nil || isDayFirst == true
        guard var seconds = date.seconds(dayFirst: dayFirst) else { return nil }
        if date.offset == nil, let zone { seconds -= Double(zone.offset(whenShowing: seconds)) }
        return .date(Int64(seconds.rounded(.down)), date, dayFirst: dayFirst)
    }

    /// Why a time is none as most others are; nil for one that is.
    func refusal(_ reading: Reading) -> String? {
        guard case .number(let number) = reading, number != 0, let form else { return nil }
        switch form {
        case .days:
            return Self.day(ofDigits: number) == nil
                ? "\(number) is no date, as most times of this file are, such as 20240608: --timestamp-unit says what all are"
                : nil
        case .unit(let unit):
            let own = TimestampUnit(of: number)
            return own == unit
                ? nil
                : "\(number) is a time in \(own.rawValue) by its size, most of this file are in \(unit.rawValue): "
                    + "--timestamp-unit says what all are"
        }
    }

    /// A time as it is written.
    enum Reading {
        case missing
        case number(Int64)
        case date(Int64, DateReading, dayFirst: Bool)
    }

    /// Counts a time in.
    ///
    /// - Returns: its value, and whether it is a number, whose unit all of them settle
    mutating func take(_ reading: Reading) -> (value: Int64, isNumber: Bool) {
        switch reading {
        case .missing: return (StoredInteractions.withoutTime, false)
        case .number(let number):
            if number != 0 {
                numbers += 1
                units[TimestampUnit(of: number), default: 0] += 1
                if Self.day(ofDigits: number) != nil { digitDates += 1 }
            }
            isKnown = isKnown || number != StoredInteractions.withoutTime
            return (number, true)
        case .date(let seconds, let date, let dayFirst):
            isKnown = true
            if let offset = date.offset { offsets.insert(offset) } else { datesWithoutOffset += 1 }
            changes.see(date, dayFirst: dayFirst)
            switch date.order {
            case .open: openDates += 1
            case .dayFirst: dayFirstDates += 1
            case .monthFirst: monthFirstDates += 1
            case .known, .none, .impossible: break
            }
            return (seconds, false)
        }
    }

    /// What all of them say, where single ones were read otherwise; nil where nothing is to be read again.
    ///
    /// - Parameter unit: of times that are numbers, where it was given
    func settled(_ rules: ValueRules, unit: TimestampUnit?) -> Settled? {
        var settled = Settled(rules: rules, form: form)
        if isDayFirst == nil, openDates > 0, dayFirstDates > monthFirstDates { settled.rules.isDayFirst = true }
        if form == nil, unit == nil {
            switch usual {
            case .days where digitDates < numbers: settled.form = .days
            case .unit(let usual) where units[usual, default: 0] < numbers: settled.form = .unit(usual)
            case .days, .unit: break
            }
        }
        if zone == nil, datesWithoutOffset > 0, !offsets.isEmpty {
            // As in tables: times of one clock, of which some do not say it, are all of that clock.
            let common = offsets.count == 1 ? offsets.first.map { Moment.name(ofOffset: $0) } : nil
            settled.rules.timeZone = TimeZoneRule(common ?? "UTC")
            settled.notes.append(
                OffsetNote.text(count: datesWithoutOffset, clock: common))
        }
        let isSame = settled.rules == rules && settled.form == form
        return isSame ? nil : settled
    }

    /// What most numbers are by their size.
    private var usual: NumberKind {
        if digitDates * 2 > numbers { return .days }
        return .unit(units.max { ($0.value, $1.key.perSecond) < ($1.value, $0.key.perSecond) }?.key ?? .seconds)
    }

    /// How the times are meant, once all were taken.
    ///
    /// - Parameter unit: of times that are numbers; nil takes the one that most of them have by their size
    func finish(unit: TimestampUnit?) -> Clock {
        guard isKnown else { return Clock(isKnown: false, perSecond: 1, isDate: false, zone: nil, notes: []) }
        let meant = unit.map { .unit($0) } ?? form ?? usual
        var (perSecond, notes) = (Int64(1), [String]())
        switch meant {
        case .days: notes.append("times like 20240608 are read as dates: --timestamp-unit seconds says otherwise")
        case .unit(let meant):
            perSecond = meant.perSecond
            if unit == nil, meant != .seconds {
                notes.append("times are taken for \(meant.rawValue) since 1970: --timestamp-unit says otherwise")
            }
        }
        if isDayFirst == nil, openDates > 0, dayFirstDates == 0, monthFirstDates == 0 {
            notes.append("dates like 1/2/2011 are read with the month first: --day-first says otherwise")
        }
        notes += [changes.note].compactMap { $0 }
        return Clock(isKnown: true, perSecond: perSecond, isDate: meant == .days, zone: zone, notes: notes)
    }

    /// The day since 1970 that eight digits name, from the year 1900 to 2100; nil for another number.
    private static func day(ofDigits number: Int64) -> Int? {
        guard (19_000_101...21_001_231).contains(number) else { return nil }
        let digits = Int(number)
        return CivilDate.dayNumber(year: digits / 10_000, month: digits / 100 % 100, day: digits % 100)
    }

    /// What all times settled.
    struct Clock {
        /// Whether any time is known.
        let isKnown: Bool
        fileprivate let perSecond: Int64
        fileprivate let isDate: Bool
        fileprivate let zone: TimeZoneRule?
        /// What was decided, a sentence each.
        let notes: [String]

        /// The time of a row in seconds since 1970.
        func seconds(_ row: RatedRow) -> Int64 { row.isNumber ? seconds(number: row.time) : row.time }

        /// The time of a reading in seconds since 1970; nil for a missing one.
        func seconds(_ reading: Reading) -> Int64? {
            switch reading {
            case .missing: nil
            case .number(let number): seconds(number: number)
            case .date(let seconds, _, _): seconds
            }
        }

        private func seconds(number: Int64) -> Int64 {
            if isDate, let day = RatingTimes.day(ofDigits: number) {
                let shown = Double(day) * 86_400
                return Int64(shown) - Int64(zone?.offset(whenShowing: shown) ?? 0)
            }
            guard perSecond > 1 else { return number }
            let (quotient, rest) = number.quotientAndRemainder(dividingBy: perSecond)
            return rest < 0 ? quotient - 1 : quotient
        }
    }
}
