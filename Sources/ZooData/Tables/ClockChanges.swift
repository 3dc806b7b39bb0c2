import ZooRecords

/// Times that the clock of a place shows twice, as it is put back, or leaves out, as it is put forward; counted.
struct ClockChanges {
    private let zone: TimeZoneRule?
    private var twice = 0
    private var never = 0
    /// The last day that was looked at, and whether the clock changes near it: most days are alike.
    private var day: (number: Double, changes: Bool) = (.nan, false)

    /// - Parameter zone: the clock of times that say none; nil where there is no such
    init(_ zone: TimeZoneRule?) { self.zone = zone?.isPlace == true ? zone : nil }

    /// Whether there is a clock that changes.
    var isNeeded: Bool { zone != nil }

    /// Takes in a date; one with an offset says which time it is.
    mutating func see(_ date: DateReading, dayFirst: Bool) {
        guard zone != nil, date.offset == nil, let clock = date.clock(dayFirst: dayFirst) else { return }
        see(clock)
    }

    /// Takes in a time without an offset, in seconds since 1970 as its clock shows them.
    mutating func see(_ clock: Double) {
        guard let zone else { return }
        let number = (clock / 86_400).rounded(.down)
        if number != day.number {
            let noon = (number + 0.5) * 86_400
            day = (number, zone.offset(at: noon - 2 * 86_400) != zone.offset(at: noon + 2 * 86_400))
        }
        guard day.changes else { return }
        switch zone.showing(clock) {
        case .once: break
        case .twice: twice += 1
        case .never: never += 1
        }
    }

    /// What was taken, if there were such times.
    var note: String? {
        guard let zone, twice + never > 0 else { return nil }
        var parts: [String] = []
        if twice > 0 {
            parts.append(
                "\(twice.counting("time")) that \(zone.name) shows twice \(twice == 1 ? "is" : "are") taken for the first"
            )
        }
        if never > 0 {
            parts.append(
                "\(never.counting("time")) that \(zone.name) leaves out \(never == 1 ? "has" : "have") the offset from before"
            )
        }
        return parts.joined(separator: ", ") + " (an offset behind a time, such as +01:00, says otherwise)"
    }
}

extension TimeZoneRule {
    /// What is taken for a time that this clock shows twice or leaves out; nil for any other text.
    ///
    /// - Parameter dayFirst: of dates like `1/2/2011`, whether the day comes first
    package func note(ofTime text: String, dayFirst: Bool) -> String? {
        var changes = ClockChanges(self)
        Array(text.utf8).withUnsafeBufferPointer { changes.see(DateReading(Blanks.trimmed($0)), dayFirst: dayFirst) }
        return changes.note
    }
}
