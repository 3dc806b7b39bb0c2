import Foundation

/// Rows in columns, numbers to the right.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// - Parameter rightAligned: columns of numbers.
    init(_ header: [String], rightAligned: Set<Int> = []) {
        rows = [header]
        self.rightAligned = rightAligned
    }

    mutating func add(_ row: [String]) { rows.append(row.map(\.cell)) }

    /// The lines, without trailing blanks.
    var text: String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                return rightAligned.contains(column) ? padding + cell : cell + padding
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

extension String {
    /// The text as a cell of a table for people: blanks stand for what breaks a line and for tabs, marks for other control characters.
    var cell: String { String(map { $0.isNewline || $0 == "\t" ? " " : $0 }).onOneLine }
}

extension BinaryFloatingPoint {
    /// The number with so many digits after the point; what rounds to 0 has no sign.
    func fixed(_ digits: Int) -> String {
        let text = String(format: "%.\(digits)f", Double(self))
        return text.hasPrefix("-") && text.allSatisfy { "-0.".contains($0) } ? String(text.dropFirst()) : text
    }
}
