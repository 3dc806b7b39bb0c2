/// What the values of a column say of its kind: how many are written in which way.
package struct ColumnEvidence: Sendable, Equatable, Encodable {
    /// A way of writing, and how many values have it.
    package struct Count: Sendable, Equatable, Encodable {
        /// Such as `whole numbers`.
        package let what: String
        /// In how many rows.
        package let count: Int
        /// The first of them; empty where it says nothing by itself.
        package let example: String
    }

    /// The column.
    package let column: String
    /// What it was taken for.
    package let kind: ValueKind
    /// The counts that are not 0.
    package let counts: [Count]
}

extension ColumnScan {
    /// What the values say, as they were first looked at.
    func evidence(of name: String, kind: ValueKind) -> ColumnEvidence {
        func seen(_ what: String, _ seen: FirstSeen) -> ColumnEvidence.Count {
            ColumnEvidence.Count(what: what, count: seen.count, example: seen.text)
        }
        func number(_ what: String, _ count: Int, _ example: String = "") -> ColumnEvidence.Count {
            ColumnEvidence.Count(what: what, count: count, example: example)
        }
        let marked = evidence
        let forms = marked.openCommas + marked.forms.values.reduce(0, +)
        let counts = [
            number("empty", missing - missingWords.count), seen("words for missing values", missingWords),
            number("whole numbers", integers),
            number("numbers with a point or an exponent", reals - marked.openPoints),
            number("numbers whose point could stand between thousands", marked.openPoints, marked.openExample),
            number("numbers with other marks", forms, marked.example),
            number("digits that a number would not give back", codes), seen("infinities", infinities),
            number("true or false", booleans), number("dates", knownDates),
            number("dates with day and month in either order", openDates),
            number("dates with the day first", dayFirstDates), number("dates with the month first", monthFirstDates),
            number("of the dates, with a time", datesWithTime), number("of the times, with an offset", offsetCount),
            seen("dates that the calendar does not have", impossibleDates),
            number("other texts", texts.count - codes - forms, texts.text),
        ]
        return ColumnEvidence(column: name, kind: kind, counts: counts.filter { $0.count > 0 })
    }
}
