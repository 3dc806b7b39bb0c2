import ArgumentParser
import ZooData

/// How a delimited file of rows is to be read, wherever one is taken.
struct TableFileOptions: ParsableArguments {
    @Option(
        help: """
            Delimiter of fields: one character or several, such as ::, or comma, semicolon, tab, bar or space. (default: \
            detected)
            """, transform: { try FieldDelimiter($0) })
    var delimiter: FieldDelimiter?

    @Option(help: "Whether the first row names the columns: first (it does), none (it does not) or auto (detected).")
    var header: HeaderChoice = .auto

    @Option(help: "Names of the columns, such as a,b,c. (default: those of the header)")
    var columns: String?

    @Option(help: "Number of lines to skip before the table, 0 or more.") var skipLines = 0

    @Option(
        help: """
            Text of missing values, besides ?, NA, N/A, n/a, NaN, nan, NaT, NULL, null, None, <NA>, #N/A and \\N; may be \
            repeated. (default: none)
            """)
    var missing: [String] = []

    @Option(help: "Text of missing values, in place of the usual ones; may be repeated. (default: the usual ones)")
    var missingOnly: [String] = []

    @Option(help: "Mark before the decimals of numbers: point, comma, or auto (detected from the whole file).")
    var decimal: DecimalMark = .auto

    @Option(
        help: """
            Mark between the thousands of numbers: none, comma, point, blank, apostrophe, or auto (detected from the whole \
            file).
            """)
    var thousands: ThousandsMark = .auto

    @Option(
        help: "Character at the beginning of comment lines, or none. (default: detected: # or none)",
        transform: { try character($0, "a comment") })
    var comment: UInt8?

    @Option(
        help: """
            Character that makes a quote, delimiter or line end behind it a part of the text, or none. (default: detected: \
            backslash or none)
            """, transform: { try character($0, "an escape") })
    var escape: UInt8?

    @Option(help: "Characters to remove from the ends of fields, such as a full stop. (default: none)") var trimEnd = ""
    @Flag(help: "Read 1/2/2011 as day/month/year (default: detected from the whole column).") var dayFirst = false
    /// The same as `--decimal comma`.
    @Flag(help: .hidden) var decimalComma = false

    @Option(
        help: """
            Clock on which times are read: an offset such as +02:00, or a place such as Europe/Berlin; where a model keeps \
            a clock, that of times without an offset. (default: the clock with which they were written)
            """, transform: { try zone($0) })
    var timeZone: TimeZoneRule?

    func validate() throws {
        guard skipLines >= 0 else { throw ValidationError("--skip-lines must be 0 or more") }
        guard trimEnd.utf8.allSatisfy({ (33..<127).contains($0) && $0 != 34 }) else {
            throw ValidationError("--trim-end takes ASCII characters other than quotes and blanks")
        }
        if decimalComma, decimal == .point {
            throw ValidationError("--decimal-comma and --decimal point exclude each other")
        }
        let mark = decimalComma ? DecimalMark.comma : decimal
        if mark.rawValue == thousands.rawValue, mark != .auto {
            throw ValidationError("--decimal and --thousands cannot both be \(mark.rawValue)")
        }
        if !missing.isEmpty, !missingOnly.isEmpty {
            throw ValidationError("--missing adds to the usual texts, --missing-only replaces them: give one of them")
        }
        if header == .none, delimiter == nil, columns == "" { throw ValidationError("--columns is empty") }
    }

    /// The options of an import, with those on tables from here.
    ///
    /// - Parameters:
    ///   - text: names of columns that are text whatever is in them
    ///   - number: names of columns that are numbers or truth values although JSON has them in quotes
    func value(_ imports: ImportOptionsGroup, text: String?, number: String?) -> TableImportOptions {
        var result = value(encoding: imports.encoding)
        result.textColumns = text.map(list) ?? []
        result.numberColumns = number.map(list) ?? []
        result.skipsBadRows = imports.skipBadRows
        result.isReplacing = imports.replace
        return result
    }

    /// The options of reading a file.
    func value(encoding: TextEncoding) -> TableImportOptions {
        var result = TableImportOptions()
        result.delimiter = delimiter?.bytes[0]
        result.delimiterRest = delimiter.map { Array($0.bytes.dropFirst()) } ?? []
        result.header = header
        result.columnNames = columns.map(list)
        result.skippedLines = skipLines
        result.encoding = encoding
        result.trimmedEnds = Array(trimEnd.utf8)
        result.comment = comment
        result.escape = escape
        result.rules.missing = missingOnly.isEmpty ? result.rules.missing + missing : missingOnly
        result.rules.isDayFirst = dayFirst ? true : nil
        result.rules.decimal = decimalComma ? .comma : decimal
        result.rules.thousands = thousands
        result.rules.timeZone = timeZone
        return result
    }

    private func list(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { name in
            String(name.trimmingPrefix { $0 == " " })
        }
    }
}

/// What stands between two fields, as it is written on the command line.
struct FieldDelimiter {
    /// At least one.
    let bytes: [UInt8]

    init(_ text: String) throws {
        let names = ["comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "space": " ", "\\t": "\t"]
        bytes = Array((names[text.lowercased()] ?? text).utf8)
        let isPlain = bytes.allSatisfy { $0 == 9 || (32..<127).contains($0) && $0 != 34 }
        guard isPlain, (1...8).contains(bytes.count) else {
            throw ValidationError(
                "'\(text)' is not a delimiter: give one to eight ASCII characters other than quotes, or a name such as tab"
            )
        }
    }
}

extension TableFileOptions {
    /// Said of the option where there is a data set.
    static let zoneOfDataset =
        "--time-zone is not for --data: the times of a data set were read by 'zoo data import csv', which has the option, too"

    static func zone(_ text: String) throws -> TimeZoneRule {
        guard let zone = TimeZoneRule(text) else {
            throw ValidationError(
                "'\(text)' is not a time zone: give an offset such as +02:00, or a place such as Europe/Berlin")
        }
        return zone
    }

    /// The byte of an option that takes one character, or `none`.
    fileprivate static func character(_ text: String, _ role: String) throws -> UInt8 {
        if text.lowercased() == "none" { return 0 }
        let bytes = Array((text.lowercased() == "backslash" ? "\\" : text).utf8)
        guard bytes.count == 1, (33..<127).contains(bytes[0]), bytes[0] != 34 else {
            throw ValidationError("'\(text)' is not a character for \(role): give one ASCII character, or none")
        }
        return bytes[0]
    }
}

extension HeaderChoice: ExpressibleByArgument {}
extension DecimalMark: ExpressibleByArgument {}
extension ThousandsMark: ExpressibleByArgument {}
