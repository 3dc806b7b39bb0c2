/// The times of ratings while they are read: numbers in a unit that all of them settle, or dates.
struct RatingTimes {
    private var isKnown = false
    private var numbers = 0
    /// How many numbers are by their size no seconds.
    private var otherUnits: [TimestampUnit: Int] = [:]
    private var openDates = 0
    private var dayFirstDates = 0
    private var monthFirstDates = 0
    private let isDayFirst: Bool?
    private let markers: MissingMarkers
    private let zone: TimeZoneRule?

    /// - Parameter rules: of dates like `1/2/2011`, whether the day comes first; nil reads them with the month first. The clock
    ///   of dates that say none; nil for UTC
    init(_ rules: ValueRules) {
        (isDayFirst, markers, zone) = (rules.isDayFirst, MissingMarkers(rules.missing), rules.timeZone)
    }

    /// What the bytes mean; nil for what is no time.
    func reading(_ bytes: UnsafeBufferPointer<UInt8>) -> Reading? {
        let bytes = Blanks.trimmed(bytes)
        if markers.contains(bytes) { return .missing }
        if let number = FieldParsing.integer(bytes) { return .number(number) }
        let date = DateReading(bytes)
        guard var seconds = date.seconds(dayFirst: isDayFirst ?? false) ?? date.seconds(dayFirst: true) else {
            return nil
        }
        if date.offset == nil, let zone { seconds -= Double(zone.offset(whenShowing: seconds)) }
        return .date(Int64(seconds.rounded(.down)), date.order)
    }

    /// A time as it is written.
    enum Reading {
        case missing
        case number(Int64)
        case date(Int64, DateReading.Order)
    }

    /// Counts a time in.
    ///
    /// - Returns: its value, and whether it is a number, whose unit all of them settle
    mutating func take(_ reading: Reading) -> (value: Int64, isNumber: Bool) {
        switch reading {
        case .missing: return (StoredInteractions.withoutTime, false)
        case .number(let number):
            numbers += 1
            let unit = TimestampUnit(of: number)
            if unit != .seconds { otherUnits[unit, default: 0] += 1 }
            isKnown = isKnown || number != StoredInteractions.withoutTime
            return (number, true)
        case .date(let seconds, let order):
            isKnown = true
            switch order {
            case .open: openDates += 1
            case .dayFirst: dayFirstDates += 1
            case .monthFirst: monthFirstDates += 1
            case .known, .none, .impossible: break
            }
            return (seconds, false)
        }
    }

    /// Whether the dates show that the day comes first, which some of them were not read with.
    var provesDayFirst: Bool { isDayFirst == nil && openDates > 0 && dayFirstDates > monthFirstDates }

    /// How the times are meant, once all were taken.
    ///
    /// - Parameter unit: of times that are numbers; nil takes the one that most of them have by their size
    func finish(unit: TimestampUnit?) -> Clock {
        guard isKnown else { return Clock(isKnown: false, perSecond: 1, notes: []) }
        var units = otherUnits
        units[.seconds] = numbers - otherUnits.values.reduce(0, +)
        let usual = units.max { ($0.value, $1.key.perSecond) < ($1.value, $0.key.perSecond) }?.key ?? .seconds
        var notes: [String] = []
        if unit == nil, usual != .seconds {
            notes.append("times are taken for \(usual.rawValue) since 1970: --timestamp-unit says otherwise")
        }
        if isDayFirst == nil, openDates > 0, dayFirstDates == 0, monthFirstDates == 0 {
            notes.append("dates like 1/2/2011 are read with the month first: --day-first says otherwise")
        }
        return Clock(isKnown: true, perSecond: (unit ?? usual).perSecond, notes: notes)
    }

    /// What all times settled.
    struct Clock {
        /// Whether any time is known.
        let isKnown: Bool
        fileprivate let perSecond: Int64
        /// What was decided, a sentence each.
        let notes: [String]

        /// The time of a row in seconds since 1970.
        func seconds(_ row: RatedRow) -> Int64 {
            guard row.isNumber, perSecond > 1 else { return row.time }
            let (quotient, rest) = row.time.quotientAndRemainder(dividingBy: perSecond)
            return rest < 0 ? quotient - 1 : quotient
        }
    }
}
