import ZooRecords

extension ColumnScan {
    /// What was found, as the summary of a column.
    ///
    /// - Parameters:
    ///   - declaration: the type of a column of SQLite
    ///   - isQuery: whether it is of a SELECT
    func summary(
        name: String, rules: ValueRules, declaration: String? = nil, isQuery: Bool = false
    ) -> ColumnSummary {
        var result = ColumnSummary(name: name, kind: .text)
        let numeric = integers + reals
        let (dates, hasNumbers) = (dateCount, numeric > 0)
        let plain = texts.count + booleans
        result.missing = missing
        if blobs.count > 0 {
            describeBlobs(&result)
            return result
        }
        if isTooLarge && plain + dates + impossibleDates.count == 0 {
            result.notes.append(
                "whole numbers too large to be kept exactly: kept as text (--missing, if one stands for no value)")
        } else if hasNumbers && plain + dates + impossibleDates.count == 0 {
            describeNumbers(&result, rules, declaration)
        } else if infinities.count > 0 && numeric + plain + dates + impossibleDates.count == 0 {
            result.kind = .real
            describeInfinities(&result)
        } else if dates > 0 && numeric + plain + infinities.count == 0 && dates >= impossibleDates.count {
            describeDates(&result, rules, isQuery: isQuery)
        } else if booleans > 0 && (letters == 0 || trues > 0 && trues < booleans)
            && numeric + texts.count + dates + impossibleDates.count + infinities.count == 0
        {
            result.kind = .boolean
            result.mean = Double(trues) / Double(booleans)
        } else {
            describeTexts(&result, rules, numbers: numeric, dates: dates, isQuery: isQuery)
            describeForms(&result)
            if texts.count > 0 { describeTaken(&result) }
            if numeric + dates == 0, texts.count > codes { describeSigns(&result) }
        }
        countDistinct(&result)
        return result
    }

    /// Whether there are whole numbers alone, of which a Double would not give back all: identifiers, most likely.
    private var isTooLarge: Bool {
        integers > 0 && reals + infinities.count == 0 && max(-least, greatest) >= 9_007_199_254_740_992
    }

    /// The summary of a column that is said to be text.
    func textSummary(name: String) -> ColumnSummary {
        var result = ColumnSummary(name: name, kind: .text)
        result.missing = missing
        if blobs.count > 0 {
            describeBlobs(&result)
            return result
        }
        describeForms(&result)
        countDistinct(&result)
        return result
    }

    /// BLOBs of the length of UUIDs are such, if there is nothing else; any other BLOB leaves the column out.
    private func describeBlobs(_ result: inout ColumnSummary) {
        let others =
            texts.count + booleans + dateCount + impossibleDates.count + infinities.count + integers + reals
        let areKeys = others == 0 && blobs.uuids == blobs.count
        if !areKeys { result.missing += blobs.count + others }
        result.notes.append(
            areKeys ? "BLOBs of 16 bytes, read as UUIDs" : "\(blobs.count.counting("BLOB")): the column is left out")
        result.holdsBlobs = !areKeys
        if areKeys { countDistinct(&result) }
    }

    private func countDistinct(_ result: inout ColumnSummary) {
        result.distinct = tally.distinct
        if result.kind.isDate {
            // What is read as missing is no value.
            let left = result.isDayFirst == true ? monthFirstTally : dayFirstTally
            let isRead = result.isDayFirst == nil
            result.distinct? -= (impossibleTally.distinct ?? 0) + (isRead ? 0 : left.distinct ?? 0)
        }
        result.isDistinctBounded = tally.isFull
        if result.kind == .text || result.kind == .boolean || (result.kind == .integer && (tally.distinct ?? 99) <= 24)
        {
            result.top = tally.top(5).map { ColumnSummary.Value(text: $0.text, count: $0.count) }
        }
    }

    private func describeNumbers(_ result: inout ColumnSummary, _ rules: ValueRules, _ declaration: String?) {
        result.kind = reals == 0 ? .integer : .real
        if format != .plain { result.numberFormat = format }
        describeInfinities(&result)
        let declared = declaration?.uppercased() ?? ""
        if declared.contains("DATE") || declared.contains("TIMESTAMP") {
            result.kind = .datetime  // seconds since 1970, as many programs keep them
            result.clock = rules.usualClock[result.name] ?? rules.timeZone?.name
            let clock = result.clock.map { TableClock(name: $0) }
            func text(_ instant: Double) -> String {
                CivilDate.text(seconds: clock?.moment(clock: instant, offset: 0).clock ?? instant, isDay: false)
            }
            (result.earliest, result.latest) = (text(least), text(greatest))
        } else if declared == "BOOLEAN" || declared == "BOOL", least >= 0, greatest <= 1, reals == 0 {
            result.kind = .boolean
            result.mean = sum / Double(integers)
        } else {
            let mean = sum / Double(integers + reals)
            (result.minimum, result.maximum, result.mean) = (least, greatest, mean.isFinite ? mean : nil)
        }
    }

    private func describeInfinities(_ result: inout ColumnSummary) {
        guard infinities.count > 0 else { return }
        result.missing += infinities.count
        result.infinities = infinities.count
        result.notes.append(said("infinity is not a number", infinities, read: "as missing"))
    }

    private func describeDates(_ result: inout ColumnSummary, _ rules: ValueRules, isQuery: Bool) {
        let usual = rules.usualDayFirst[result.name]
        let isDayFirst =
            rules.isDayFirst
            ?? (dayFirstDates == monthFirstDates ? usual ?? false : dayFirstDates > monthFirstDates)
        let left = isDayFirst ? monthFirstDates : dayFirstDates
        let span = isDayFirst ? dayFirstSpan : monthFirstSpan
        result.kind = datesWithTime > 0 ? .datetime : .date
        if result.kind == .datetime || rules.usualClock[result.name] != nil {
            describeClock(&result, rules)
            result.notes += [(isDayFirst ? dayFirstChanges : monthFirstChanges).note].compactMap { $0 }
        }
        let clock = result.clock.map { TableClock(name: $0, assumed: rules.assumedZone(of: result.name)) }
        func text(_ end: (clock: Double, offset: Int?, instant: Double)) -> String {
            let shown = clock?.moment(clock: end.clock, offset: end.offset).clock ?? end.clock
            return CivilDate.text(seconds: shown, isDay: result.kind == .date)
        }
        (result.earliest, result.latest) = (text(span.least), text(span.greatest))
        result.missing += impossibleDates.count + left
        if openDates + dayFirstDates + monthFirstDates > 0 {
            result.isDayFirst = isDayFirst
            if rules.isDayFirst == nil, usual == nil, dayFirstDates + monthFirstDates == 0 {
                result.notes.append(isQuery ? OpenDates.noteOfQuery : OpenDates.note)
            }
            if let usual, usual != isDayFirst { result.notes.append(OpenDates.note(dayFirst: isDayFirst)) }
        }
        if impossibleDates.count > 0 {
            result.notes.append(said("no day of the calendar", impossibleDates, read: "as missing"))
        }
        if left > 0 {
            let order = isDayFirst ? "day/month" : "month/day"
            let first = isDayFirst ? monthFirst : dayFirst
            let other =
                isQuery || isDayFirst ? "write year-month-day where both are meant" : "--day-first: the others are"
            result.notes.append(
                "\(left) \(left == 1 ? "date does" : "dates do") not fit \(order): read as missing, the first "
                    + "'\(first.text)' on \(isQuery ? "row" : "line") \(first.line) (\(other))")
        }
    }

    /// The clock on which times with offsets are read.
    private func describeClock(_ result: inout ColumnSummary, _ rules: ValueRules) {
        if let known = rules.usualClock[result.name] {
            result.clock = known
        } else if let zone = rules.timeZone {
            result.clock = zone.name
        } else if !offsets.areUTC, offsets.different.count == 1 {
            result.clock = offsets.names
            result.notes.append("times with \(offsets.names) are read on that clock (--time-zone: on another)")
        } else if !offsets.areUTC {
            result.clock = TableClock.asWritten
            // As tables hold them, in quarters of an hour.
            let held = offsets.different.map { Moment(clock: 0, offset: $0).offset }
            result.offsets = Set(held + (offsets.count < dateCount ? [0] : [])).sorted()
            result.notes.append(
                "times with \(offsets.names) are each read on the clock with which they were written (--time-zone: all on one)"
            )
        }
        if result.clock == nil, offsets.count > 0 { result.isUTC = true }
        let without = dateCount - offsets.count
        if without > 0, offsets.count > 0, rules.timeZone == nil, rules.usualClock[result.name] == nil {
            let common = offsets.different.count == 1 ? offsets.names : nil
            result.notes.append(OffsetNote.text(count: without, clock: common))
        }
    }

    private func describeTexts(
        _ result: inout ColumnSummary, _ rules: ValueRules, numbers numeric: Int, dates: Int, isQuery: Bool
    ) {
        let place = isQuery ? "row" : "line"
        let all = dates + impossibleDates.count
        // Numbers with marks are texts where no format was found that holds for the whole column.
        let mostAreMarked =
            2 * evidence.marked > texts.count && rules.decimal == .auto && rules.thousands == .auto
        if numeric + texts.count + booleans + all + infinities.count == 0 {
            result.notes.append("no value at all")
        } else if codes > 0, codes == texts.count, all + booleans == 0 {
            result.notes.append("numbers with leading zeros or more than 18 digits: kept as text")
        } else if numeric > 0 || all > 0 || mostAreMarked {
            var parts: [String] = []
            if evidence.marked > 0 {
                parts.append("\(evidence.marked.counting("number")) with marks, the first '\(evidence.example)'")
            }
            if words.count + booleans > 0 {
                let first = words.count > 0 ? ", the first '\(words.text)' on \(place) \(words.line)" : ""
                parts.append("\((words.count + booleans).counting("text"))\(first)")
            }
            if numeric > 0 { parts.append("\(numeric.counting("number")), the first on \(place) \(numbers.line)") }
            if dates > 0 { parts.append("\(dates.counting("date"))") }
            if impossibleDates.count > 0 {
                parts.append(
                    "\(impossibleDates.count.counting("impossible date")), the first '\(impossibleDates.text)'")
            }
            // A few texts among numbers or dates are words for what is not known.
            let isWord = words.count > 0 && words.count < max(numeric + evidence.marked, dates)
            let otherwise =
                isQuery
                ? "NULLIF(\(result.name), '\(words.text.replacing("'", with: "''"))') in the SELECT"
                : "--missing \(words.text.shellQuoted)"
            let isMarked = words.count + booleans + all == 0 && !isQuery
            let isMixed = numeric > 0 || words.count + booleans + all > 0
            result.notes.append(
                (isMixed ? "mixed, kept as text: " : "kept as text: ") + parts.joined(separator: "; ")
                    + (isWord ? " (\(otherwise): it stands for no value)" : "")
                    + (isMarked ? " (--decimal and --thousands say what the marks are)" : ""))
            if isMixed, numeric + evidence.marked > 0 { result.isMixed = true }
        }
    }

    private func said(_ what: String, _ seen: FirstSeen, read: String) -> String {
        "\(what): \(seen.count) read \(read), the first '\(seen.text)' on line \(seen.line)"
    }

    /// Says which values of a column of texts were not taken as they stand there.
    private func describeTaken(_ result: inout ColumnSummary) {
        let word = missingWords.text
        if missingWords.count > 0, word.first?.isLetter == true {
            result.notes.append(
                "\(missingWords.count.counting("value")) such as '\(word)' on line \(missingWords.line) read as missing "
                    + "(--missing-only for other words)")
        }
        // Where all values have them, they belong to the delimiters.
        if blanks.count > 0, blanks.count < texts.count {
            result.notes.append(
                "blanks taken off the ends of \(blanks.count.counting("text")), the first '\(blanks.text)' on line \(blanks.line)"
            )
        }
    }

    /// Says where all texts are numbers but for a sign of percent or of a currency, or a minus that is no hyphen.
    private func describeSigns(_ result: inout ColumnSummary) {
        let values = tally.top(100).map(\.text)
        func isSign(_ scalar: Unicode.Scalar) -> Bool {
            "%‰\u{2212}".unicodeScalars.contains(scalar) || scalar.properties.generalCategory == .currencySymbol
        }
        func isNumber(_ text: String) -> Bool {
            let plain = text.unicodeScalars.filter { !isSign($0) && !$0.properties.isWhitespace }
            return Array(String(String.UnicodeScalarView(plain)).utf8).withUnsafeBufferPointer {
                NumberReading($0) != .none || NumberForm($0) != nil
            }
        }
        guard values.allSatisfy(isNumber),
            let first = values.first(where: { $0.unicodeScalars.contains(where: isSign) })
        else { return }
        result.notes.append(
            "numbers with signs, such as '\(first)', are texts: write them without the signs (and - for minus) to have numbers"
        )
    }

    /// Says which texts there are in several Unicode forms.
    private func describeForms(_ result: inout ColumnSummary) {
        let both = decomposed.compactMap { tally.entry(of: $0.key, moreThan: $0.value) }.sorted()
        guard let first = both.first else { return }
        result.notes.append(
            "\(both.count.counting("text")) with accents in two Unicode forms, such as '\(first)': counted as one each")
    }
}
