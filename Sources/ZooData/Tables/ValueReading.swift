import Foundation
import ZooRecords

/// How the texts of a table's fields are meant.
public struct ValueRules: Sendable, Equatable {
    /// Texts that stand for a value that is not known; an empty field always does.
    public var missing: [String]
    /// The mark before the tenths of numbers.
    public var decimal = DecimalMark.auto
    /// The mark between their thousands.
    public var thousands = ThousandsMark.auto
    /// Whether in `1/2/2011` the day comes first; nil finds out from the whole column.
    public var isDayFirst: Bool?
    /// The same by column, for columns in which every date could be read both ways.
    package var usualDayFirst: [String: Bool] = [:]
    /// The clock on which times are read, or nil for that on which they were written.
    package var timeZone: TimeZoneRule?
    /// The same by column, as a model knows it.
    package var usualClock: [String: String] = [:]
    /// How numbers are written by column, as a model knows it: values that could be read in several ways are read so.
    package var usualNumbers: [String: NumberFormat] = [:]
    /// Columns that are text whatever is in them, of a SELECT of rows for a model that knows them as text.
    public var textColumns: Set<String> = []

    /// The texts that are commonly used for missing values.
    ///
    /// - Source: those of pandas 2.3 (`STR_NA_VALUES`), MySQL's and PostgreSQL's `\N`, pandas' `NaT`, and `?`
    package static let usualMissing = [
        "?", "NA", "N/A", "NaN", "nan", "NULL", "null", "None", "<NA>", "n/a", "\\N", "NaT", "#N/A", "#NA", "#N/A N/A",
        "-NaN", "-nan",
    ]

    /// The usual rules.
    public init() { missing = Self.usualMissing }

    /// The texts of missing values, where they are other than the usual ones.
    var otherMissing: [String]? { missing == Self.usualMissing ? nil : missing }

    /// The texts of missing values that were given: they are none of names such as titles either, unlike the usual ones.
    static func given(_ missing: [String]) -> [String] {
        missing.starts(with: usualMissing) ? Array(missing.dropFirst(usualMissing.count)) : missing
    }

    /// Takes the texts of missing values of a training, to which those that were added here are added; other ones in place of the
    /// usual ones stay.
    package mutating func takeMissing(of trained: [String]) {
        if missing.starts(with: Self.usualMissing) { missing = trained + missing.dropFirst(Self.usualMissing.count) }
    }

    /// The clock of a column's times that say none; nil where that is theirs.
    func localZone(of column: String) -> TimeZoneRule? {
        timeZone ?? usualClock[column].flatMap { TimeZoneRule($0) }
    }

    /// The clock of a column's times that say none, where it is another than that on which they are read.
    func assumedZone(of column: String) -> TimeZoneRule? { usualClock[column] == nil ? nil : timeZone }
}

/// A quick test for the texts that stand for missing values, and the numbers among them however they are written.
package struct MissingMarkers: Sendable {
    private let markers: [[UInt8]]
    private let longest: Int
    private var beginnings = [Bool](repeating: false, count: 256)
    private let numbers: [Double]

    package init(_ texts: [String]) {
        numbers = texts.compactMap(Double.init).filter(\.isFinite)
        markers = texts.map { Array($0.utf8) }.filter { !$0.isEmpty }
        longest = markers.map(\.count).max() ?? 0
        for marker in markers { beginnings[Int(marker[0])] = true }
    }

    @inline(__always)
    package func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if bytes.isEmpty { return true }
        guard bytes.count <= longest, beginnings[Int(bytes[0])] else { return false }
        return markers.contains { $0.count == bytes.count && $0.elementsEqual(bytes) }
    }

    /// Whether there are numbers among them.
    var hasNumbers: Bool { !numbers.isEmpty }

    /// Whether a number in a column of numbers stands for a missing value: -999.0 where -999 does.
    @inline(__always)
    package func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }

    /// The same of a text, which in a column of texts has to be as the mark is written.
    package func contains(_ text: String) -> Bool {
        Array(text.utf8).withUnsafeBufferPointer { contains($0) }
    }
}

/// Reading single values by the kind of their column.
enum ValueReading {
    /// The truth value that is meant by `true` or `false`, however they are capitalised, by `t` and `f` of PostgreSQL, and by
    /// the words of Excel in German and French.
    @inline(__always)
    static func boolean(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool? {
        if bytes.count == 1 {
            return bytes[0] == UInt8(ascii: "t") ? true : bytes[0] == UInt8(ascii: "f") ? false : nil
        }
        guard (4...6).contains(bytes.count) else { return nil }
        func matches(_ word: StaticString) -> Bool {
            guard word.utf8CodeUnitCount == bytes.count else { return false }
            return bytes.indices.allSatisfy { bytes[$0] | 32 == word.utf8Start[$0] }
        }
        if matches("true") || matches("wahr") || matches("vrai") { return true }
        return matches("false") || matches("falsch") || matches("faux") ? false : nil
    }

    /// The number that a text means in a column of this kind: dates in seconds since 1970, truth values as 1 and 0.
    ///
    /// - Returns: nil for a text that means none
    static func number(
        _ bytes: UnsafeBufferPointer<UInt8>, kind: ValueKind, format: NumberFormat = .plain, dayFirst: Bool = false,
        clock: TableClock? = nil
    ) -> Double? {
        switch kind {
        case .text: return nil
        case .date, .datetime:
            let reading = DateReading(bytes)
            guard let shown = reading.clock(dayFirst: dayFirst) ?? reading.clock(dayFirst: !dayFirst) else {
                return nil
            }
            return clock?.moment(clock: shown, offset: reading.offset).number ?? shown
        case .boolean:
            if let truth = boolean(bytes) { return truth ? 1 : 0 }
            if bytes.count == 1, bytes[0] == 48 || bytes[0] == 49 { return Double(bytes[0] - 48) }
            return nil
        case .integer, .real:
            switch NumberReading(bytes, format: format) {
            case .integer(let value): return Double(value)
            case .real(let value): return value
            case .code: return FieldParsing.number(bytes)
            case .none, .infinite: return nil
            }
        }
    }
}

extension ValueKind {
    /// The number that a text means, as somebody typed it: by the same rules as in an import.
    ///
    /// - Parameters:
    ///   - dayFirst: of dates like `1/2/2011`, whether the day comes first
    ///   - clock: of a column's times, as in its summary
    ///   - assumed: the clock of times that say none, if another
    ///   - numbers: how the column's numbers are written, as an example
    /// - Returns: seconds since 1970 of a date, 1 or 0 of a truth value; nil for texts, and where it means none
    package func number(
        parsing text: String, dayFirst: Bool = false, clock: String? = nil, assumed: TimeZoneRule? = nil,
        numbers: String? = nil
    ) -> Double? {
        Array(text.utf8).withUnsafeBufferPointer {
            let text = Blanks.trimmed($0)
            return ValueReading.number(
                text, kind: self, format: NumberFormat(of: text, usual: numbers.map { NumberFormat(example: $0) }),
                dayFirst: dayFirst,
                clock: clock.map { TableClock(name: $0, assumed: assumed) })
        }
    }
}

extension ValueKind {
    /// Seconds since 1970 as a column of this kind holds them: a day, or a day and a time.
    package func text(ofSeconds seconds: Double) -> String { CivilDate.text(seconds: seconds, isDay: self == .date) }
}
