import Foundation

extension ColumnValues {
    /// The values as numbers: texts that are numbers count as such, others are missing.
    var asNumbers: [Double] {
        switch self {
        case .numbers(let values): return values
        case .texts(let codes, let dictionary):
            let numbers = dictionary.entries.map { Double($0) ?? .nan }
            return codes.map { $0 < 0 ? .nan : numbers[Int($0)] }
        }
    }

    /// The values as texts: numbers as they are written.
    var asTexts: (codes: [Int32], dictionary: TextDictionary) {
        switch self {
        case .texts(let codes, let dictionary): return (codes, dictionary)
        case .numbers(let values):
            let dictionary = TextDictionary()
            var known: [UInt64: Int32] = [:]
            let codes = values.map { value -> Int32 in
                guard !value.isNaN else { return -1 }
                if let code = known[value.bitPattern] { return code }
                let code = dictionary.code(for: NumberLabel.text(value))
                known[value.bitPattern] = code
                return code
            }
            return (codes, dictionary)
        }
    }
}

/// How numbers are written where they name something.
enum NumberLabel {
    /// A whole number without a point; any other as short as it can be read back exactly.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
    }

    /// The number without what rounding in a calculation left in its last digits: -1.825 for -1.8250000000000002.
    static func tidied(_ value: Double) -> Double { Double(String(format: "%.12g", value)) ?? value }
}
