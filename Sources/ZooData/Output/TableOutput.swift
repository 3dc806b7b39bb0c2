import Foundation

/// A CSV file that is to be written, and what may give way to it.
///
/// Replaced without being asked for are a file whose first line is the one that is to be written, whatever its name, and a
/// table as CSV in a file whose name ends in `.csv` or `.tsv`, or in nothing. Other text is somebody's program or notes.
public struct TableOutput: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Whether any file of text may be replaced, whatever it holds.
    public let isReplacing: Bool
    private static let endings = ["csv", "tsv", ""]
    private static let delimiters = ",;\t|".utf8

    /// Names a file to write.
    public init(_ path: String, isReplacing: Bool = false) { (self.path, self.isReplacing) = (path, isReplacing) }

    /// Checks that the file may be written; to be called before the work, so that none is done in vain.
    ///
    /// - Parameters:
    ///   - columns: of the file
    ///   - inputs: the files that are read, nil for none
    /// - Throws: `DataError.notWritten` for columns of one name, a folder, a file that is read, and one that is not replaced
    public func check(_ columns: [String], inputs: [String?] = []) throws {
        var names: Set<String> = []
        if let twice = columns.first(where: { !names.insert($0).inserted }) {
            throw DataError.notWritten(path: path, reason: Self.twice(twice))
        }
        try FileContent.csv.checkOutput(path, inputs: inputs, isReplacing: isReplacing)
        guard !isReplacing, case .file(let target) = OutputPlace(path),
            let data = try? FileHandle(forReadingAtPath: target)?.read(upToCount: 1 << 16), !data.isEmpty
        else { return }
        let lines = Self.lines([UInt8](data))
        guard try lines.first != Self.header(columns) else { return }
        let ending = URL(fileURLWithPath: target).pathExtension.lowercased()
        guard !Self.endings.contains(ending) || !Self.isTable(lines, isNamedTable: !ending.isEmpty) else { return }
        throw DataError.notWritten(
            path: path,
            reason:
                "there is text of that name that is not known as a table (its name ends in .csv or .tsv, or its first "
                + "line is the one to write): name another file, or --replace replaces it")
    }

    /// What is said of columns of one name.
    package static func twice(_ column: String) -> String {
        "there would be two columns '\(column)': keep one of them out"
    }

    /// The first line as it is to be written.
    private static func header(_ columns: [String]) throws -> [UInt8] {
        var text = ""
        try DelimitedWriter.text(columns: columns, write: { text += $0 }, body: { _ in })
        return Array(text.utf8.dropLast())
    }

    /// The lines at the beginning of a file, line breaks in quotes left in them; the last one may not be all there.
    private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        var (lines, isQuoted): ([[UInt8]], Bool) = ([[]], false)
        for byte in bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...] where byte != 13 {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 10, !isQuoted { lines.append([]) } else { lines[lines.count - 1].append(byte) }
        }
        return lines.count > 1 ? lines.dropLast() : lines
    }

    /// Whether lines have names first and as many fields each; of one column only where the file's name says so.
    private static func isTable(_ lines: [[UInt8]], isNamedTable: Bool) -> Bool {
        let filled = lines.prefix(100).filter { !$0.isEmpty }
        let hasColumns = delimiters.contains { delimiter in
            let counts = Set(filled.map { fields($0, delimiter) })
            return counts.count == 1 && counts != [1]
        }
        return hasColumns
            || isNamedTable && filled.allSatisfy { line in delimiters.allSatisfy { fields(line, $0) == 1 } }
    }

    private static func fields(_ line: [UInt8], _ delimiter: UInt8) -> Int {
        var (count, isQuoted) = (1, false)
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == delimiter, !isQuoted { count += 1 }
        }
        return count
    }
}
