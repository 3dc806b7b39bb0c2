import Foundation

/// How the target becomes what the network learns, and back.
package enum FittedTarget: Sendable, Hashable, Codable {
    /// A number, standardised after the logarithm where that is wanted.
    case number(FittedNumber)
    /// One of some classes.
    case classes(FittedClasses)

    /// A number as target.
    package struct FittedNumber: Sendable, Hashable, Codable {
        /// The column.
        package let column: String
        /// Whether log(1 + x) is learned.
        package let isLog: Bool
        /// The mean of what is learned.
        package let mean: Double
        /// Its deviation, above 0.
        package let deviation: Double
        /// The least number of training.
        package let minimum: Double
        /// The greatest.
        package let maximum: Double
        /// How it was written, as `TableColumn.numbers`.
        package var numbers: String?

        /// What the network learns for a number.
        package func encoded(_ value: Double) -> Double { ((isLog ? log1p(value) : value) - mean) / deviation }

        /// The number for what the network says.
        package func decoded(_ output: Double) -> Double { decoded(output, shift: 0) }

        /// The number for what the network says, moved by so much in the unit of what is learned.
        func decoded(_ output: Double, shift: Double) -> Double {
            let value = output * deviation + mean + shift
            guard isLog else { return value }
            // Far above what training had, the exponential would be infinite; below 0 is nothing where training had nothing.
            let number = expm1(min(value, log1p(maximum) + 10))
            return minimum >= 0 ? max(number, 0) : number
        }

        /// The number that a row's stored target stands for: rounding must not move a 0 off 0, where relative errors begin.
        func actual(_ stored: Float) -> Double { stored == Float(encoded(0)) ? 0 : decoded(Double(stored)) }
    }

    /// Classes as target.
    package struct FittedClasses: Sendable, Hashable, Codable {
        /// The column.
        package let column: String
        /// What the column holds.
        package let kind: ColumnKind
        /// The classes, in order.
        package let labels: [String]
        /// How often training had each.
        package let counts: [Int]

        /// Classes with how often training had each.
        package init(column: String, kind: ColumnKind, labels: [String], counts: [Int]) {
            (self.column, self.kind, self.labels, self.counts) = (column, kind, labels, counts)
        }

        /// A class as files of words write it: truth values, which are 1 and 0 here, as True and False.
        package func written(_ label: String) -> String {
            kind == .boolean ? (label == "1" ? "True" : "False") : label
        }
    }

    /// The column.
    package var column: String {
        switch self {
        case .number(let number): number.column
        case .classes(let classes): classes.column
        }
    }

    /// Outputs of the network.
    package var outputs: Int {
        switch self {
        case .number: 1
        case .classes(let classes): classes.labels.count
        }
    }

    /// The classes; nil where the target is a number.
    package var classes: FittedClasses? { if case .classes(let classes) = self { classes } else { nil } }

    /// What each row's target is; nil where it is missing or a class that training did not have.
    func encoded(_ values: ColumnValues, cache: inout CategoryCache) -> [EncodedTarget?] {
        switch self {
        case .number(let number):
            return values.asNumbers.map { value in
                guard value.isFinite, !number.isLog || value > -1 else { return nil }
                return .number(Float(number.encoded(value)))
            }
        case .classes(let classes):
            let (codes, dictionary) = values.asTexts
            cache.translate(dictionary, classes.labels, firstCode: 1)
            return codes.map { code in
                guard code >= 0, cache.codes[Int(code)] > 0 else { return nil }
                return .label(cache.codes[Int(code)] - 1)
            }
        }
    }
}

extension FittedTarget.FittedNumber {
    /// A number that is learned as it is.
    package init(column: String, within limits: ValueRange) {
        self.init(
            column: column, isLog: false, mean: 0, deviation: 1, minimum: limits.minimum, maximum: limits.maximum)
    }
}

/// One row's target as the network learns it.
enum EncodedTarget {
    case number(Float)
    case label(Int32)
}
