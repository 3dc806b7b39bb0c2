/// From the pieces of a text to tokens: capitals and repetitions become special tokens.
enum WordRules {
    /// Runs of a character or a word from this length on become `xxrep` or `xxwrep`.
    static let shortestRepetition = 4

    /// Calls `body` with one token after the other. Words of the text that look like a special become `xxunk`.
    ///
    /// - Parameter shortest: the length of a run that becomes `xxrep` or `xxwrep`
    static func tokens(
        of text: String, keepsCase: Bool, shortest: Int = shortestRepetition, _ body: (String) -> Void
    ) {
        var waiting: (word: String, count: Int)?
        func flush() {
            guard let (word, count) = waiting else { return }
            waiting = nil
            if count >= shortest {
                body(WordTokenizer.Special.repeatedWord.rawValue)
                body(String(count))
                cased(word, keepsCase, body)
            } else {
                for _ in 0..<count { cased(word, keepsCase, body) }
            }
        }
        for piece in WordPieces(text) {
            if case .word(let word) = piece, !isStretched(word, shortest), !specials.contains(word) {
                if waiting?.word == word {
                    waiting?.count += 1
                } else {
                    flush()
                    waiting = (word, 1)
                }
                continue
            }
            flush()
            switch piece {
            case .word(let word): stretched(word, keepsCase, shortest, body)
            case .mark(let mark, let count) where count >= shortest: repeated(mark, count, body)
            case .mark(let mark, let count): body(String(repeating: String(mark), count: count))
            case .symbol(let symbol): body(symbol)
            case .lineBreak(let lineBreak): body(lineBreak)
            }
        }
        flush()
    }

    /// A word with its capitals told apart, where they can be put back exactly.
    private static func cased(_ word: String, _ keepsCase: Bool, _ body: (String) -> Void) {
        if specials.contains(word.lowercased()) { return body(WordTokenizer.Special.unknown.rawValue) }
        let lower = word.lowercased()
        guard keepsCase, word != lower else { return body(word) }
        if capitalised(lower) == word {
            body(WordTokenizer.Special.capitalised.rawValue)
            body(lower)
        } else if lower.uppercased() == word {
            body(WordTokenizer.Special.capitals.rawValue)
            body(lower)
        } else {
            body(word)
        }
    }

    /// A word with a long run of one letter, such as `soooo`, is cut around that run.
    private static func stretched(
        _ word: String, _ keepsCase: Bool, _ shortest: Int, _ body: (String) -> Void
    ) {
        let scalars = Array(word.unicodeScalars)
        func text(_ range: Range<Int>) -> String { String(String.UnicodeScalarView(scalars[range])) }
        var start = 0
        while let (run, letter) = letterRun(in: scalars[start...], from: start, shortest) {
            // What is left between runs may be no word any more, as an apostrophe: it is cut again.
            tokens(of: text(start..<run.lowerBound), keepsCase: keepsCase, shortest: shortest, body)
            repeated(letter, run.count, body)
            start = run.upperBound
        }
        if start > 0 {
            tokens(of: text(start..<scalars.count), keepsCase: keepsCase, shortest: shortest, body)
        } else if !word.isEmpty {
            cased(word, keepsCase, body)
        }
    }

    private static func repeated(_ scalar: Unicode.Scalar, _ count: Int, _ body: (String) -> Void) {
        body(WordTokenizer.Special.repeated.rawValue)
        body(String(count))
        body(String(scalar))
    }

    /// Whether a letter of a word is there so often in a row that the word is cut.
    private static func isStretched(_ word: String, _ shortest: Int) -> Bool {
        word.utf8.count >= shortest && letterRun(in: word.unicodeScalars, from: 0, shortest) != nil
    }

    /// The first run of one letter that is long enough. Digits do not count.
    ///
    /// - Parameter first: the number of the first scalar
    private static func letterRun(
        in scalars: some Sequence<Unicode.Scalar>, from first: Int, _ shortest: Int
    ) -> (run: Range<Int>, letter: Unicode.Scalar)? {
        var start = first
        var last: Unicode.Scalar?
        var index = first
        for scalar in scalars {
            if scalar != last {
                if let last, index - start >= shortest, WordPieces.sort(last) != .digit {
                    return (start..<index, last)
                }
                (start, last) = (index, scalar)
            }
            index += 1
        }
        if let last, index - start >= shortest, WordPieces.sort(last) != .digit {
            return (start..<index, last)
        }
        return nil
    }

    /// The word with a capital first letter.
    static func capitalised(_ word: String) -> String {
        guard let first = word.first else { return word }
        return first.uppercased() + word.dropFirst()
    }

    private static let specials = Set(WordTokenizer.Special.allCases.map(\.rawValue))
}
