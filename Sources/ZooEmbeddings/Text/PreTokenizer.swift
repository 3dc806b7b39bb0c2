/// How a tokenizer cuts a text into words before its model sees them, as Hugging Face's tokenizers does it.
indirect enum PreTokenizer: Sendable {
    case bert
    case whitespace
    case whitespaceSplit
    case metaspace(mark: UInt32, prepends: Prepending, splits: Bool)
    case punctuation(SplitBehaviour)
    case digits(SplitBehaviour)
    case delimiter(UInt32)
    case split(TextPattern, SplitBehaviour, isInverted: Bool)
    case sequence([PreTokenizer])

    /// Where `Metaspace` puts its mark in front.
    enum Prepending: Sendable { case always, first, never }

    /// Reads how a text is cut; nil of `null`.
    ///
    /// - Throws: `TokenizerError` naming a way that Zoo does not have
    init?(_ node: JSONNode?, isFirst: Bool = true) throws(TokenizerError) {
        guard let node, !node.isNull else { return nil }
        let type = try node.type(of: "pre_tokenizer")
        let part = "pre_tokenizer " + type.prefix(50)
        switch type {
        case "BertPreTokenizer": self = .bert
        case "Whitespace": self = .whitespace
        case "WhitespaceSplit": self = .whitespaceSplit
        case "Metaspace":
            let mark = try node.string("replacement", of: part).scalarValues
            guard mark.count == 1 else { throw .malformed(part: part, reason: "replacement must be one character") }
            let prepends: Prepending
            switch (node["prepend_scheme"]?.text, node["add_prefix_space"]?.bool) {
            case ("never", _), (nil, false): prepends = .never
            case (let scheme?, false):
                throw .malformed(part: part, reason: "add_prefix_space is false and prepend_scheme \(scheme)")
            case ("always", _), (nil, _): prepends = .always
            case ("first", _):
                guard isFirst else { throw .unsupported(part: "\(part) of prepend_scheme first behind another") }
                prepends = .first
            case (let scheme?, _): throw .unsupported(part: "\(part) of prepend_scheme \(scheme.prefix(50))")
            }
            self = .metaspace(
                mark: mark[0], prepends: prepends, splits: try node.flag("split", of: part, default: true))
        case "Punctuation":
            self = .punctuation(try SplitBehaviour(node["behavior"], of: part, default: .isolated))
        case "Digits":
            self = .digits(try node.flag("individual_digits", of: part) ? .isolated : .contiguous)
        case "CharDelimiterSplit":
            let delimiter = try node.string("delimiter", of: part).scalarValues
            guard delimiter.count == 1 else { throw .malformed(part: part, reason: "delimiter must be one character") }
            self = .delimiter(delimiter[0])
        case "Split":
            self = .split(
                try TextPattern(node["pattern"], of: part), try SplitBehaviour(node["behavior"], of: part),
                isInverted: try node.flag("invert", of: part))
        case "Sequence":
            guard let items = node["pretokenizers"]?.items else {
                throw .malformed(part: part, reason: "pretokenizers must be a list")
            }
            var steps: [PreTokenizer] = []
            for item in items {
                if let step = try PreTokenizer(item, isFirst: isFirst && steps.isEmpty) { steps.append(step) }
            }
            self = .sequence(steps)
        default: throw .unsupported(part: "the \(part)")
        }
    }

    /// Cuts the words of a text further.
    func apply(to words: inout Words) {
        switch self {
        case .bert:
            words.split { text, range, add in
                var start = range.lowerBound
                for place in range {
                    let kind = ScalarClass.of(text[place])
                    if kind.isDisjoint(with: [.whitespace, .punctuation]) { continue }
                    add(start..<place)
                    if !kind.contains(.whitespace) { add(place..<place + 1) }
                    start = place + 1
                }
                add(start..<range.upperBound)
            }
        case .whitespace:
            words.split { text, range, add in
                func kind(_ place: Int) -> Int {
                    let kind = ScalarClass.of(text[place])
                    return kind.contains(.word) ? 2 : kind.contains(.whitespace) ? 0 : 1
                }
                var start = range.lowerBound
                while start < range.upperBound {
                    let first = kind(start)
                    var end = start + 1
                    while end < range.upperBound, kind(end) == first { end += 1 }
                    if first > 0 { add(start..<end) }
                    start = end
                }
            }
        case .whitespaceSplit: words.split(.removed) { ScalarClass.of($0).contains(.whitespace) }
        case .punctuation(let behaviour): words.split(behaviour) { ScalarClass.of($0).contains(.punctuation) }
        case .digits(let behaviour): words.split(behaviour) { ScalarClass.of($0).contains(.numeric) }
        case .delimiter(let delimiter): words.split(.removed) { $0 == delimiter }
        case .split(let pattern, let behaviour, let isInverted):
            words.split(behaviour) { text, range, add in
                var (start, place) = (range.lowerBound, range.lowerBound)
                while place < range.upperBound {
                    guard let end = pattern.end(in: text, from: place, to: range.upperBound) else {
                        place += 1
                        continue
                    }
                    if start < place { add(start..<place, isInverted) }
                    add(place..<end, !isInverted)
                    (start, place) = (end, end)
                }
                if start < place { add(start..<place, isInverted) }
            }
        case .metaspace(let mark, let prepends, let splits):
            words.mark(mark, prepends)
            if splits { words.split(.mergedWithNext) { $0 == mark } }
        case .sequence(let steps): for step in steps { step.apply(to: &words) }
        }
    }
}

/// What becomes of the places that a text is cut at.
enum SplitBehaviour: String, Sendable {
    case removed = "Removed"
    case isolated = "Isolated"
    case mergedWithPrevious = "MergedWithPrevious"
    case mergedWithNext = "MergedWithNext"
    case contiguous = "Contiguous"

    /// - Throws: `TokenizerError` for another name
    init(_ node: JSONNode?, of part: String, default value: SplitBehaviour? = nil) throws(TokenizerError) {
        guard let found = node.map({ $0.text.flatMap(SplitBehaviour.init(rawValue:)) }) ?? value else {
            throw .malformed(part: part, reason: "behavior must be Removed, Isolated, Merged… or Contiguous")
        }
        self = found
    }
}

/// A text with the ranges of its words.
struct Words {
    /// The characters.
    private(set) var text: [UInt32] = []
    /// The words, none of them empty.
    private(set) var ranges: [Range<Int>] = []
    /// Whether the first word begins where the whole text began.
    private var isAtStart = false
    private var scratch: [Range<Int>] = []

    /// Begins with a text as one word.
    mutating func begin(_ text: ArraySlice<UInt32>, isAtStart: Bool) {
        self.text.removeAll(keepingCapacity: true)
        self.text.append(contentsOf: text)
        ranges.removeAll(keepingCapacity: true)
        if !text.isEmpty { ranges.append(0..<text.count) }
        self.isAtStart = isAtStart
    }

    /// Cuts every word by what `body` adds of it.
    mutating func split(_ body: ([UInt32], Range<Int>, _ add: (Range<Int>) -> Void) -> Void) {
        scratch.removeAll(keepingCapacity: true)
        for range in ranges { body(text, range) { if !$0.isEmpty { scratch.append($0) } } }
        swap(&ranges, &scratch)
    }

    /// Cuts every word at characters.
    mutating func split(_ behaviour: SplitBehaviour, at isMatch: (UInt32) -> Bool) {
        split(behaviour) { text, range, add in
            var start = range.lowerBound
            for place in range where isMatch(text[place]) {
                if start < place { add(start..<place, false) }
                add(place..<place + 1, true)
                start = place + 1
            }
            if start < range.upperBound { add(start..<range.upperBound, false) }
        }
    }

    /// Cuts every word into what `body` adds, which says what are matches.
    mutating func split(
        _ behaviour: SplitBehaviour, _ body: ([UInt32], Range<Int>, _ add: (Range<Int>, Bool) -> Void) -> Void
    ) {
        var parts: [(range: Range<Int>, isMatch: Bool)] = []
        split { text, range, add in
            parts.removeAll(keepingCapacity: true)
            body(text, range) { parts.append(($0, $1)) }
            var pending: Range<Int>?
            var wasMatch = false
            for (range, isMatch) in parts {
                let joins =
                    switch behaviour {
                    case .removed, .isolated: false
                    case .contiguous: isMatch == wasMatch
                    case .mergedWithPrevious: isMatch && !wasMatch
                    case .mergedWithNext: wasMatch && !isMatch
                    }
                if joins, let before = pending {
                    pending = before.lowerBound..<range.upperBound
                } else {
                    if let before = pending { add(before) }
                    pending = behaviour == .removed && isMatch ? nil : range
                }
                wasMatch = isMatch
            }
            if let last = pending { add(last) }
        }
    }

    /// Puts a mark in place of blanks, and in front of words.
    mutating func mark(_ mark: UInt32, _ prepends: PreTokenizer.Prepending) {
        var result: [UInt32] = []
        result.reserveCapacity(text.count + ranges.count)
        for place in ranges.indices {
            let range = ranges[place]
            let start = result.count
            let first = text[range.lowerBound]
            if first != mark, first != 32, prepends == .always || prepends == .first && isAtStart && place == 0 {
                result.append(mark)
            }
            for scalar in text[range] { result.append(scalar == 32 ? mark : scalar) }
            ranges[place] = start..<result.count
        }
        text = result
    }
}
