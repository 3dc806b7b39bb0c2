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
        help: "Text of missing values; may be repeated. (default: ?, NA, N/A, NaN, nan, NULL and null)")
    var missing: [String] = []

    @Option(help: "Characters to remove from the ends of fields, such as a full stop. (default: none)") var trimEnd = ""
    @Flag(help: "Read 1/2/2011 as day/month/year (default: detected from the whole column).") var dayFirst = false
    @Flag(help: "Read numbers with a decimal comma, such as 1,5.") var decimalComma = false

    /// What they are called.
    static let names = [
        "delimiter", "header", "columns", "skip-lines", "missing", "trim-end", "day-first", "decimal-comma",
    ]

    func validate() throws {
        guard skipLines >= 0 else { throw ValidationError("--skip-lines must be 0 or more") }
        guard trimEnd.utf8.allSatisfy({ (33..<127).contains($0) && $0 != 34 }) else {
            throw ValidationError("--trim-end takes ASCII characters other than quotes and blanks")
        }
        if header == .none, delimiter == nil, columns == "" { throw ValidationError("--columns is empty") }
    }

    /// The options of an import, with those on tables from here.
    ///
    /// - Parameter text: names of columns that are text whatever is in them
    func value(_ imports: ImportOptionsGroup, text: String?) -> TableImportOptions {
        var result = value(encoding: imports.encoding)
        result.textColumns = text.map(list) ?? []
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
        if !missing.isEmpty { result.rules.missing = missing }
        result.rules.isDayFirst = dayFirst ? true : nil
        result.rules.hasDecimalComma = decimalComma
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
                "'\(text)' is no delimiter: give one to eight ASCII characters other than quotes, or a name such as tab"
            )
        }
    }
}

extension HeaderChoice: ExpressibleByArgument {}
