/// Keys as they are compared: `10` and `10.0` are one, and so is a UUID in small and in capital letters.
///
/// pandas writes whole numbers of a column with gaps as decimal ones, R writes `100000` as `1e+05`: a key that is one form in a file
/// may be another in the next.
package enum KeyText {
    /// The form in which a key is compared.
    package static func canonical(_ text: String) -> String {
        var text = text
        return text.withUTF8 { wholeNumber($0) } ?? UUIDText.canonical(text)
    }

    /// The digits of a whole number that is written with a point, or with an exponent as programs write it (`1e+05`, `1.2E7`, while
    /// `1e5` may be a code); nil for any other text, whole numbers themselves included.
    ///
    /// From 2^53 on a decimal number may stand for several whole ones.
    package static func wholeNumber(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        guard (3...20).contains(bytes.count), let first = bytes.first, isDigit(first) || first == UInt8(ascii: "-")
        else { return nil }
        var (hasPoint, hasExponent, hasPlus, hasFraction) = (false, false, false, false)
        for byte in bytes.dropFirst() {
            switch byte {
            case UInt8(ascii: "."): hasPoint = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): hasExponent = true
            case UInt8(ascii: "+"): hasPlus = true
            case UInt8(ascii: "0"): break
            case _ where isDigit(byte): hasFraction = hasFraction || hasPoint
            default: return nil
            }
        }
        guard hasExponent ? hasPoint || hasPlus : hasPoint && !hasFraction else { return nil }
        let digits = bytes[(isDigit(first) ? 0 : 1)...]
        let hasLeadingZero = digits.first == UInt8(ascii: "0") && digits.dropFirst().first.map(isDigit) == true
        guard !hasLeadingZero, let number = Double(String(decoding: bytes, as: UTF8.self)), abs(number) < 0x1p53,
            number == number.rounded()
        else { return nil }
        return String(Int(number))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
}

/// Finds keys among others: the same text, else the same key in another form.
package struct KeyPlaces: Sendable {
    private let exact: [String: Int]
    /// Keys that are not in the form in which they are compared, by that form.
    private let others: [String: Int]

    /// - Parameter keys: of the same key in two forms, and of the same text twice, the first counts
    package init(_ keys: [String]) {
        exact = Dictionary(zip(keys, keys.indices), uniquingKeysWith: { first, _ in first })
        let forms = keys.enumerated().compactMap { place, key in
            let form = KeyText.canonical(key)
            return form == key ? nil : (form, place)
        }
        others = Dictionary(forms, uniquingKeysWith: { first, _ in first })
    }

    /// Where a key is; nil for one that is not there.
    package subscript(key: String) -> Int? {
        if let place = exact[key] { return place }
        let form = KeyText.canonical(key)
        return exact[form] ?? others[form]
    }

    /// The places of the keys that two lists share: of the same texts, then of what is the same key and no text of the other list.
    package static func pairs(_ first: [String], _ second: [String]) -> [(Int, Int)] {
        let (own, others) = (KeyPlaces(first), KeyPlaces(second))
        return first.indices.compactMap { place in
            guard let other = others[first[place]], own[second[other]] == place else { return nil }
            return (place, other)
        }
    }
}
