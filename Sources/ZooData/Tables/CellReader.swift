import Crypto
import Foundation

/// Rows of values as SQLite will hold them, ready to be bound.
final class CellBlock: @unchecked Sendable {  // handed from one thread to the next, never used by two at a time
    /// What a cell holds.
    enum Tag: UInt8 { case null, integer, real, text }

    let records = RecordBlock(capacity: 1 << 18)
    fileprivate(set) var tags: [UInt8] = []
    /// A whole number, the bits of a real one, or where a text begins and how long it is.
    fileprivate(set) var payloads: [UInt64] = []
    /// Texts that do not stand in the file as they are to be stored.
    fileprivate(set) var extra: [UInt8] = []
    fileprivate(set) var rows = 0

    /// The bytes of a text.
    @inline(__always)
    func text(_ payload: UInt64, _ body: (UnsafePointer<UInt8>, Int) -> Void) {
        let length = Int(payload >> 32 & 0x7FFF_FFFF)
        let start = Int(payload & 0xFFFF_FFFF)
        if payload >> 63 == 0 { return body(records.bytes + start, length) }
        extra.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { body(base + start, length) }
        }
    }
}

/// Turns the records of a file into cells of known kinds, and hashes them.
final class CellReader: @unchecked Sendable {  // used by one thread at a time
    private let scanner: RecordScanner
    private let layout: TableLayout
    private let columns: [ColumnSummary]
    private let markers: MissingMarkers
    private let rules: ValueRules
    private var isFirst = true
    private var hash: RowHash

    init(path: String, inspection: TableInspection, rules: ValueRules) throws {
        scanner = try RecordScanner(path: path, dialect: inspection.layout.dialect)
        layout = inspection.layout
        columns = inspection.columns
        self.rules = rules
        markers = MissingMarkers(rules.missing)
        hash = RowHash(columns: columns.map(\.name))
    }

    /// The hash of all rows until now; to be asked behind the last.
    func fingerprint() -> String { hash.finish() }

    /// Reads the next rows; false behind the last.
    func fill(_ block: CellBlock) throws -> Bool {
        guard try scanner.fill(block.records) else { return false }
        block.tags.removeAll(keepingCapacity: true)
        block.payloads.removeAll(keepingCapacity: true)
        block.extra.removeAll(keepingCapacity: true)
        block.rows = 0
        let records = block.records
        for (index, record) in records.records.enumerated() {
            if isFirst && index == 0 && layout.header != nil { continue }
            if layout.reasonToRefuse(record, records) != nil { continue }
            block.rows += 1
            for column in columns.indices { add(records[record.firstField &+ column], columns[column], block) }
        }
        isFirst = false
        return true
    }

    private func add(_ field: UnsafeBufferPointer<UInt8>, _ column: ColumnSummary, _ block: CellBlock) {
        if markers.contains(field) { return addNull(block) }
        switch column.kind {
        case .text:
            block.tags.append(CellBlock.Tag.text.rawValue)
            let start = field.baseAddress.map { $0 - UnsafePointer(block.records.bytes) } ?? 0
            block.payloads.append(UInt64(field.count) << 32 | UInt64(start))
            hash.add(text: field)
        case .integer:
            if case .integer(let value) = NumberReading(field, point: rules.point) { return addInteger(value, block) }
            if let value = ValueReading.number(field, kind: .integer, point: rules.point),
                let whole = Int64(exactly: value)
            {
                return addInteger(whole, block)
            }
            addNull(block)
        case .real:
            guard let value = ValueReading.number(field, kind: .real, point: rules.point), value.isFinite else {
                return addNull(block)
            }
            block.tags.append(CellBlock.Tag.real.rawValue)
            block.payloads.append(value.bitPattern)
            hash.add(real: value)
        case .boolean:
            guard let value = ValueReading.number(field, kind: .boolean) else { return addNull(block) }
            addInteger(Int64(value), block)
        case .date, .datetime: addDate(field, column, block)
        }
    }

    private func addNull(_ block: CellBlock) {
        block.tags.append(CellBlock.Tag.null.rawValue)
        block.payloads.append(0)
        hash.addNull()
    }

    @inline(__always)
    private func addInteger(_ value: Int64, _ block: CellBlock) {
        block.tags.append(CellBlock.Tag.integer.rawValue)
        block.payloads.append(UInt64(bitPattern: value))
        hash.add(integer: value)
    }

    private func addDate(_ field: UnsafeBufferPointer<UInt8>, _ column: ColumnSummary, _ block: CellBlock) {
        let isDayFirst = column.isDayFirst ?? false
        guard let seconds = DateReading(field).seconds(dayFirst: isDayFirst) else { return addNull(block) }
        var text = CivilDate.text(seconds: seconds, isDay: column.kind == .date)
        text.withUTF8 { bytes in
            block.tags.append(CellBlock.Tag.text.rawValue)
            block.payloads.append(1 << 63 | UInt64(bytes.count) << 32 | UInt64(block.extra.count))
            block.extra.append(contentsOf: bytes)
            hash.add(text: bytes)
        }
    }
}
