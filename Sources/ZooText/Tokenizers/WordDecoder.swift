/// Sets words as a typist would: blanks between words and none before a comma, capitals where a special asks for them,
/// quotation marks that open and close by turns.
struct WordDecoder: TokenDecoder {
    let vocabulary: [String]
    private var previous: String?  // what was set last; nil at the beginning and behind a break
    private var glues = false  // whether what was set last takes no blank behind it
    private var openQuotes: Set<String> = []
    private var isCapitalised = false
    private var isInCapitals = false
    private var repetition: Repetition?
    /// A model may write any number behind `xxrep`.
    private static let mostRepeated = 100

    private struct Repetition {
        let ofWord: Bool
        var count: Int?
    }

    init(vocabulary: [String]) { self.vocabulary = vocabulary }

    mutating func append(_ token: Int32) -> String {
        guard vocabulary.indices.contains(Int(token)) else { return "" }
        let text = vocabulary[Int(token)]
        if let special = WordTokenizer.Special(rawValue: text) {
            switch special {
            case .capitalised: isCapitalised = true
            case .capitals: isInCapitals = true
            case .repeated: repetition = Repetition(ofWord: false)
            case .repeatedWord: repetition = Repetition(ofWord: true)
            case .padding: break
            case .documentStart: return previous == nil ? "" : set("\n\n")
            case .unknown: return set(text)
            }
            return ""
        }
        if let current = repetition {
            if current.count == nil, let count = Int(text) {
                repetition?.count = min(max(count, 1), Self.mostRepeated)
                return ""
            }
            repetition = nil
            let count = current.count ?? 1
            if !current.ofWord { return set(String(repeating: cased(text), count: count)) }
            let word = cased(text)
            return (0..<count).map { _ in set(word) }.joined()
        }
        return set(cased(text))
    }

    mutating func finish() -> String { "" }

    private mutating func cased(_ text: String) -> String {
        defer { (isCapitalised, isInCapitals) = (false, false) }
        if isInCapitals { return text.uppercased() }
        return isCapitalised ? WordRules.capitalised(text) : text
    }

    /// The text with the blank that belongs before it.
    private mutating func set(_ text: String) -> String {
        if text.hasPrefix("\n") {
            (previous, glues) = (nil, false)
            openQuotes = []
            return text
        }
        let manner = manner(of: text)
        let blank = needsBlank(before: text, manner) ? " " : ""
        glues = manner == .opens || manner == .joins
        previous = text
        return blank + text
    }

    /// How a mark stands to its neighbours.
    private enum Manner { case apart, opens, closes, joins }

    private mutating func manner(of text: String) -> Manner {
        guard let first = text.first else { return .apart }
        if text == "\"" || text == "'" || text == "`" {
            if openQuotes.remove(text) != nil { return .closes }
            openQuotes.insert(text)
            return .opens
        }
        if "([{\u{201C}\u{2018}\u{AB}\u{BF}\u{A1}#$\u{A3}\u{20AC}@".contains(first) { return .opens }
        if ".,;:!?)]}%\u{201D}\u{2019}\u{BB}\u{2026}\u{3002}\u{3001}".contains(first) { return .closes }
        return text == "-" || text == "/" ? .joins : .apart
    }

    private func needsBlank(before text: String, _ manner: Manner) -> Bool {
        guard let previous, let last = previous.unicodeScalars.last, let first = text.unicodeScalars.first else {
            return false
        }
        // Without a blank, two runs of one mark would become one run.
        if last == first, WordPieces.sort(first) == .other { return true }
        if WordPieces.sort(last) == .ideograph, WordPieces.sort(first) == .ideograph { return false }
        return !glues && manner != .closes && manner != .joins
    }
}
