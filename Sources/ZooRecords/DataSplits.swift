/// The splits that data of one kind has, and the parser of them.
package struct DataSplits: Sendable {
    /// A way to write a split.
    package enum Form: Sendable, Hashable, CaseIterable {
        case all, train, valid, test, named, random, fold, time, lastOfEach, people
        /// Chosen by options of their own, not by a text.
        case end, last, column

        /// How it is written, for help and refusals.
        package var pattern: String {
            switch self {
            case .all: "all"
            case .train: "train"
            case .valid: "valid"
            case .test: "test"
            case .named: "a name, such as u1"
            case .random: "random:0.2"
            case .fold: "fold:1/5"
            case .time: "time:0.2 or time:2024-01-01"
            case .lastOfEach: "last:1"
            case .people: "users:0.1"
            case .end: "the last share"
            case .last: "the last days of a column of dates"
            case .column: "a column that marks what is held out"
            }
        }

        /// The split that a text says in this form; nil where it is of another form.
        ///
        /// - Throws: `SplitError` for a value out of its range
        fileprivate func split(_ text: String) throws(SplitError) -> DataSplit? {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            switch self {
            case .all: return text == pattern ? .all : nil
            case .train: return text == pattern ? .part(.train) : nil
            case .valid: return text == pattern ? .part(.valid) : nil
            case .test: return text == pattern ? .part(.test) : nil
            case .named:
                if let form = Form.allCases.first(where: { $0.pattern.hasPrefix(text + ":") }) {
                    throw SplitError("split \(text): what follows the colon is missing, as in \(form.pattern)")
                }
                return parts.count == 1 && !text.isEmpty ? .named(text) : nil
            case .random:
                guard parts.count == 2, parts[0] == "random" else { return nil }
                return .random(try Self.share(parts[1], of: text, pattern))
            case .fold:
                guard parts.count == 2, parts[0] == "fold" else { return nil }
                let numbers = parts[1].split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
                guard numbers.count == 2, let fold = numbers[0], let count = numbers[1], (2...1000).contains(count),
                    (1...count).contains(fold)
                else { throw SplitError("split \(text): write the first of five folds as \(pattern)") }
                return .fold(fold, of: count)
            case .time:
                guard parts.count == 2, parts[0] == "time" else { return nil }
                if let moment = SplitMoment(parts[1]) { return .since(moment) }
                guard Double(parts[1]) != nil else {
                    throw SplitError("split \(text): write a share or a moment in UTC, as in \(pattern)T12:30")
                }
                return .latest(try Self.share(parts[1], of: text, pattern))
            case .lastOfEach:
                guard parts.count == 2, parts[0] == "last" else { return nil }
                guard let count = Int(parts[1]), (1...1_000_000).contains(count) else {
                    throw SplitError(
                        "split \(text): write how many ratings of each person are held out, as in \(pattern)")
                }
                return .lastOfEach(count)
            case .people:
                guard parts.count == 2, parts[0] == "users" else { return nil }
                return .people(try Self.share(parts[1], of: text, pattern))
            case .end, .last, .column: return nil
            }
        }

        private static func share(
            _ number: Substring, of text: String, _ pattern: String
        ) throws(SplitError) -> Double {
            guard let share = Double(number), share > 0, share < 1 else {
                throw SplitError("split \(text): the share is a number between 0 and 1, as in \(pattern)")
            }
            return share
        }
    }

    /// What is divided, in the plural: `ratings`.
    package let data: String
    /// Those that it has; a name is tried last.
    package let forms: [Form]

    /// The splits that some data has.
    package init(of data: String, _ forms: [Form]) { (self.data, self.forms) = (data, forms) }

    /// Every split that is written as a text, where the kind of the data is not known yet.
    package static let any = DataSplits(
        of: "data", [.all, .train, .valid, .test, .random, .fold, .time, .lastOfEach, .people, .named])
    /// Ratings, to train on.
    package static let ratings = DataSplits(
        of: "ratings", [.all, .random, .fold, .time, .lastOfEach, .people, .named])
    /// Ratings, to measure a model with.
    package static let measuredRatings = DataSplits(of: "ratings", [.train, .valid] + ratings.forms)
    /// The rows of a table, to measure a model with.
    package static let measuredRows = DataSplits(of: "tables", [.train, .valid, .all])
    /// The rows of a table, to train on.
    package static let rows = DataSplits(of: "tables", [.all, .random, .last, .column])
    /// Texts, to train on.
    package static let texts = DataSplits(of: "texts", [.all, .end])
    /// Texts, to measure a model with.
    package static let measuredTexts = DataSplits(of: "texts", [.train, .valid, .all])
    /// Images, to measure a model with.
    package static let measuredImages = DataSplits(of: "images", [.train, .valid, .test, .all])

    /// Reads a split.
    ///
    /// - Throws: `SplitError`, which names the splits that this data has
    package func parse(_ text: String) throws(SplitError) -> DataSplit {
        for form in forms { if let split = try form.split(text) { return split } }
        throw refusal(of: text)
    }

    /// What is wrong with a split that this data does not have.
    package func refusal(of text: String) -> SplitError {
        let known = forms.map(\.pattern)
        let list = known.dropLast().joined(separator: ", ") + " and " + (known.last ?? "")
        return SplitError("split \(text): the splits of \(data) are \(list)")
    }
}

/// A split that cannot be.
public struct SplitError: Error, Hashable, CustomStringConvertible {
    /// One line: the split, and which there are.
    public let description: String

    /// Says what is wrong.
    public init(_ description: String) { self.description = description }
}
