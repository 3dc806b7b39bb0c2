/// How a data set is divided into what trains and what is held out, or which part of it is used.
///
/// Which of them some data has is said by a `DataSplits`. A new one is a case here, with its name and its line in
/// `DataSplits.Form`, and a case where the data that has it is divided.
public enum DataSplit: Sendable, Hashable, Codable {
    /// Everything; nothing is held out.
    case all
    /// One part, as the data or the training of a model divided it.
    case part(DataPart)
    /// A split that the data holds by name, such as MovieLens 100K's `u1`.
    case named(String)
    /// A random share is held out, 0 ..< 1.
    case random(Double)
    /// One of several random parts of the same size is held out, numbered from 1; together they are everything.
    case fold(Int, of: Int)
    /// Cross-validation: everything trains, in so many folds, of which every network leaves one out.
    case folds(Int)
    /// The last share of a text is held out, 0 ..< 1, by characters.
    case end(Double)
    /// The rows of the last so many seconds of a column of dates are held out.
    case last(seconds: Double, column: String)
    /// The latest share of all ratings is held out, 0 ..< 1.
    case latest(Double)
    /// The ratings from a moment on are held out.
    case since(SplitMoment)
    /// The last so many ratings of each person are held out, by time.
    case lastOfEach(Int)
    /// A share of the people, 0 ..< 1, is unseen in training: a part of each one's ratings is given, the others are to be found.
    case people(Double)
    /// The rows are held out in which a column says so: 1, or one of `valid`, `validation`, `test`, `yes`, `true`.
    case column(String)

    /// As files have it: what divides a table was `none` before there was one type for all data.
    private enum CodingKeys: String, CodingKey {
        case all = "none"
        case part, named, random, fold, folds, end, last, latest, since, lastOfEach, people, column
    }

    /// As the column of `last`: the only column of dates.
    package static let onlyDates = ""

    /// A share that chance draws; everything trains where it is 0.
    public static func random(share: Double) -> DataSplit { share > 0 ? .random(share) : .all }

    /// Whether chance decides what is held out.
    public var isRandom: Bool {
        switch self {
        case .random, .fold, .folds, .people: true
        case .all, .part, .named, .end, .last, .latest, .since, .lastOfEach, .column: false
        }
    }

    /// How the split is written.
    public var name: String {
        switch self {
        case .all: "all"
        case .part(let part): part.rawValue
        case .named(let name): name
        case .random(let share): "random:\(share)"
        case .fold(let fold, let count): "fold:\(fold)/\(count)"
        case .folds(let count): "\(count) folds"
        case .end(let share): "end:\(share)"
        case .last(let seconds, let column): "last \(Self.days(seconds)) days of \(column)"
        case .latest(let share): "time:\(share)"
        case .since(let moment): "time:\(moment.text)"
        case .lastOfEach(let count): "last:\(count)"
        case .people(let share): "users:\(share)"
        case .column(let column): "column \(column)"
        }
    }

    private static func days(_ seconds: Double) -> String {
        let days = seconds / 86_400
        return days == days.rounded() && abs(days) < 1e15 ? String(Int(days)) : "\(days)"
    }
}
