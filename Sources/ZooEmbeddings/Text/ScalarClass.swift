/// What Hugging Face's tokenizers take a character for.
///
/// Their tables are of Unicode 8 (`unicode_categories`) and 9 (`unicode-normalization-alignments`), so that newer characters
/// have no category there. Compared for every character with tokenizers 0.23.3.
struct ScalarClass: OptionSet, Sendable {
    let rawValue: UInt8

    /// White space, as Unicode has it.
    static let whitespace = ScalarClass(rawValue: 1)
    /// Punctuation of Unicode 8, and all of ASCII that is no letter, digit or control.
    static let punctuation = ScalarClass(rawValue: 2)
    /// What `\w` matches.
    static let word = ScalarClass(rawValue: 4)
    /// A number of any kind.
    static let numeric = ScalarClass(rawValue: 8)
    /// A control, format or private character, which BERT's normaliser removes.
    static let removed = ScalarClass(rawValue: 16)
    /// A mark that takes no room of its own, which BERT's normaliser strips.
    static let nonspacing = ScalarClass(rawValue: 32)
    /// Any mark, which `StripAccents` strips.
    static let mark = ScalarClass(rawValue: 64)
    /// A character of the blocks of ideographs, around which BERT's normaliser puts blanks.
    static let ideograph = ScalarClass(rawValue: 128)

    private static let plane: [ScalarClass] = (0..<0x10000).map { Unicode.Scalar($0).map(computed) ?? [] }
    private static let secondPlane: [ScalarClass] = (0x10000..<0x20000).map { Unicode.Scalar($0).map(computed) ?? [] }

    /// The class of a scalar.
    @inline(__always)
    static func of(_ scalar: UInt32) -> ScalarClass {
        scalar < 0x10000
            ? plane[Int(scalar)]
            : scalar < 0x20000 ? secondPlane[Int(scalar) - 0x10000] : Unicode.Scalar(scalar).map(computed) ?? []
    }

    private static func computed(_ scalar: Unicode.Scalar) -> ScalarClass {
        let (value, properties) = (scalar.value, scalar.properties)
        let category = properties.generalCategory
        let age = age(of: scalar)
        var result: ScalarClass = []
        func add(_ part: ScalarClass, if condition: Bool) { if condition { result.insert(part) } }
        add(.whitespace, if: properties.isWhitespace)
        switch category {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            add(.punctuation, if: age <= 80)
        case .control, .privateUse: add(.removed, if: ![9, 10, 13].contains(value))
        case .format: add(.removed, if: age <= 80)
        case .nonspacingMark, .spacingMark, .enclosingMark:
            add(.nonspacing, if: category == .nonspacingMark && age <= 80 && ![0x1885, 0x1886, 0xA9BD].contains(value))
            add(.mark, if: age <= 90)
        case .decimalNumber, .letterNumber, .otherNumber: add(.numeric, if: true)
        case .mathSymbol, .currencySymbol, .modifierSymbol: add(.punctuation, if: value < 0x80)
        default: break
        }
        // Characters whose category is another since those versions.
        switch value {
        case 0, 0xFFFD: add(.removed, if: true)
        case 0x166D: add(.punctuation, if: true)
        case 0x111C9:
            result.insert(.punctuation)
            result.subtract([.nonspacing, .mark])
        case 0x1CF2, 0x1CF3: add(.mark, if: true)
        case 0x1734, 0x1171E: add(.nonspacing, if: true)
        default: break
        }
        let isMark = [.nonspacingMark, .spacingMark, .enclosingMark].contains(category)
        add(
            .word,
            if: age <= 160
                && (properties.isAlphabetic || isMark || category == .decimalNumber || category == .connectorPunctuation
                    || properties.isJoinControl)
        )
        switch value {
        case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B81F, 0x2B920...0x2CEAF,
            0x2F800...0x2FA1F:
            add(.ideograph, if: true)
        default: break
        }
        return result
    }

    /// Ten times the version of Unicode that a character came with.
    static func age(of scalar: Unicode.Scalar) -> Int {
        scalar.properties.age.map { $0.major * 10 + $0.minor } ?? .max
    }
}
