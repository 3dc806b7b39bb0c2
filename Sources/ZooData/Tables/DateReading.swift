import ZooRecords

/// What the bytes of a field are as a date.
///
/// Read are `2011-01-31` (also with `/` or `.`), `31.1.2011`, `31/1/2011`, `1/31/2011` (also with `-`, and years of two
/// digits), `31 Jan 2011`, `31-Jan-2011`, `Jan 31, 2011`, each alone or with a time: `13:00`, `13:00:00.5`, `1:00 PM`, behind a
/// blank or a `T`, and with `Z` or `+01:00` behind it.
struct DateReading: Equatable {
    /// Which of its numbers mean what.
    enum Order: UInt8 {
        /// Not written like a date.
        case none
        /// Written like a date that the calendar does not have.
        case impossible
        /// Said by the form.
        case known
        /// Day and month, or month and day: both are possible.
        case open
        /// As `open`, but only with the day first.
        case dayFirst
        /// As `open`, but only with the month first.
        case monthFirst
    }

    private(set) var order = Order.none
    /// Whether there is a time of day.
    private(set) var hasTime = false
    private var knownDay = 0  // with the day first, where the order is open
    private var otherDay = 0  // with the month first
    private var secondsOfDay = 0.0
    /// Seconds that its clock is ahead of UTC; nil where that is not said.
    private(set) var offset: Int?

    /// Seconds since 1970, UTC, if this is a date when read that way; where no offset is said, the clock's.
    func seconds(dayFirst: Bool) -> Double? { clock(dayFirst: dayFirst).map { $0 - Double(offset ?? 0) } }

    /// Seconds since 1970 as its clock shows them, if this is a date when read that way.
    func clock(dayFirst: Bool) -> Double? {
        switch order {
        case .none, .impossible: nil
        case .known: Double(knownDay) * 86_400 + secondsOfDay
        case .open: Double(dayFirst ? knownDay : otherDay) * 86_400 + secondsOfDay
        case .dayFirst: dayFirst ? Double(knownDay) * 86_400 + secondsOfDay : nil
        case .monthFirst: dayFirst ? nil : Double(otherDay) * 86_400 + secondsOfDay
        }
    }

    /// Reads a whole field.
    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        // The shortest is 1/1/11; nothing as long as a sentence is tried.
        guard bytes.count >= 6, bytes.count <= 40 else { return }
        var cursor = Cursor(bytes: bytes)
        guard let date = Parts(&cursor) else { return }
        if !cursor.isAtEnd {
            guard let time = TimeOfDay(&cursor) else { return }
            hasTime = true
            guard let seconds = time.seconds else {
                order = .impossible
                return
            }
            secondsOfDay = seconds
            offset = time.offset
        }
        settle(date)
    }

    private mutating func settle(_ parts: Parts) {
        switch parts.form {
        case .yearFirst:
            guard let day = CivilDate.dayNumber(year: parts.year, month: parts.first, day: parts.second) else {
                order = .impossible
                return
            }
            (order, knownDay) = (.known, day)
        case .dayThenMonth:
            guard let day = CivilDate.dayNumber(year: parts.year, month: parts.second, day: parts.first) else {
                order = .impossible
                return
            }
            (order, knownDay) = (.known, day)
        case .open:
            let dayFirst = CivilDate.dayNumber(year: parts.year, month: parts.second, day: parts.first)
            let monthFirst = CivilDate.dayNumber(year: parts.year, month: parts.first, day: parts.second)
            knownDay = dayFirst ?? 0
            otherDay = monthFirst ?? 0
            switch (dayFirst, monthFirst) {
            case (nil, nil): order = .impossible
            case (_, nil): order = .dayFirst
            case (nil, _): order = .monthFirst
            default: order = .open
            }
        }
    }

    /// A place in the bytes of a field.
    private struct Cursor {
        let bytes: UnsafeBufferPointer<UInt8>
        var position = 0

        var isAtEnd: Bool { position == bytes.count }
        var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

        /// Takes a byte if it is this one.
        mutating func take(_ wanted: UInt8) -> Bool {
            guard byte == wanted, !isAtEnd else { return false }
            position += 1
            return true
        }

        mutating func skipBlanks() { while byte == 32 { position += 1 } }

        /// A number of at most `width` digits, and how many it has.
        mutating func number(width: Int) -> (value: Int, digits: Int)? {
            var (value, digits) = (0, 0)
            while digits < width, byte &- 48 < 10 {
                value = value * 10 + Int(byte &- 48)
                position += 1
                digits += 1
            }
            return digits > 0 && byte &- 48 >= 10 ? (value, digits) : nil
        }

        /// The number of a month by its English name or the first three letters of it.
        mutating func month() -> Int? {
            let start = position
            while (byte | 32) &- 97 < 26 { position += 1 }
            guard position - start >= 3 else { return nil }
            let name = String(decoding: bytes[start..<position], as: UTF8.self).lowercased()
            guard let index = monthNames.firstIndex(where: { $0 == name || $0.prefix(3) == name }) else { return nil }
            return index + 1
        }
    }

    private static let monthNames = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// The three numbers of a date.
    private struct Parts {
        enum Form { case yearFirst, dayThenMonth, open }
        let form: Form
        let year: Int
        let first: Int
        let second: Int

        init?(_ cursor: inout Cursor) {
            if (cursor.byte | 32) &- 97 < 26 {  // Jan 31, 2011
                guard let month = cursor.month() else { return nil }
                cursor.skipBlanks()
                guard let day = cursor.number(width: 2) else { return nil }
                _ = cursor.take(UInt8(ascii: ","))
                cursor.skipBlanks()
                guard let year = cursor.number(width: 4), year.digits == 4 else { return nil }
                (form, self.year, first, second) = (.dayThenMonth, year.value, day.value, month)
                return
            }
            guard let first = cursor.number(width: 4) else { return nil }
            let separator = cursor.byte
            guard [0x2D, 0x2F, 0x2E, 0x20].contains(separator) else { return nil }  // - / . blank
            cursor.position += 1
            if first.digits <= 2, (cursor.byte | 32) &- 97 < 26 {  // 31 Jan 2011
                guard let month = cursor.month(), cursor.take(separator),
                    let year = cursor.number(width: 4), year.digits == 4
                else { return nil }
                (form, self.year, self.first, second) = (.dayThenMonth, year.value, first.value, month)
                return
            }
            guard separator != 32, first.digits != 3, let middle = cursor.number(width: 2), cursor.take(separator),
                let last = cursor.number(width: 4), last.digits != 3
            else { return nil }
            if first.digits == 4 {
                guard last.digits <= 2 else { return nil }
                (form, year, self.first, second) = (.yearFirst, first.value, middle.value, last.value)
            } else {
                guard last.digits == 4 || last.digits == 2 else { return nil }
                // POSIX: 69 to 99 are the last century's.
                let year = last.digits == 4 ? last.value : last.value + (last.value < 69 ? 2000 : 1900)
                // With points the day comes first wherever they are used.
                form = separator == 0x2E ? .dayThenMonth : .open
                (self.year, self.first, second) = (year, first.value, middle.value)
            }
        }
    }

    /// A time behind a date.
    private struct TimeOfDay {
        /// Seconds since midnight; nil for a time that there is not.
        let seconds: Double?
        /// Seconds that the clock is ahead of UTC; nil where that is not said.
        let offset: Int?

        init?(_ cursor: inout Cursor) {
            guard cursor.take(UInt8(ascii: "T")) || cursor.byte == 32 else { return nil }
            cursor.skipBlanks()
            guard let hour = cursor.number(width: 2), cursor.take(UInt8(ascii: ":")),
                let minute = cursor.number(width: 2)
            else { return nil }
            var second = 0.0
            if cursor.take(UInt8(ascii: ":")) {
                guard let whole = cursor.number(width: 2) else { return nil }
                second = Double(whole.value)
                if cursor.take(UInt8(ascii: ".")) {
                    guard let fraction = cursor.number(width: 9) else { return nil }
                    var scale = 1.0
                    for _ in 0..<fraction.digits { scale *= 10 }
                    second += Double(fraction.value) / scale
                }
            }
            var hours = hour.value
            let beforeBlanks = cursor.position
            cursor.skipBlanks()
            if let half = TimeOfDay.half(&cursor) {
                guard (1...12).contains(hours) else {
                    (seconds, offset) = (nil, nil)
                    return
                }
                hours = hours % 12 + (half == 1 ? 12 : 0)
            } else {
                cursor.position = beforeBlanks
            }
            if cursor.isAtEnd {
                offset = nil
            } else {
                guard let zone = TimeOfDay.zone(&cursor), cursor.isAtEnd else { return nil }
                offset = zone
            }
            let isPossible = hours <= 23 && minute.value <= 59 && second < 61
            seconds = isPossible ? Double(hours * 3600 + minute.value * 60) + second : nil
        }

        /// 0 for AM, 1 for PM.
        private static func half(_ cursor: inout Cursor) -> Int? {
            let letter = cursor.byte | 32
            guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p") else { return nil }
            cursor.position += 1
            guard cursor.byte | 32 == UInt8(ascii: "m") else { return nil }
            cursor.position += 1
            return letter == UInt8(ascii: "p") ? 1 : 0
        }

        /// Seconds that the zone is ahead of UTC: `Z`, `UTC`, `+01:00`, `-0530`.
        private static func zone(_ cursor: inout Cursor) -> Int? {
            if cursor.take(UInt8(ascii: "Z")) { return 0 }
            cursor.skipBlanks()
            if cursor.take(UInt8(ascii: "U")) {
                return cursor.take(UInt8(ascii: "T")) && cursor.take(UInt8(ascii: "C")) ? 0 : nil
            }
            let isNegative = cursor.byte == UInt8(ascii: "-")
            guard isNegative || cursor.byte == UInt8(ascii: "+") else { return nil }
            cursor.position += 1
            guard let hours = cursor.number(width: 4) else { return nil }
            var minutes = 0
            var whole = hours.value
            if hours.digits == 4 {
                (whole, minutes) = (hours.value / 100, hours.value % 100)
            } else if cursor.take(UInt8(ascii: ":")) {
                guard let rest = cursor.number(width: 2) else { return nil }
                minutes = rest.value
            }
            guard whole <= 14, minutes <= 59 else { return nil }
            return (isNegative ? -1 : 1) * (whole * 3600 + minutes * 60)
        }
    }
}
