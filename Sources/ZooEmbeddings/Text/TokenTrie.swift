/// Finds the tokens of a vocabulary that a text begins with, character by character.
///
/// Edges lie in one hash table: a node and a scalar lead to a node.
struct TokenTrie: Sendable {
    private var keys: [UInt64] = Array(repeating: 0, count: 1 << 10)
    private var children: [Int32] = Array(repeating: 0, count: 1 << 10)
    private var edges = 0
    /// The token that ends at a node; -1 for none.
    private(set) var tokens: [Int32] = [-1]

    /// The node that every text begins at.
    static let root: Int32 = 0

    /// Adds a token.
    ///
    /// - Returns: whether it was not there
    mutating func insert(_ scalars: some Sequence<UInt32>, token: Int32) -> Bool {
        var node = Self.root
        for scalar in scalars {
            var next = child(node, scalar)
            if next < 0 {
                next = Int32(tokens.count)
                tokens.append(-1)
                add(Self.key(node, scalar), next)
            }
            node = next
        }
        guard tokens[Int(node)] < 0 else { return false }
        tokens[Int(node)] = token
        return true
    }

    /// The node behind a scalar; -1 where no token goes on like that.
    @inline(__always)
    func child(_ node: Int32, _ scalar: UInt32) -> Int32 {
        let key = Self.key(node, scalar)
        var slot = Self.slot(key, keys.count)
        while true {
            let found = keys[slot]
            if found == key { return children[slot] }
            if found == 0 { return -1 }
            slot = (slot &+ 1) & (keys.count &- 1)
        }
    }

    /// The node behind several scalars; -1 where no token begins with them.
    func node(_ scalars: some Sequence<UInt32>) -> Int32 {
        var node = Self.root
        for scalar in scalars {
            node = child(node, scalar)
            if node < 0 { return -1 }
        }
        return node
    }

    /// The token of exactly these scalars; -1 for none.
    func token(_ scalars: some Sequence<UInt32>) -> Int32 {
        let node = node(scalars)
        return node < 0 ? -1 : tokens[Int(node)]
    }

    /// The longest token that the text has at `start`, and where it ends.
    func longest(_ text: [UInt32], from start: Int, to end: Int) -> (token: Int32, end: Int)? {
        var (node, found) = (Self.root, nil as (Int32, Int)?)
        for place in start..<end {
            node = child(node, text[place])
            if node < 0 { break }
            if tokens[Int(node)] >= 0 { found = (tokens[Int(node)], place + 1) }
        }
        return found
    }

    // A scalar has 21 bits; 1 is added so that no key is 0.
    @inline(__always)
    private static func key(_ node: Int32, _ scalar: UInt32) -> UInt64 {
        (UInt64(UInt32(bitPattern: node)) &+ 1) << 21 | UInt64(scalar)
    }

    @inline(__always)
    private static func slot(_ key: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 32) & (count &- 1)
    }

    private mutating func add(_ key: UInt64, _ child: Int32) {
        if edges * 2 >= keys.count {
            let (oldKeys, oldChildren) = (keys, children)
            keys = Array(repeating: 0, count: oldKeys.count * 2)
            children = Array(repeating: 0, count: oldKeys.count * 2)
            for (key, child) in zip(oldKeys, oldChildren) where key != 0 { place(key, child) }
        }
        place(key, child)
        edges += 1
    }

    private mutating func place(_ key: UInt64, _ child: Int32) {
        var slot = Self.slot(key, keys.count)
        while keys[slot] != 0 { slot = (slot + 1) & (keys.count - 1) }
        (keys[slot], children[slot]) = (key, child)
    }
}
