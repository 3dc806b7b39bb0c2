import Foundation

/// What a tokenizer does to a text before it cuts it, as Hugging Face's tokenizers does it.
indirect enum TextNormalizer: Sendable {
    case bert(cleans: Bool, padsIdeographs: Bool, stripsAccents: Bool, lowercases: Bool)
    case decompose(isCompatible: Bool)
    case compose(isCompatible: Bool)
    case lowercase
    case stripAccents
    case nmt
    case strip(left: Bool, right: Bool)
    case prepend([UInt32])
    case replace(TextPattern, with: [UInt32])
    case precompiled(CharacterMap)
    case sequence([TextNormalizer])

    /// Reads a normaliser; nil of `null`.
    ///
    /// - Throws: `TokenizerError` naming one that Zoo does not have
    init?(_ node: JSONNode?) throws(TokenizerError) {
        guard let node, !node.isNull else { return nil }
        let type = try node.type(of: "normalizer")
        let part = "normalizer " + type.prefix(50)
        switch type {
        case "BertNormalizer":
            let lowercases = try node.flag("lowercase", of: part, default: true)
            self = .bert(
                cleans: try node.flag("clean_text", of: part, default: true),
                padsIdeographs: try node.flag("handle_chinese_chars", of: part, default: true),
                stripsAccents: node["strip_accents"]?.bool ?? lowercases, lowercases: lowercases)
        case "NFC": self = .compose(isCompatible: false)
        case "NFD": self = .decompose(isCompatible: false)
        case "NFKC": self = .compose(isCompatible: true)
        case "NFKD": self = .decompose(isCompatible: true)
        case "Lowercase": self = .lowercase
        case "StripAccents": self = .stripAccents
        case "Nmt": self = .nmt
        case "Strip":
            self = .strip(
                left: try node.flag("strip_left", of: part), right: try node.flag("strip_right", of: part))
        case "Prepend": self = .prepend(try node.string("prepend", of: part).scalarValues)
        case "Replace":
            self = .replace(
                try TextPattern(node["pattern"], of: part), with: try node.string("content", of: part).scalarValues)
        case "Precompiled":
            // A map of nothing is written as null or as no text.
            guard let map = node["precompiled_charsmap"]?.text, !map.isEmpty else { return nil }
            self = .precompiled(try CharacterMap(base64: map))
        case "Sequence":
            guard let items = node["normalizers"]?.items else {
                throw .malformed(part: part, reason: "normalizers must be a list")
            }
            var steps: [TextNormalizer] = []
            for item in items { if let step = try TextNormalizer(item) { steps.append(step) } }
            self = .sequence(steps)
        default: throw .unsupported(part: "the \(part)")
        }
    }

    /// Normalises a text.
    ///
    /// - Parameter lead: how many of its first characters come from the very first of the original, which is what `Metaspace`
    ///   asks for
    func apply(to text: inout [UInt32], lead: inout Int, _ mappings: ScalarMappings) {
        switch self {
        case .bert(let cleans, let pads, let strips, let lowercases):
            if cleans { Self.clean(&text, &lead) }
            if pads { Self.padIdeographs(&text, &lead) }
            if strips {
                mappings.map(&text, &lead, by: mappings.decomposition, from: 0xC0)
                Self.reorder(&text)
                Self.remove(&text, &lead) { $0 >= 0x300 && ScalarClass.of($0).contains(.nonspacing) }
            }
            if lowercases { mappings.lowercase(&text, &lead) }
        case .decompose(let isCompatible): Self.decompose(&text, &lead, isCompatible, mappings)
        case .compose(let isCompatible):
            // What is below U+0300 is composed already.
            if isCompatible || text.contains(where: { $0 >= 0x300 }) {
                Self.decompose(&text, &lead, isCompatible, mappings)
            }
            if text.contains(where: { $0 >= 0x300 }) {
                lead = min(lead, Self.composed(text[..<lead]).count)
                text = Self.composed(text[...])
            }
        case .lowercase: mappings.lowercase(&text, &lead)
        case .stripAccents: Self.remove(&text, &lead) { $0 >= 0x300 && ScalarClass.of($0).contains(.mark) }
        case .nmt: Self.nmt(&text, &lead)
        case .strip(let left, let right):
            func isBlank(_ scalar: UInt32) -> Bool { ScalarClass.of(scalar).contains(.whitespace) }
            if right { text.removeLast(text.reversed().prefix(while: isBlank).count) }
            let count = left ? text.prefix(while: isBlank).count : 0
            text.removeFirst(count)
            lead = max(0, lead - count)
        case .prepend(let start):
            guard !text.isEmpty else { return }
            text = start + text
            if lead > 0 { lead += start.count }
        case .replace(let pattern, let content):
            var (result, place, newLead) = ([UInt32](), 0, 0)
            while place < text.count {
                let isLead = place < lead
                if let end = pattern.end(in: text, from: place, to: text.count) {
                    result += content
                    place = end
                } else {
                    result.append(text[place])
                    place += 1
                }
                if isLead { newLead = result.count }
            }
            (text, lead) = (result, newLead)
        case .precompiled(let map): map.apply(to: &text, lead: &lead)
        case .sequence(let steps): for step in steps { step.apply(to: &text, lead: &lead, mappings) }
        }
    }

    private static func clean(_ text: inout [UInt32], _ lead: inout Int) {
        remove(&text, &lead) { ScalarClass.of($0).contains(.removed) }
        for place in text.indices where ScalarClass.of(text[place]).contains(.whitespace) { text[place] = 32 }
    }

    private static func padIdeographs(_ text: inout [UInt32], _ lead: inout Int) {
        guard text.contains(where: { $0 >= 0x3400 && ScalarClass.of($0).contains(.ideograph) }) else { return }
        var result: [UInt32] = []
        result.reserveCapacity(text.count * 2)
        for (place, scalar) in text.enumerated() {
            let isPadded = ScalarClass.of(scalar).contains(.ideograph)
            if isPadded { result.append(32) }
            result.append(scalar)
            if isPadded { result.append(32) }
            if place == lead - 1 { lead = result.count }
        }
        text = result
    }

    private static func remove(_ text: inout [UInt32], _ lead: inout Int, where isRemoved: (UInt32) -> Bool) {
        lead -= text.prefix(lead).count(where: isRemoved)
        text.removeAll(where: isRemoved)
    }

    private static func decompose(
        _ text: inout [UInt32], _ lead: inout Int, _ isCompatible: Bool, _ mappings: ScalarMappings
    ) {
        mappings.map(&text, &lead, by: isCompatible ? mappings.compatibility : mappings.decomposition, from: 0xA0)
        reorder(&text)
    }

    /// The characters put together where Unicode does so.
    ///
    /// Foundation takes the jamo just outside the ranges of those that are put together for one of them: 1113 (leading), 1176 (vowel),
    /// 11A7 and 11C3 (trailing). They are part of no composition, so the text is cut at them.
    private static func composed(_ text: ArraySlice<UInt32>) -> [UInt32] {
        func isOutside(_ scalar: UInt32) -> Bool { [0x1113, 0x1176, 0x11A7, 0x11C3].contains(scalar) }
        var (result, start) = ([UInt32](), text.startIndex)
        while start < text.endIndex {
            let end = text[start...].firstIndex(where: isOutside) ?? text.endIndex
            result += String(scalarValues: text[start..<end]).precomposedStringWithCanonicalMapping.scalarValues
            if end < text.endIndex { result.append(text[end]) }
            start = end + 1
        }
        return result
    }

    /// Sorts marks behind a character by their combining classes.
    private static func reorder(_ text: inout [UInt32]) {
        func order(_ scalar: UInt32) -> UInt8 {
            guard scalar >= 0x300, ScalarClass.of(scalar).contains(.mark), let scalar = Unicode.Scalar(scalar) else {
                return 0
            }
            return scalar.properties.canonicalCombiningClass.rawValue
        }
        var start = 0
        while let first = text[start...].firstIndex(where: { order($0) > 0 }) {
            let end = text[first...].firstIndex { order($0) == 0 } ?? text.count
            if end - first > 1 {
                let sorted = text[first..<end].enumerated().sorted {
                    (order($0.element), $0.offset) < (order($1.element), $1.offset)
                }
                text.replaceSubrange(first..<end, with: sorted.map(\.element))
            }
            start = end
        }
    }

    private static func nmt(_ text: inout [UInt32], _ lead: inout Int) {
        remove(&text, &lead) { scalar in
            switch scalar {
            case 1...8, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: true
            default: false
            }
        }
        for place in text.indices {
            switch text[place] {
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
                text[place] = 32
            default: break
            }
        }
    }
}

/// The mappings of characters that normalisers share. Not for several threads at a time.
final class ScalarMappings {
    let decomposition = ScalarMapping.decomposition()
    let compatibility = ScalarMapping.compatibility()
    private let lower = ScalarMapping.lowercase()
    private var scratch: [UInt32] = []

    /// Replaces every character from `least` on by what becomes of it.
    func map(_ text: inout [UInt32], _ lead: inout Int, by mapping: ScalarMapping, from least: UInt32) {
        guard let first = text.firstIndex(where: { $0 >= least }) else { return }
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: text[..<first])
        let end = lead
        for place in first..<text.count {
            let scalar = text[place]
            if scalar < least { scratch.append(scalar) } else { mapping.append(scalar, to: &scratch) }
            if place == end - 1 { lead = scratch.count }
        }
        swap(&text, &scratch)
    }

    /// Turns a text into lower case.
    func lowercase(_ text: inout [UInt32], _ lead: inout Int) {
        for place in text.indices where text[place] &- 65 < 26 { text[place] += 32 }
        map(&text, &lead, by: lower, from: 0xA0)
    }
}
