/// Tokens that are found in a text before it is cut into words.
struct AddedTokens: Sendable {
    private struct Rule: Sendable {
        var isSingleWord: Bool
        var stripsLeft: Bool
        var stripsRight: Bool
    }

    private var trie = TokenTrie()
    private var rules: [Int32: Rule] = [:]

    /// Adds a token that is found as `text`.
    mutating func insert(_ text: [UInt32], _ token: Int32, _ node: JSONNode, _ part: String) throws(TokenizerError) {
        guard !text.isEmpty, trie.insert(text, token: token) else { return }
        rules[token] = Rule(
            isSingleWord: try node.flag("single_word", of: part), stripsLeft: try node.flag("lstrip", of: part),
            stripsRight: try node.flag("rstrip", of: part))
    }

    /// Cuts a text into tokens that it has and what lies between them, the longest token first from the left.
    func forEach(of text: [UInt32], _ body: (Range<Int>, _ token: Int32?) -> Void) {
        var (start, place) = (0, 0)
        while !rules.isEmpty, place < text.count {
            guard let found = trie.longest(text, from: place, to: text.count), let rule = rules[found.token]
            else {
                place += 1
                continue
            }
            var range = place..<found.end
            place = found.end
            if rule.isSingleWord, isWord(text, range.lowerBound - 1) || isWord(text, range.upperBound) { continue }
            if rule.stripsLeft {
                while range.lowerBound > start, isBlank(text[range.lowerBound - 1]) {
                    range = range.lowerBound - 1..<range.upperBound
                }
            }
            if rule.stripsRight {
                while range.upperBound < text.count, isBlank(text[range.upperBound]) {
                    range = range.lowerBound..<range.upperBound + 1
                }
            }
            if start < range.lowerBound { body(start..<range.lowerBound, nil) }
            body(range, found.token)
            (start, place) = (range.upperBound, max(place, range.upperBound))
        }
        if start < text.count { body(start..<text.count, nil) }
    }

    private func isWord(_ text: [UInt32], _ place: Int) -> Bool {
        text.indices.contains(place) && ScalarClass.of(text[place]).contains(.word)
    }

    private func isBlank(_ scalar: UInt32) -> Bool { ScalarClass.of(scalar).contains(.whitespace) }
}
