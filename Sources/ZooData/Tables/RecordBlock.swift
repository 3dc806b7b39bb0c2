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
    private var starts: UnsafeMutablePointer<UInt32>
    private var ends: UnsafeMutablePointer<UInt32>
    private var fieldCapacity = 1 << 14
    private(set) var fieldCount = 0

    /// - Parameter capacity: bytes to begin with
    init(capacity: Int) {
        self.capacity = capacity
        bytes = .allocate(capacity: capacity + 1)  // one more for the line feed that stops every search
        starts = .allocate(capacity: fieldCapacity)
        ends = .allocate(capacity: fieldCapacity)
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

    /// Forgets the records.
    func clear() {
        records.removeAll(keepingCapacity: true)
        fieldCount = 0
    }

    /// Makes room for more bytes, keeping those that there are.
    func grow(to larger: Int, keeping count: Int) {
        let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + 1)
        grown.update(from: bytes, count: count)
        bytes.deallocate()
        (bytes, capacity) = (grown, larger)
    }

    @inline(__always)
    func addField(start: Int, end: Int) {
        if fieldCount == fieldCapacity { growFields() }
        starts[fieldCount] = UInt32(truncatingIfNeeded: start)
        ends[fieldCount] = UInt32(truncatingIfNeeded: end)
        fieldCount &+= 1
    }

    /// Makes one quote of two in a field.
    func unescape(_ field: Int, quote: UInt8) {
        var (source, target) = (Int(starts[field]), Int(starts[field]))
        while source < Int(ends[field]) {
            bytes[target] = bytes[source]
            source += bytes[source] == quote ? 2 : 1
            target += 1
        }
        ends[field] = UInt32(truncatingIfNeeded: target)
    }

    func add(_ record: Record) { records.append(record) }

    /// Takes back the fields of a record whose end is not here yet.
    func dropFields(from first: Int) { fieldCount = first }

    private func growFields() {
        func grown(_ old: UnsafeMutablePointer<UInt32>) -> UnsafeMutablePointer<UInt32> {
            let new = UnsafeMutablePointer<UInt32>.allocate(capacity: fieldCapacity * 2)
            new.update(from: old, count: fieldCount)
            old.deallocate()
            return new
        }
        starts = grown(starts)
        ends = grown(ends)
        fieldCapacity *= 2
    }
}
