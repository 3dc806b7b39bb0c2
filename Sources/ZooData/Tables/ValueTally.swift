/// Counts the different values of a column, up to a bound that keeps the memory small.
struct ValueTally {
    private struct Entry {
        var hash: UInt64
        var count: Int
        var start: Int32
        var length: Int32
    }

    private var slots: [Int32] = []  // number of an entry + 1, 0 for none
    private var entries: [Entry] = []
    private var texts: [UInt8] = []
    private let bound: Int
    /// Whether there are more different values than the bound; nothing is known of their counts then.
    private(set) var isFull = false

    /// - Parameter bound: the most different values that are counted
    init(bound: Int) { self.bound = bound }

    /// How many different values there are; nil beyond the bound.
    var distinct: Int? { isFull ? nil : entries.count }

    /// Counts a value.
    ///
    /// - Parameters:
    ///   - hash: of the value
    ///   - bytes: how it is written
    @inline(__always)
    mutating func add(hash: UInt64, _ bytes: UnsafeBufferPointer<UInt8>) {
        if isFull { return }
        if slots.isEmpty { slots = [Int32](repeating: 0, count: 32) }
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash >> 20) & mask
        while slots[slot] != 0 {
            let entry = Int(slots[slot]) - 1
            if entries[entry].hash == hash {
                entries[entry].count += 1
                return
            }
            slot = (slot + 1) & mask
        }
        insert(hash, bytes, at: slot)
    }

    private mutating func insert(_ hash: UInt64, _ bytes: UnsafeBufferPointer<UInt8>, at slot: Int) {
        guard entries.count < bound else {
            isFull = true
            (slots, entries, texts) = ([], [], [])
            return
        }
        let kept = bytes.prefix(64)
        entries.append(Entry(hash: hash, count: 1, start: Int32(texts.count), length: Int32(kept.count)))
        texts.append(contentsOf: kept)
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { grow() }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        let mask = slots.count - 1
        for (index, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash >> 20) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
    }

    /// How a value of this hash was first written, if it occurs more often than so.
    func entry(of hash: UInt64, moreThan count: Int) -> String? {
        guard let entry = entries.first(where: { $0.hash == hash }), entry.count > count else { return nil }
        return String(decoding: texts[Int(entry.start)..<Int(entry.start + entry.length)], as: UTF8.self)
    }

    /// The values that occur most, with their counts; of equal counts the one that came first.
    func top(_ count: Int) -> [(text: String, count: Int)] {
        let order = entries.indices.sorted { (-entries[$0].count, $0) < (-entries[$1].count, $1) }
        return order.prefix(count).map { index in
            let entry = entries[index]
            let bytes = texts[Int(entry.start)..<Int(entry.start + entry.length)]
            return (String(decoding: bytes, as: UTF8.self), entry.count)
        }
    }

    /// A hash of bytes that spreads well enough for counting.
    @inline(__always)
    static func hash(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        let raw = UnsafeRawBufferPointer(bytes)
        var position = 0
        while position &+ 8 <= raw.count {
            hash = mixed(hash ^ raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            position &+= 8
        }
        var rest: UInt64 = 0
        while position < raw.count {
            rest = rest << 8 | UInt64(raw[position])
            position &+= 1
        }
        return mixed(hash ^ rest)
    }

    /// The hash of a number; 0 and -0 are the same.
    @inline(__always)
    static func hash(_ number: Double) -> UInt64 { mixed((number == 0 ? 0 : number).bitPattern) }

    @inline(__always)
    private static func mixed(_ value: UInt64) -> UInt64 {
        let product = value.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return product.high ^ product.low &+ 0x2545_F491_4F6C_DD1D
    }
}
