import Foundation
import ZooRecords

/// Rows of values as SQLite will hold them, ready to be bound.
final class CellBlock: @unchecked Sendable {  // handed from one thread to the next, never used by two at a time
    /// What a cell holds.
    enum Tag: UInt8 { case null, integer, real, text }

    let records = RecordBlock(capacity: 1 << 18)
    /// A tag for each cell, row by row.
    fileprivate(set) var tags: UnsafeMutablePointer<Tag>
    /// A whole number, the bits of a real one, or where a text begins and how long it is.
    fileprivate(set) var payloads: UnsafeMutablePointer<UInt64>
    /// Texts that do not stand in the file as they are to be stored.
    fileprivate(set) var extra: [UInt8] = []
    fileprivate(set) var rows = 0
    private var capacity = 1 << 15

    init() {
        tags = .allocate(capacity: capacity)
        payloads = .allocate(capacity: capacity)
    }

    deinit {
        tags.deallocate()
        payloads.deallocate()
    }

    /// Forgets the rows and makes room for so many cells.
    fileprivate func clear(cells: Int) {
        extra.removeAll(keepingCapacity: true)
        rows = 0
        guard cells > capacity else { return }
        tags.deallocate()
        payloads.deallocate()
        capacity = cells
        tags = .allocate(capacity: capacity)
        payloads = .allocate(capacity: capacity)
    }

    /// Where a text is in the bytes of the file, or, with the highest bit set, in `extra`.
    static func place(start: Int, count: Int, isExtra: Bool) -> UInt64 {
        (isExtra ? 1 << 63 : 0) | UInt64(count) << 32 | UInt64(start)
    }

    /// Where a text is in `extra`.
    static func range(ofExtra payload: UInt64) -> Range<Int> {
        let start = Int(payload & 0xFFFF_FFFF)
        return start..<start + Int(payload >> 32 & 0x7FFF_FFFF)
    }
}

/// Turns the records of a file into cells of known kinds, and hashes them.
final class CellReader: @unchecked Sendable {  // used by one thread at a time
    private let scanner: RecordScanner
    private let layout: TableLayout
    private let kinds: [ValueKind]
    private let isDayFirst: [Bool]
    private let clocks: [TableClock?]
    /// Whether the offset is written behind the times of a column: one offset is in its summary.
    private let writesOffset: [Bool]
    private let markers: MissingMarkers
    private let formats: [NumberFormat]
    private var isFirst = true
    private var hash: RowHash

    init(path: String, inspection: TableInspection, rules: ValueRules) throws {
        scanner = try RecordScanner(path: path, dialect: inspection.layout.dialect)
        layout = inspection.layout
        kinds = inspection.columns.map(\.kind)
        isDayFirst = inspection.columns.map { $0.isDayFirst ?? false }
        formats = inspection.formats
        clocks = inspection.columns.map { $0.clock.map { TableClock(name: $0) } }
        writesOffset = inspection.columns.map { $0.clock.map { !$0.hasPrefix("+") && !$0.hasPrefix("-") } ?? false }
        markers = MissingMarkers(rules.missing)
        hash = RowHash(columns: inspection.columns.map(\.name))
    }

    /// The hash of all rows until now; to be asked behind the last.
    func fingerprint() -> String { hash.finish() }

    /// Reads the next rows; false behind the last.
    func fill(_ block: CellBlock) throws -> Bool {
        guard try scanner.fill(block.records) else { return false }
        let records = block.records
        block.clear(cells: records.fieldCount)
        let (tags, payloads) = (block.tags, block.payloads)
        var hash = self.hash
        var cell = 0
        for (index, record) in records.records.enumerated() {
            if isFirst && index == 0 && layout.header != nil { continue }
            if layout.reasonToRefuse(record, records) != nil { continue }
            block.rows += 1
            for column in kinds.indices {
                let field = records[record.firstField &+ column]
                (tags[cell], payloads[cell]) = read(field, column, block)
                switch tags[cell] {
                case .null: hash.addNull()
                case .integer: hash.add(tag: 1, payloads[cell])
                case .real: hash.add(tag: 2, payloads[cell])
                case .text where payloads[cell] >> 63 == 1:
                    let place = CellBlock.range(ofExtra: payloads[cell])
                    block.extra.withUnsafeBufferPointer { hash.add(text: UnsafeBufferPointer(rebasing: $0[place])) }
                case .text: hash.add(text: field)
                }
                cell &+= 1
            }
        }
        self.hash = hash
        isFirst = false
        return true
    }

    /// The tag and the payload of a field.
    @inline(__always)
    private func read(
        _ field: UnsafeBufferPointer<UInt8>, _ column: Int, _ block: CellBlock
    ) -> (CellBlock.Tag, UInt64) {
        if markers.contains(field) { return (.null, 0) }
        if markers.hasNumbers, [.integer, .real].contains(kinds[column]),
            let value = ValueReading.number(field, kind: .real, format: formats[column]), markers.contains(value)
        {
            return (.null, 0)
        }
        switch kinds[column] {
        case .text: return plain(field, block)
        case .integer:
            if case .integer(let value) = NumberReading(field, format: formats[column]) {
                return (.integer, UInt64(bitPattern: value))
            }
            guard let value = ValueReading.number(field, kind: .integer, format: formats[column]),
                let whole = Int64(exactly: value)
            else { return (.null, 0) }
            return (.integer, UInt64(bitPattern: whole))
        case .real:
            switch NumberReading(field, format: formats[column]) {
            case .integer(let value): return (.real, Double(value).bitPattern)
            case .real(let value): return (.real, value.bitPattern)
            default: return (.null, 0)
            }
        case .boolean:
            guard let value = ValueReading.number(field, kind: .boolean) else { return (.null, 0) }
            return (.integer, UInt64(value))
        case .date, .datetime: return readDate(field, column, block)
        }
    }

    @inline(__always)
    private func plain(_ field: UnsafeBufferPointer<UInt8>, _ block: CellBlock) -> (CellBlock.Tag, UInt64) {
        let start = field.baseAddress.map { $0 - UnsafePointer(block.records.bytes) } ?? 0
        return (.text, CellBlock.place(start: start, count: field.count, isExtra: false))
    }

    private func readDate(
        _ field: UnsafeBufferPointer<UInt8>, _ column: Int, _ block: CellBlock
    ) -> (CellBlock.Tag, UInt64) {
        let reading = DateReading(field)
        guard var seconds = reading.clock(dayFirst: isDayFirst[column]) else { return (.null, 0) }
        let isDay = kinds[column] == .date
        var offset: Int?
        if let clock = clocks[column] {
            let moment = clock.moment(clock: seconds, offset: reading.offset)
            (seconds, offset) = (moment.clock, writesOffset[column] ? moment.offset : nil)
        }
        // Most files have dates as they are stored; of those that look so, none has a zone or a fraction.
        if offset == nil, CivilDate.isPlain(field, isDay: isDay) { return plain(field, block) }
        let start = block.extra.count
        CivilDate.append(seconds: seconds, isDay: isDay, offset: offset, to: &block.extra)
        return (.text, CellBlock.place(start: start, count: block.extra.count - start, isExtra: true))
    }
}
