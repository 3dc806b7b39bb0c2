import Foundation

/// SentencePiece's `precompiled_charsmap`: a double array of what is replaced, and the texts that replace it.
///
/// - Source: sentencepiece's normalizer.cc and darts.h; tokenizers takes the shortest match, and of a grapheme of five bytes
///   or fewer nothing but what that is replaced by
struct CharacterMap: Sendable {
    private let units: [UInt32]
    private let texts: [UInt8]

    /// Reads the map from Base64.
    ///
    /// - Throws: `TokenizerError` where its sizes do not fit
    init(base64: String) throws(TokenizerError) {
        let part = "normalizer Precompiled"
        guard let data = Data(base64Encoded: base64) else {
            throw .malformed(part: part, reason: "precompiled_charsmap is no Base64")
        }
        let bytes = [UInt8](data)
        func unit(_ place: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * UInt32($1)) } }
        guard bytes.count >= 4, unit(0) % 4 == 0, unit(0) > 0, Int(unit(0)) <= bytes.count - 4 else {
            throw .malformed(part: part, reason: "precompiled_charsmap is cut short")
        }
        let end = 4 + Int(unit(0))
        units = stride(from: 4, to: end, by: 4).map(unit)
        texts = Array(bytes[end...])
        guard String(validating: texts, as: UTF8.self) != nil else {
            throw .malformed(part: part, reason: "the texts of precompiled_charsmap are no UTF-8")
        }
    }

    /// What replaces a text that begins with these characters; nil where nothing does.
    private func replacement(of text: [UInt32], _ range: Range<Int>) -> [UInt32]? {
        var place = Self.offset(units[0])
        for index in range {
            let scalar = text[index]
            let count = Self.bytes(scalar)
            for byte in 0..<count {
                let shift = 6 * UInt32(count - 1 - byte)
                let bits = scalar >> shift
                // The first byte of several says how many there are: 110, 1110 or 11110.
                let unit = count == 1 ? bits : byte > 0 ? bits & 0x3F | 0x80 : bits | (0xF00 >> UInt32(count)) & 0xFF
                if unit == 0 { return nil }
                place ^= Int(unit)
                guard place < units.count, units[place] & 0x8000_00FF == unit else { return nil }
                let found = units[place]
                place ^= Self.offset(found)
                guard found >> 8 & 1 == 1 else { continue }
                guard place < units.count else { return nil }
                let start = Int(units[place] & 0x7FFF_FFFF)
                guard start <= texts.count else { return nil }
                let end = texts[start...].firstIndex(of: 0) ?? texts.count
                return String(decoding: texts[start..<end], as: UTF8.self).scalarValues
            }
        }
        return nil
    }

    private static func offset(_ unit: UInt32) -> Int { Int((unit >> 10) << ((unit & (1 << 9)) >> 6)) }

    /// Replaces what the map replaces.
    ///
    /// - Parameter lead: how many of the first characters come from the very first of the original
    func apply(to text: inout [UInt32], lead: inout Int) {
        var result: [UInt32] = []
        result.reserveCapacity(text.count)
        var newLead = 0
        Self.forEachGrapheme(of: text) { range in
            let isWhole = range.count == 1 || range.reduce(0) { $0 + Self.bytes(text[$1]) } < 6
            if isWhole, let whole = replacement(of: text, range) {
                result += whole
            } else {
                for place in range {
                    if range.count > 1, let one = replacement(of: text, place..<place + 1) {
                        result += one
                    } else {
                        result.append(text[place])
                    }
                }
            }
            if range.lowerBound < lead { newLead = result.count }
        }
        // What the first character is replaced by may be nothing: the next then stands in its place.
        lead = lead > 0 ? max(1, newLead) : 0
        text = result
    }

    private static func bytes(_ scalar: UInt32) -> Int {
        scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4
    }

    /// Cuts a text into grapheme clusters; only where others than simple characters are does `String` have to say how.
    private static func forEachGrapheme(of text: [UInt32], _ body: (Range<Int>) -> Void) {
        var start = 0
        while start < text.count {
            var end = start + 1
            // Between two simple characters there is always a boundary, but between CR and LF.
            while end < text.count, !(isSimple(text[end - 1]) && isSimple(text[end])) { end += 1 }
            if end == start + 1 {
                body(start..<end)
            } else {
                for character in String(scalarValues: text[start..<end]) {
                    let next = start + character.unicodeScalars.count
                    body(start..<next)
                    start = next
                }
            }
            start = end
        }
    }

    private static func isSimple(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x0D: false
        case 0..<0x300, 0x370...0x3FF, 0x400...0x482, 0x48A...0x52F, 0x5D0...0x5EA, 0x620...0x64A, 0x2010...0x2027,
            0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3:
            true
        default: false
        }
    }
}
