/// Cuts text into words, numbers, marks and breaks, as a reader would.
///
/// A word is a run of letters and digits, with single apostrophes (and within numbers points and commas) inside it;
/// ideographs stand alone. A run of one punctuation mark is one piece; blanks separate and are dropped; one line break is
/// a piece, and so are two or more.
struct WordPieces: Sequence, IteratorProtocol {
    /// A piece of a text.
    enum Piece: Equatable {
        /// Letters and digits.
        case word(String)
        /// A run of one character that is neither letter, digit nor blank.
        case mark(Unicode.Scalar, count: Int)
        /// An image: a symbol with all that changes it.
        case symbol(String)
        /// `\n`, or `\n\n` for more than one.
        case lineBreak(String)
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    mutating func next() -> Piece? {
        while position < scalars.count, Self.isBlank(scalars[position]) { position += 1 }
        guard position < scalars.count else { return nil }
        let first = scalars[position]
        if first == "\n" { return lineBreak() }
        switch Self.sort(first) {
        case .ideograph:
            position += 1
            return .word(String(first))
        case .letter, .digit: return word()
        case .image: return symbol()
        case .other:
            let start = position
            while position < scalars.count, scalars[position] == first { position += 1 }
            return .mark(first, count: position - start)
        }
    }

    private mutating func lineBreak() -> Piece {
        var count = 0
        while position < scalars.count, scalars[position] == "\n" || Self.isBlank(scalars[position]) {
            if scalars[position] == "\n" { count += 1 }
            position += 1
        }
        return .lineBreak(count > 1 ? "\n\n" : "\n")
    }

    private mutating func word() -> Piece {
        let start = position
        while position < scalars.count {
            let sort = Self.sort(scalars[position])
            if sort != .letter && sort != .digit {
                guard position + 1 < scalars.count else { break }
                let (before, after) = (Self.sort(scalars[position - 1]), Self.sort(scalars[position + 1]))
                let isApostrophe = scalars[position] == "'" || scalars[position] == "\u{2019}"
                let isPoint = scalars[position] == "." || scalars[position] == ","
                let joins =
                    isApostrophe && (after == .letter || after == .digit)
                    || isPoint && before == .digit && after == .digit
                guard joins else { break }
            }
            position += 1
        }
        return .word(text(start))
    }

    private mutating func symbol() -> Piece {
        let start = position
        position += 1
        while position < scalars.count {
            let joins = scalars[position - 1].value == 0x200D
            guard joins || Self.changesEmoji(scalars[position]) else { break }
            position += 1
        }
        return .symbol(text(start))
    }

    private func text(_ start: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[start..<position])
        return String(view)
    }

    /// What matters of a character.
    enum Sort { case letter, digit, ideograph, image, other }

    static func sort(_ scalar: Unicode.Scalar) -> Sort {
        switch scalar.value {
        case 0x41...0x5A, 0x61...0x7A: return .letter
        case 0x30...0x39: return .digit
        case 0..<0x80: return .other
        case 0x3041...0x30FF: return .ideograph  // kana
        default: break
        }
        if scalar.properties.isIdeographic { return .ideograph }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark:
            return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .digit
        case .otherSymbol, .surrogate, .privateUse, .unassigned: return .image
        default: return .other
        }
    }

    static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x09, 0x0B, 0x0C, 0x0D, 0x85, 0xA0: true
        case 0..<0x80: false
        default: scalar.properties.isWhitespace
        }
    }

    /// Joiners, variation selectors and skin tones belong to the image before them.
    private static func changesEmoji(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value == 0x200D || (0xFE00...0xFE0F).contains(scalar.value) || (0x1F3FB...0x1F3FF).contains(scalar.value)
    }
}
