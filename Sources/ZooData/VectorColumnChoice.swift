/// Which columns of a delimited file make up its vectors.
struct VectorColumnChoice {
    /// Why that is not clear, and what to do.
    struct Doubt: Error { let reason: String }

    private let names: [String]
    private let free: [Int]
    private let numeric: [Int]

    /// - Parameters:
    ///   - free: the columns that are neither key nor label
    ///   - numeric: those of them with a number in the first row
    init(_ names: [String], free: [Int], numeric: [Int]) {
        (self.names, self.free, self.numeric) = (names, free, numeric)
    }

    /// The columns that were named; else those that are numbered behind one stem, such as `d0` and `d1`; else the only one, or
    /// as many as were said.
    ///
    /// - Throws: `Doubt` naming what there is
    func columns(_ chosen: [String], width: Int?) throws -> [Int] {
        func list(_ places: [Int]) -> String { places.prefix(20).map { "'\(names[$0])'" }.joined(separator: ", ") }
        var found = try named(chosen)
        if found.isEmpty {
            let stems = Dictionary(grouping: free.filter { stem(names[$0]) != nil }) { stem(names[$0]) ?? "" }
                .values.filter { $0.count > 1 && !Set($0).isDisjoint(with: numeric) }
            let fitting = width.map { width in stems.filter { $0.count == width } } ?? Array(stems)
            if fitting.count == 1 {
                found = fitting[0]
            } else if stems.isEmpty, numeric.count == width ?? 1 {
                found = numeric
            } else if let width, stems.count == 1 {
                throw Doubt(
                    reason: "--width is \(width), and \(stems[0].count) columns are numbered, from "
                        + "'\(names[stems[0][0]])': --vector-columns names those of the vector")
            } else {
                throw Doubt(
                    reason:
                        "which of its columns of numbers make up the vector is not clear: --vector-columns names them, as "
                        + "x,y or 'd*', of \(list(numeric))")
            }
        }
        if let width, width != found.count {
            throw Doubt(
                reason: "--width is \(width), and --vector-columns names \(found.count) columns: \(list(found))")
        }
        return found
    }

    private func named(_ chosen: [String]) throws -> [Int] {
        var found: [Int] = []
        for name in chosen {
            let matching = free.filter {
                name.last == "*" ? names[$0].hasPrefix(name.dropLast()) : names[$0] == name
            }
            guard !matching.isEmpty else {
                throw Doubt(reason: "--vector-columns names '\(name)', which is no column beside key and label")
            }
            found += matching.filter { !found.contains($0) }
        }
        return found
    }

    /// What stands before the number at the end of a name; nil of a name without.
    private func stem(_ name: String) -> String? {
        let stem = String(name.reversed().drop { $0.isASCII && $0.isNumber }.reversed())
        return stem.count < name.count ? stem : nil
    }
}
