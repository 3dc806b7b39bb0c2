import ArgumentParser
import ZooTabular
import ZooWorkflows

/// Names with commas between them.
struct CommaList: ExpressibleByArgument {
    let names: [String]

    init?(argument: String) {
        names = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        guard names.allSatisfy({ !$0.isEmpty }) else { return nil }
    }
}

/// A column with whole numbers: `sales:1,7`.
struct ColumnNumbers: ExpressibleByArgument {
    let column: String
    let numbers: [Int]

    init?(argument: String) {
        guard let colon = argument.lastIndex(of: ":"), colon != argument.startIndex else { return nil }
        column = String(argument[..<colon])
        let parts = argument[argument.index(after: colon)...].split(separator: ",", omittingEmptySubsequences: false)
        numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.allSatisfy({ (1...1_000_000).contains($0) }) else { return nil }
    }

    /// The column with each number of rows.
    var windows: [OrderedSettings.Window] { numbers.map { OrderedSettings.Window(column: column, rows: $0) } }
}

/// Whole numbers above 0 with commas between them: `200,100`.
struct Sizes: ExpressibleByArgument {
    let sizes: [Int]

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        sizes = parts.compactMap { Int($0) }
        guard sizes.count == parts.count, sizes.allSatisfy({ (1...100_000).contains($0) }) else { return nil }
    }
}

/// A time: `30d`, `12h`, `4w`.
struct Duration {
    let seconds: Double

    /// - Throws: `ValidationError` that says whether the unit is missing
    init(_ text: String) throws {
        let units: [Character: Double] = ["h": 3600, "d": 86_400, "w": 7 * 86_400]
        guard Double(text) == nil else {
            throw ValidationError("the unit is missing: \(text)h is in hours, \(text)d in days, \(text)w in weeks")
        }
        guard let last = text.last, let unit = units[last], let count = Double(text.dropLast()), count > 0, count <= 1e6
        else { throw ValidationError("write a number above 0, up to a million, with its unit: 12h, 30d or 4w") }
        seconds = count * unit
    }
}

/// Two numbers, the less first: `0,1000`.
struct Limits: ExpressibleByArgument {
    let low: Float
    let high: Float

    init?(argument: String) {
        let numbers = argument.split(separator: ",").compactMap { Float($0) }
        guard numbers.count == 2, numbers[0] < numbers[1], numbers.allSatisfy(\.isFinite) else { return nil }
        (low, high) = (numbers[0], numbers[1])
    }
}

/// A column with a value: `hr=8`.
struct ColumnValue: ExpressibleByArgument {
    let column: String
    let value: String

    init?(argument: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else { return nil }
        column = String(argument[..<sign])
        value = String(argument[argument.index(after: sign)...])
    }
}

extension [ColumnValue] {
    /// Refuses a column with two values.
    ///
    /// - Throws: `ValidationError` naming it
    func refuseTwice() throws {
        var seen: Set<String> = []
        if let twice = first(where: { !seen.insert($0.column).inserted })?.column {
            let values = filter { $0.column == twice }.map(\.value)
            throw ValidationError("--set gives '\(twice)' more than once: \(values.joined(separator: ", "))")
        }
    }
}
