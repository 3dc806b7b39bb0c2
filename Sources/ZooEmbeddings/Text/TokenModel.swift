/// How a tokenizer turns words into tokens, as Hugging Face's tokenizers does it.
enum TokenModel: Sendable {
    /// The longest token first, from the left (Schuster & Nakajima 2012).
    case wordPiece(continuation: Int32, mostCharacters: Int, unknown: Int32)
    /// The most probable tokens (Kudo 2018), by dynamic programming. Bytes are the tokens of the 256 bytes, where it has those.
    case unigram(scores: [Double], leastScore: Double, bytes: [Int32]?, unknown: Int32)
    /// Whole words.
    case wordLevel(unknown: Int32)

    /// The token that stands for what is not known.
    var unknown: Int32 {
        switch self {
        case .wordPiece(_, _, let unknown), .unigram(_, _, _, let unknown), .wordLevel(let unknown): unknown
        }
    }

    /// Adds the tokens of a word.
    func append(
        _ word: Range<Int>, of text: [UInt32], _ trie: TokenTrie, to tokens: inout [Int32], _ path: inout TokenPath
    ) {
        switch self {
        case .wordLevel(let unknown):
            let token = trie.token(text[word])
            tokens.append(token < 0 ? unknown : token)
        case .wordPiece(let continuation, let most, let unknown):
            let first = tokens.count
            var start = word.lowerBound
            while start < word.upperBound, word.count <= most {
                var (node, best, end) = (start == word.lowerBound ? TokenTrie.root : continuation, Int32(-1), start)
                var place = start
                while node >= 0, place < word.upperBound {
                    node = trie.child(node, text[place])
                    place += 1
                    if node >= 0, trie.tokens[Int(node)] >= 0 { (best, end) = (trie.tokens[Int(node)], place) }
                }
                if best < 0 { break }
                tokens.append(best)
                start = end
            }
            if start < word.upperBound {
                tokens.removeLast(tokens.count - first)
                tokens.append(unknown)
            }
        case .unigram(let scores, let leastScore, let bytes, let unknown):
            path.find(word, of: text, trie, scores, leastScore - 10, unknown)
            for step in path.steps.reversed() {
                // Neighbouring unknown characters are one unknown text.
                guard step.token == unknown else {
                    tokens.append(step.token)
                    continue
                }
                let known = trie.token(text[step.range])
                if known >= 0 {
                    tokens.append(known)
                } else if let bytes {
                    for scalar in text[step.range] {
                        guard let scalar = Unicode.Scalar(scalar), let units = UTF8.encode(scalar) else { continue }
                        for unit in units { tokens.append(bytes[Int(unit)]) }
                    }
                } else {
                    tokens.append(unknown)
                }
            }
        }
    }
}

/// The tokens of a word with the greatest sum of scores; of equal ones the first found.
struct TokenPath {
    struct Step {
        var token: Int32
        var range: Range<Int>
        var score: Double
    }

    /// The tokens from the last to the first; several unknown characters are one step.
    private(set) var steps: [Step] = []
    /// The best step to each character.
    private var ends: [Step] = []

    mutating func find(
        _ word: Range<Int>, of text: [UInt32], _ trie: TokenTrie, _ scores: [Double], _ unknownScore: Double,
        _ unknown: Int32
    ) {
        let base = word.lowerBound
        ends.removeAll(keepingCapacity: true)
        ends.append(contentsOf: repeatElement(Step(token: -1, range: 0..<0, score: 0), count: word.count + 1))
        for start in word {
            let score = ends[start - base].score
            var (node, place, hasOne) = (TokenTrie.root, start, false)
            while place < word.upperBound {
                node = trie.child(node, text[place])
                if node < 0 { break }
                place += 1
                let token = trie.tokens[Int(node)]
                guard token >= 0 else { continue }
                offer(token, start..<place, scores[Int(token)] + score, base)
                if place == start + 1 { hasOne = true }
            }
            if !hasOne { offer(unknown, start..<start + 1, unknownScore + score, base) }
        }
        steps.removeAll(keepingCapacity: true)
        var end = word.count
        while end > 0 {
            let step = ends[end]
            end = step.range.lowerBound - base
            if step.token == unknown, let last = steps.last, last.token == unknown {
                steps[steps.count - 1].range = step.range.lowerBound..<last.range.upperBound
            } else {
                steps.append(step)
            }
        }
    }

    private mutating func offer(_ token: Int32, _ range: Range<Int>, _ score: Double, _ base: Int) {
        let place = range.upperBound - base
        if ends[place].token < 0 || score > ends[place].score {
            ends[place] = Step(token: token, range: range, score: score)
        }
    }
}
