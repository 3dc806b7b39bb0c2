/// Whole records of a delimited file, split into fields, together with the bytes that they lie in.
///
/// A block is filled by a `RecordScanner`, read, and filled again; its memory is kept.
final class RecordBlock: @unchecked Sendable {  // handed from one thread to the next, never used by two at a time
    /// A row of the file.
    struct Record {
        /// The line on which it begins, from 1.
        let line: Int
        /// The place of its first field among the fields of the block.
        let firstField: Int
        /// How many fields it has.
        let fieldCount: Int
        /// Why it cannot be taken, if so.
        let problem: String?
    }

    /// The records in their order.
    private(set) var records: [Record] = []
    /// Bytes of the file up to the end of the last record here.
    var endOffset = 0
    private(set) var bytes: UnsafeMutablePointer<UInt8>
    private(set) var capacity: Int
    /// Where the fields begin and end; there is room for as many as there can be in so many bytes.
    private(set) var starts: UnsafeMutablePointer<UInt32>
    private(set) var ends: UnsafeMutablePointer<UInt32>
    var fieldCount = 0

    /// - Parameter capacity: bytes to begin with
    init(capacity: Int) {
        self.capacity = capacity
        bytes = .allocate(capacity: capacity + 1)  // one more for the line feed that stops every search
        starts = .allocate(capacity: capacity + 1)
        ends = .allocate(capacity: capacity + 1)
        records.reserveCapacity(1 << 12)
    }

    deinit {
        bytes.deallocate()
        starts.deallocate()
        ends.deallocate()
    }

    /// The bytes of a field, by its place among all fields of the block.
    @inline(__always)
    subscript(field: Int) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: bytes + Int(starts[field]), count: Int(ends[field] &- starts[field]))
    }

    /// A field with the blanks at its ends that are none of it; nil where there are none.
    @inline(__always)
    func blanks(around field: Int) -> UnsafeBufferPointer<UInt8>? {
        func isBlank(_ place: Int) -> Bool { bytes[place] == 32 || bytes[place] == 9 }
        var (start, end) = (Int(starts[field]), Int(ends[field]))
        guard start < end, isBlank(end) || start > 0 && isBlank(start &- 1) else { return nil }
        if start > 0, bytes[start - 1] == UInt8(ascii: "\"") { return nil }
        while start > 0, isBlank(start - 1) { start -= 1 }
        while isBlank(end) { end += 1 }
        return UnsafeBufferPointer(start: bytes + start, count: end - start)
    }

    /// Forgets the records.
    func clear() {
        records.removeAll(keepingCapacity: true)
        fieldCount = 0
    }

    /// Makes room for more bytes, keeping those that there are but no records.
    func grow(to larger: Int, keeping count: Int) {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + 1)
        grown.update(from: bytes, count: count)
        bytes.deallocate()
        starts.deallocate()
        ends.deallocate()
        (bytes, capacity) = (grown, larger)
        starts = .allocate(capacity: larger + 1)
        ends = .allocate(capacity: larger + 1)
    }

    /// Makes one quote of two in a field, and takes off the bytes that escape quotes, delimiters, line ends and themselves.
    ///
    /// - Parameters:
    ///   - quote: 0 where quotes are not doubled
    ///   - escape: 0 where nothing is escaped
    func unescape(_ field: Int, quote: UInt8, escape: UInt8, delimiter: UInt8) {
        var (source, target) = (Int(starts[field]), Int(starts[field]))
        let end = Int(ends[field])
        while source < end {
            if bytes[source] == escape, escape != 0, source + 1 < end {
                // Before anything else it stays, as in \N and in C:\new.
                if [quote, escape, delimiter, 10, 13, 34].contains(bytes[source + 1]) { source += 1 }
            } else if bytes[source] == quote, quote != 0 {
                source += 1
            }
            bytes[target] = bytes[source]
            source += 1
            target += 1
        }
        ends[field] = UInt32(truncatingIfNeeded: target)
    }

    func add(_ record: Record) { records.append(record) }
}
