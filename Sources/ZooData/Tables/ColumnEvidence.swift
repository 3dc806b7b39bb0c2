import ZooRecords

/// What the values of a column say of its kind: how many are written in which way.
package struct ColumnEvidence: Sendable, Equatable, Encodable {
    /// A way of writing, and how many values have it.
    package struct Count: Sendable, Equatable, Encodable {
        /// Such as `whole numbers`.
        package let what: String
        /// What a single one is called, `whole number`; not in the JSON.
        package let one: String
        /// In how many rows.
        package let count: Int
        /// The first of them; empty where it says nothing by itself.
        package let example: String

        private enum CodingKeys: CodingKey { case what, count, example }

        /// The number with what it counts.
        package var text: String { count.counting(one, what) }
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
        func number(
            _ one: String, _ count: Int, _ example: String = "", rest: String = "", several: String? = nil
        ) -> ColumnEvidence.Count {
            ColumnEvidence.Count(what: (several ?? one + "s") + rest, one: one + rest, count: count, example: example)
        }
        func alike(_ what: String, _ count: Int) -> ColumnEvidence.Count { number(what, count, several: what) }
        let marked = evidence
        let forms = evidence.marked
        let counts = [
            alike("empty", missing - missingWords.count),
            number(
                "word for a missing value", missingWords.count, missingWords.text, several: "words for missing values"),
            number("whole number", integers),
            number("number", reals - marked.openPoints, rest: " with a point or an exponent"),
            number(
                "number", marked.openPoints, marked.openExample, rest: " whose point could stand between thousands"),
            number("number", forms, marked.example, rest: " with other marks"),
            alike("digits that a number would not give back", codes),
            number("infinity", infinities.count, infinities.text, several: "infinities"),
            alike("true or false", booleans), number("date", knownDates),
            number("date", openDates, rest: " with day and month in either order"),
            number("date", dayFirstDates, rest: " with the day first"),
            number("date", monthFirstDates, rest: " with the month first"),
            alike("of the dates, with a time", datesWithTime), alike("of the times, with an offset", offsetCount),
            number(
                "date", impossibleDates.count, impossibleDates.text, rest: " that the calendar does not have"),
            number("other text", words.count - codes, words.text),
        ]
        return ColumnEvidence(column: name, kind: kind, counts: counts.filter { $0.count > 0 })
    }
}
