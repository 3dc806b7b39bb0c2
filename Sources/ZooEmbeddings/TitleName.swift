/// A title taken apart, so that two ways to write it can be compared: `The Matrix (1999)`, `matrix, the`.
struct TitleName {
    /// The year behind the title, in parentheses.
    let year: Int?
    /// The title and what stands in parentheses behind it, without case, accents and punctuation, articles in front.
    let forms: [String]
    /// The forms that begin with an article, without it.
    let bare: [String]

    /// Takes a name apart.
    ///
    /// - Parameter year: known from elsewhere; one in the name counts more
    init(_ name: String, year: Int? = nil) {
        let (text, ownYear) = Self.withoutYear(name)
        self.year = ownYear ?? year
        var (forms, bare) = ([String](), [String]())
        for part in Self.parts(of: text) {
            let moved = Self.articleMoved(FoldedName(part).text)
            let form = Self.words(of: moved)
            if !form.isEmpty, !forms.contains(form) { forms.append(form) }
            if let rest = Self.articleDropped(moved).map(Self.words), !rest.isEmpty, rest != form { bare.append(rest) }
        }
        (self.forms, self.bare) = (forms, bare)
    }

    /// `Toy Story (1995)` as `Toy Story` and 1995.
    static func withoutYear(_ name: String) -> (title: Substring, year: Int?) {
        var text = Substring(name)
        while text.last?.isWhitespace == true { text.removeLast() }
        guard text.hasSuffix(")"), let open = text.lastIndex(of: "(") else { return (text, nil) }
        let digits = text[text.index(after: open)...].dropLast()
        guard digits.utf8.count == 4, digits.utf8.allSatisfy({ (48...57).contains($0) }), let year = Int(digits) else {
            return (text, nil)
        }
        return (text[..<open], year)
    }

    /// The whole, and `Seven (Se7en)` as `Seven` and `Se7en`; `a.k.a.` is left out.
    private static func parts(of text: Substring) -> [String] {
        var (parts, rest) = ([String(text)], text)
        while true {
            while rest.last?.isWhitespace == true { rest.removeLast() }
            guard rest.hasSuffix(")"), let open = rest.lastIndex(of: "("), open > rest.startIndex else { break }
            var inner = rest[rest.index(after: open)...].dropLast()
            for prefix in ["a.k.a. ", "aka "] where inner.lowercased().hasPrefix(prefix) {
                inner = inner.dropFirst(prefix.count)
            }
            parts.append(String(inner))
            rest = rest[..<open]
        }
        if parts.count > 1 { parts.append(String(rest)) }
        return parts
    }

    /// `matrix, the` as `the matrix`, of a folded text.
    private static func articleMoved(_ text: String) -> String {
        var text = Substring(text)
        while text.last?.isWhitespace == true { text.removeLast() }
        guard let comma = text.lastIndex(of: ",") else { return String(text) }
        let last = text[text.index(after: comma)...].drop { $0 == " " }
        guard articles.contains(String(last)) else { return String(text) }
        return String(last) + (isElided(last) ? "" : " ") + text[..<comma]
    }

    /// A folded text without the article at its beginning; nil where there is none.
    private static func articleDropped(_ text: String) -> String? {
        for article in dropped where text.hasPrefix(isElided(article[...]) ? article : article + " ") {
            return String(text.dropFirst(article.count))
        }
        return nil
    }

    private static func isElided(_ article: Substring) -> Bool { article.hasSuffix("'") || article.hasSuffix("’") }

    /// Letters and digits, with one blank between words; `&` is `and`.
    private static func words(of text: String) -> String {
        var result = ""
        for character in text {
            if character.isLetter || character.isNumber {
                result.append(character)
            } else if character == "&" {
                result += " and "
            } else if !"'’`".contains(character) {
                result.append(" ")
            }
        }
        return result.split(separator: " ").joined(separator: " ")
    }

    /// What may stand behind a comma: English, French, German, Spanish, Italian.
    private static let articles: Set<String> = [
        "the", "a", "an", "le", "la", "les", "l'", "l’", "un", "une", "der", "die", "das", "ein", "eine", "el", "los",
        "las", "una", "il", "lo", "gli", "i",
    ]
    /// What may be missing altogether. Not `die`, which is a verb, too.
    private static let dropped = [
        "the", "a", "an", "le", "la", "les", "l'", "l’", "der", "das", "el", "los", "las", "il",
    ]
}
