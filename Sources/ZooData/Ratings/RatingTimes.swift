/// The times of ratings while they are read: numbers in a unit that all of them settle, or dates.
struct RatingTimes {
    private var values: [Int64] = []
    /// Whether a value is a number, whose unit is not settled yet.
    private var isNumber: [Bool] = []
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

    mutating func append(_ reading: Reading) {
        switch reading {
        case .missing:
            values.append(StoredInteractions.withoutTime)
            isNumber.append(false)
        case .number(let number):
            values.append(number)
            isNumber.append(true)
            numbers += 1
            let unit = TimestampUnit(of: number)
            if unit != .seconds { otherUnits[unit, default: 0] += 1 }
        case .date(let seconds, let order):
            values.append(seconds)
            isNumber.append(false)
            switch order {
            case .open: openDates += 1
            case .dayFirst: dayFirstDates += 1
            case .monthFirst: monthFirstDates += 1
            case .known, .none, .impossible: break
            }
        }
    }

    /// Whether the dates show that the day comes first, which some of them were not read with.
    var provesDayFirst: Bool { isDayFirst == nil && openDates > 0 && dayFirstDates > monthFirstDates }

    /// Seconds since 1970, empty where no time is known; and what was decided.
    ///
    /// - Parameter unit: of times that are numbers; nil takes the one that most of them have by their size
    func finish(unit: TimestampUnit?) -> (times: [Int64], notes: [String]) {
        guard values.contains(where: { $0 != StoredInteractions.withoutTime }) else { return ([], []) }
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
        let divisor = (unit ?? usual).perSecond
        let times = zip(values, isNumber).map { value, isNumber in
            guard isNumber, divisor > 1 else { return value }
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
            return rest < 0 ? quotient - 1 : quotient
        }
        return (times, notes)
    }
}
