/// What `Replace` and `Split` look for in a text.
enum TextPattern: Sendable {
    /// Exactly this text.
    case literal([UInt32])
    /// So many white-space characters or more: `\s+`, `\s`.
    case whitespace(atLeast: Int, atMost: Int)
    /// So many blanks or more: ` +`, ` {2,}`.
    case blanks(atLeast: Int)

    /// Reads `{"String": …}` or `{"Regex": …}`.
    ///
    /// - Throws: `TokenizerError` for a regular expression that is not one of those above
    init(_ node: JSONNode?, of part: String) throws(TokenizerError) {
        if let text = node?["String"]?.text, !text.isEmpty {
            self = .literal(text.scalarValues)
            return
        }
        switch node?["Regex"]?.text {
        case "\\s+": self = .whitespace(atLeast: 1, atMost: .max)
        case "\\s": self = .whitespace(atLeast: 1, atMost: 1)
        case " +": self = .blanks(atLeast: 1)
        case " {2,}", "  +": self = .blanks(atLeast: 2)
        case let regex?: throw .unsupported(part: "\(part) with the regular expression '\(regex.prefix(100))'")
        case nil: throw .malformed(part: part, reason: "pattern must be a String that is not empty, or a Regex")
        }
    }

    /// Where a match that begins at `start` ends; nil where none does.
    func end(in text: [UInt32], from start: Int, to limit: Int) -> Int? {
        switch self {
        case .literal(let literal):
            guard limit - start >= literal.count, text[start..<start + literal.count].elementsEqual(literal) else {
                return nil
            }
            return start + literal.count
        case .whitespace(let least, let most):
            var end = start
            while end < limit, end - start < most, ScalarClass.of(text[end]).contains(.whitespace) { end += 1 }
            return end - start >= least ? end : nil
        case .blanks(let least):
            var end = start
            while end < limit, text[end] == 32 { end += 1 }
            return end - start >= least ? end : nil
        }
    }
}
