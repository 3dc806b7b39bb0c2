import ZooRecords

/// Numbers keys in the order in which they come.
struct KeyTable {
    /// The keys by their number.
    private(set) var keys: [String] = []
    let encoding: TextEncoding
    /// Keys that also occur in another Unicode form.
    private(set) var inOtherForms: Set<Int32> = []
    // Most keys are small whole numbers: those are looked up by position, which is ten times as fast as by hash.
    private var byInteger: [Int32] = []
    private var byText: [String: Int32] = [:]
    private var settled: Set<Int32> = []
    /// Keys that are written as decimal numbers so far.
    private var decimals: [Int32: String] = [:]
    /// Those of them that are also written as whole numbers, which they are kept as.
    private var inTwoWays: [Int32: String] = [:]
    private static let integerLimit = 1 << 22

    init(encoding: TextEncoding) { self.encoding = encoding }

    /// The number of a key that is known.
    func number(of bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        if let integer = FieldParsing.canonicalInteger(bytes), integer < Self.integerLimit {
            return integer < byInteger.count && byInteger[integer] >= 0 ? byInteger[integer] : nil
        }
        if var whole = KeyText.wholeNumber(bytes) { return whole.withUTF8 { number(of: $0) } }
        return encoding.text(bytes).flatMap { byText[UUIDText.canonical($0)] }
    }

    /// The number of a key, a new one if it was not known; nil if the bytes are not text.
    mutating func insert(_ bytes: UnsafeBufferPointer<UInt8>) -> Int32? {
        let new = Int32(keys.count)
        if let integer = FieldParsing.canonicalInteger(bytes), integer < Self.integerLimit {
            while integer >= byInteger.count {
                byInteger.append(contentsOf: repeatElement(-1, count: max(1024, byInteger.count)))
            }
            if byInteger[integer] < 0 {
                byInteger[integer] = new
                keys.append(String(integer))
            } else {
                meetWhole(byInteger[integer])
            }
            return byInteger[integer]
        }
        if let whole = KeyText.wholeNumber(bytes) { return insert(decimal: bytes, whole: whole) }
        guard let text = encoding.text(bytes) else { return nil }
        let canonical = UUIDText.canonical(text)
        if let known = byText[canonical] {
            meetWhole(known)
            // Texts are equal whatever their form; ASCII has but one.
            if bytes.contains(where: { $0 > 0x7F }), !keys[Int(known)].utf8.elementsEqual(text.utf8) {
                inOtherForms.insert(known)
            }
            return known
        }
        byText[canonical] = new
        keys.append(text)
        return new
    }

    /// The number of a key that is written as a decimal number, which is that of the whole number.
    private mutating func insert(decimal bytes: UnsafeBufferPointer<UInt8>, whole: String) -> Int32? {
        var whole = whole
        let text = String(decoding: bytes, as: UTF8.self)
        if let known = whole.withUTF8({ number(of: $0) }) {
            if decimals[known] == nil, inTwoWays[known] == nil { inTwoWays[known] = text }
            return known
        }
        guard let new = whole.withUTF8({ insert($0) }) else { return nil }
        (keys[Int(new)], decimals[new]) = (text, text)
        return new
    }

    /// Keeps a key as a whole number that was a decimal one until now.
    private mutating func meetWhole(_ number: Int32) {
        guard !decimals.isEmpty, let text = decimals.removeValue(forKey: number) else { return }
        inTwoWays[number] = text
        keys[Int(number)] = KeyText.canonical(text)
    }

    /// Takes in how another file writes keys that are here.
    mutating func meet(_ others: [String]) {
        for var key in others { key.withUTF8 { if number(of: $0) != nil { _ = insert($0) } } }
    }

    /// Keeps a UUID that the table of items has as the ratings have it first: theirs are the keys that answers are joined with.
    mutating func settle(_ number: Int32, as bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count == 36, settled.insert(number).inserted, let text = encoding.text(bytes) else { return }
        if UUIDText.canonical(text) == UUIDText.canonical(keys[Int(number)]) { keys[Int(number)] = text }
    }

    /// Says which keys there are in several Unicode forms; nil for none.
    ///
    /// - Parameter what: what a key names
    func formNote(_ what: String) -> String? {
        guard let first = inOtherForms.min() else { return nil }
        return
            "\(inOtherForms.count.counting(what)) with accents in two Unicode forms, such as '\(keys[Int(first)])': counted as one each"
    }

    /// Says which whole numbers are also there as decimal ones; nil for none.
    ///
    /// - Parameter what: what a key names
    func wayNote(_ what: String) -> String? {
        guard let first = inTwoWays.keys.min(), let decimal = inTwoWays[first] else { return nil }
        return
            "\(inTwoWays.count.counting(what)) written as a whole and as a decimal number, such as '\(keys[Int(first)])' and "
            + "'\(decimal)': counted as one each"
    }

    /// The order in which keys are kept: by value if all are whole numbers, else by their bytes.
    static func sorted(_ keys: [String]) -> [Int32] {
        let numbers = keys.compactMap { Int($0) }
        let order = keys.indices.map { Int32($0) }
        if numbers.count == keys.count {
            return order.sorted {
                (numbers[Int($0)], keys[Int($0)]) < (numbers[Int($1)], keys[Int($1)])
            }
        }
        return order.sorted { keys[Int($0)].utf8.lexicographicallyPrecedes(keys[Int($1)].utf8) }
    }
}
