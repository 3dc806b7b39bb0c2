/// The different texts of a column, numbered as they were first met.
package final class TextNumbers {
    /// The texts; their places are their numbers.
    package private(set) var entries: [String] = []
    private var slots = [Int32](repeating: 0, count: 64)  // number + 1, 0 for none
    private var hashes: [UInt64] = []
    private var starts: [Int] = [0]
    private var bytes: [UInt8] = []

    init() {}

    /// The number of a text, new or known.
    func number(of text: UnsafeBufferPointer<UInt8>) -> Int32 {
        let hash = ValueTally.hash(text)
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash >> 20) & mask
        while slots[slot] != 0 {
            let entry = Int(slots[slot]) - 1
            if hashes[entry] == hash, matches(entry, text) { return Int32(entry) }
            slot = (slot + 1) & mask
        }
        hashes.append(hash)
        bytes.append(contentsOf: text)
        starts.append(bytes.count)
        entries.append(String(decoding: text, as: UTF8.self))
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return Int32(entries.count - 1)
    }

    private func matches(_ entry: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let (start, end) = (starts[entry], starts[entry + 1])
        guard end - start == text.count else { return false }
        for offset in 0..<text.count where bytes[start + offset] != text[offset] { return false }
        return true
    }

    private func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        let mask = slots.count - 1
        for (index, hash) in hashes.enumerated() {
            var slot = Int(truncatingIfNeeded: hash >> 20) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(index + 1)
        }
    }
}

/// The values of one column over the rows of a block.
package enum TableValues {
    /// Numbers, dates in seconds since 1970 (UTC) and truth values as 1 and 0; NaN where there is none.
    case numbers([Double])
    /// Numbers of texts, -1 where there is none. The same `TextNumbers` may be used for many blocks.
    case texts(numbers: [Int32], of: TextNumbers)
}

/// Some rows of a table, column by column.
package struct TableBlock {
    /// How many rows.
    package let rowCount: Int
    /// One entry a column.
    package let columns: [TableValues]
}

/// Collects rows value by value and gives them as blocks.
final class TableBlockBuilder {
    /// The most rows of a block.
    let capacity: Int
    private(set) var rows = 0
    private let isText: [Bool]
    private let numbers: UnsafeMutablePointer<Double>  // [column, row]
    private let codes: UnsafeMutablePointer<Int32>  // [column, row]
    private var texts: [TextNumbers]
    /// A column with more different texts starts over: that bounds the memory.
    private static let mostTexts = 1 << 16

    init(kinds: [ValueKind], capacity: Int) {
        self.capacity = capacity
        isText = kinds.map { $0 == .text }
        numbers = .allocate(capacity: max(1, kinds.count * capacity))
        codes = .allocate(capacity: max(1, kinds.count * capacity))
        texts = kinds.map { _ in TextNumbers() }
    }

    deinit {
        numbers.deallocate()
        codes.deallocate()
    }

    /// Whether no more row fits.
    var isFull: Bool { rows == capacity }

    /// Sets a number, or NaN, in the current row.
    @inline(__always)
    func set(_ number: Double, in column: Int) { numbers[column &* capacity &+ rows] = number }

    /// Sets a text, or nil, in the current row.
    @inline(__always)
    func set(_ text: UnsafeBufferPointer<UInt8>?, in column: Int) {
        codes[column &* capacity &+ rows] = text.map { texts[column].number(of: $0) } ?? -1
    }

    /// Goes to the next row.
    func endRow() { rows += 1 }

    /// The rows until now; starts over.
    func take() -> TableBlock {
        let columns: [TableValues] = isText.indices.map { column in
            let start = column * capacity
            return isText[column]
                ? .texts(numbers: Array(UnsafeBufferPointer(start: codes + start, count: rows)), of: texts[column])
                : .numbers(Array(UnsafeBufferPointer(start: numbers + start, count: rows)))
        }
        for column in texts.indices where texts[column].entries.count > Self.mostTexts { texts[column] = TextNumbers() }
        defer { rows = 0 }
        return TableBlock(rowCount: rows, columns: columns)
    }
}
