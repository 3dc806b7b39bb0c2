import Foundation
import ZooRecords

/// A clock: of a fixed offset from UTC, or of a place.
package struct TimeZoneRule: Sendable, Equatable {
    /// How it is written: `+02:00`, `Europe/Berlin`.
    package let name: String
    private let fixed: Int?
    private let place: TimeZone?

    /// Reads `+02:00`, `-0530`, `UTC`, `Z` or a name of the IANA database; nil for anything else.
    package init?(_ text: String) {
        if ["utc", "z", "gmt"].contains(text.lowercased()) {
            (name, fixed, place) = ("+00:00", 0, nil)
        } else if let offset = Self.offset(text) {
            (name, fixed, place) = (Moment.name(ofOffset: offset), offset, nil)
        } else if text.contains("/"), let zone = TimeZone(identifier: text) {
            (name, fixed, place) = (text, nil, zone)
        } else {
            return nil
        }
    }

    private static func offset(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), [1, 2, 4].contains(digits.count),
            let number = Int(digits)
        else { return nil }
        let (hours, minutes) = digits.count == 4 ? (number / 100, number % 100) : (number, 0)
        guard hours <= 14, minutes <= 59 else { return nil }
        return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
    }

    /// Whether its offset may change.
    var isPlace: Bool { place != nil }

    /// Seconds that the clock is ahead at a moment, in seconds since 1970, UTC.
    func offset(at instant: Double) -> Int {
        fixed ?? place?.secondsFromGMT(for: Date(timeIntervalSince1970: instant)) ?? 0
    }

    /// Seconds that it is ahead when it shows so many seconds since 1970; of an hour that comes twice, the first.
    func offset(whenShowing clock: Double) -> Int {
        if let fixed { return fixed }
        let before = offset(at: clock - 86_400)
        return offset(at: clock - Double(before)) == before
            ? before : offset(at: clock - Double(offset(at: clock + 86_400)))
    }

    /// How often a clock shows a time.
    enum Showing { case never, once, twice }

    /// How often it shows so many seconds since 1970.
    func showing(_ clock: Double) -> Showing {
        let offsets = Set([-86_400.0, 86_400].map { offset(at: clock + $0) })
        switch offsets.count(where: { offset(at: clock - Double($0)) == $0 }) {
        case 0: return .never
        case 1: return .once
        default: return .twice
        }
    }
}

/// On which clock the times of a column are read.
struct TableClock: Sendable, Equatable {
    /// The clock of all of them; nil where each is read on its own.
    let zone: TimeZoneRule?
    /// The clock of times that say none, where it is another than `zone`.
    let assumed: TimeZoneRule?

    /// The clock of times that say none; nil where each is read on its own.
    var local: TimeZoneRule? { assumed ?? zone }

    /// What a column has in its summary where each time is read on its own clock.
    static let asWritten = "as written"

    /// - Parameter name: as it is in a column's summary
    init(name: String, assumed: TimeZoneRule? = nil) {
        zone = TimeZoneRule(name)
        self.assumed = assumed
    }

    /// Seconds since 1970 that can be written as a date: the years 0 to 9999.
    private static let calendar = -62_167_219_200.0..<253_402_300_800.0

    /// A time by its clock; one that would leave the calendar, such as the end of the year 9999, as it was written.
    ///
    /// - Parameter offset: what was written behind it
    func moment(clock: Double, offset: Int?) -> Moment {
        let given = offset ?? assumed?.offset(whenShowing: clock)
        guard let zone else { return Moment(clock: clock, offset: given ?? 0) }
        guard let given else { return Moment(clock: clock, offset: zone.offset(whenShowing: clock)) }
        let instant = clock - Double(given)
        let ahead = zone.offset(at: instant)
        let shown = instant + Double(ahead)
        return Self.calendar.contains(shown)
            ? Moment(clock: shown, offset: ahead) : Moment(clock: clock, offset: given)
    }
}

/// What is said of times without an offset from UTC among others that have one, in tables and of ratings.
enum OffsetNote {
    /// - Parameter clock: that of all others; nil where they have several
    static func text(count: Int, clock: String?) -> String {
        "\(count.counting("time")) without an offset \(count == 1 ? "is" : "are") read as "
            + (clock.map { "\($0), which all others have" } ?? "UTC") + " (--time-zone: on another clock)"
    }
}
