/// Dates such as `03/04/2024`, of which neither the column nor a model says whether the day comes first.
package enum OpenDates {
    /// What is said of a column of them.
    static let note =
        "every date could be read as day/month and as month/day: read as month/day; --day-first for the other"
    /// The same of a SELECT, which takes no such option.
    static let noteOfQuery =
        "every date could be read as day/month and as month/day: read as month/day; write year-month-day for the other"

    /// What is said of dates that can only be read in the other order than in a model's training.
    static func note(dayFirst: Bool) -> String {
        let (order, other) = dayFirst ? ("day/month", "month/day") : ("month/day", "day/month")
        return "the dates are \(order) and are read so; in the model's training they were \(other)"
    }

    /// Whether a text is a date that may be read both ways, to different days.
    package static func contains(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            let date = DateReading(Blanks.trimmed(bytes))
            return date.order == .open && date.clock(dayFirst: true) != date.clock(dayFirst: false)
        }
    }
}
