import Foundation

/// Names for the columns of a table in SQLite, out of what a header says.
enum ColumnNames {
    /// The names, each only once; SQLite does not tell `Age` from `age`, so nor does this.
    ///
    /// An empty name becomes `column_3`, the second `age` becomes `age_2`. Line breaks become blanks.
    static func distinct(_ given: [String]) -> (names: [String], notes: [String]) {
        var taken = Set(given.map { cleaned($0).lowercased() })
        var seen: Set<String> = []
        var notes: [String] = []
        // Ten thousand columns of one name would count up from 2 each.
        var next: [String: Int] = [:]
        let names = given.enumerated().map { index, raw in
            let name = cleaned(raw)
            if !name.isEmpty, seen.insert(name.lowercased()).inserted { return name }
            let stem = name.isEmpty ? "column" : name
            var number = name.isEmpty ? index + 1 : next[name.lowercased()] ?? 2
            while taken.contains("\(stem)_\(number)".lowercased()) { number += 1 }
            let new = "\(stem)_\(number)"
            taken.insert(new.lowercased())
            if !name.isEmpty { next[name.lowercased()] = number + 1 }
            notes.append(
                name.isEmpty
                    ? "column \(index + 1) has no name: it is called '\(new)'"
                    : "there are two columns '\(name)': the later one is called '\(new)'")
            return new
        }
        return (names, notes)
    }

    private static func cleaned(_ name: String) -> String {
        let scalars = name.unicodeScalars.map {
            CharacterSet.controlCharacters.contains($0) || CharacterSet.newlines.contains($0) ? " " : Character($0)
        }
        return String(scalars).trimmingCharacters(in: .whitespaces)
    }

    /// A name as SQL wants it.
    static func quoted(_ name: String) -> String { "\"" + name.replacingOccurrences(of: "\"", with: "\"\"") + "\"" }
}
