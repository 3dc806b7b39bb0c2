import Foundation

/// How a file would be imported: what is in its columns, and its first rows.
package struct TablePreview: Sendable, Encodable {
    /// The columns as the whole file has them.
    package let columns: [ColumnSummary]
    /// The first rows, as they would be stored.
    package let firstRows: [[QueryValue]]
    /// How many rows there are.
    package let rows: Int
    /// What the values of each column say.
    package let evidence: [ColumnEvidence]
    /// What is to be said of the file.
    package let notes: [String]
    /// Rows that would be left out.
    package let badRows: BadRows

    private enum CodingKeys: CodingKey { case columns, firstRows, rows, evidence, notes, badRows }

    /// Reads a file as an import would, and stores nothing.
    ///
    /// - Parameter rows: how many to give
    /// - Throws: as `importTable`
    package init(
        file: URL, options: TableImportOptions, rows count: Int,
        progress: (TableImportProgress) -> Void = { _ in }
    ) throws {
        let layout = try TableLayout.find(path: file.path, options: options)
        let inspection = try TableInspection(path: file.path, layout: layout, options: options, progress: progress)
        let cells = try CellReader(path: file.path, inspection: inspection, rules: options.rules)
        let block = CellBlock()
        _ = try cells.fill(block)
        (columns, rows, notes) = (inspection.columns, inspection.rows, inspection.notes)
        (evidence, badRows) = (inspection.evidence, inspection.badRows)
        let width = layout.names.count
        firstRows = (0..<min(count, block.rows)).map { row in (0..<width).map { block.value(row * width + $0) } }
    }

    /// Encodes numbers and texts as they are.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(columns, forKey: .columns)
        try container.encode(firstRows.map { $0.map(Cell.init) }, forKey: .firstRows)
        try container.encode(rows, forKey: .rows)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(notes, forKey: .notes)
        try container.encode(badRows, forKey: .badRows)
    }

    /// A cell in JSON.
    private struct Cell: Encodable {
        let value: QueryValue

        func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch value {
            case .integer(let number): try container.encode(number)
            case .real(let number): try container.encode(number)
            case .text(let text): try container.encode(text)
            case .null, .blob: try container.encodeNil()
            }
        }
    }
}

extension CellBlock {
    /// A cell, by its place among all of the block.
    func value(_ cell: Int) -> QueryValue {
        switch tags[cell] {
        case .null: .null
        case .integer: .integer(Int64(bitPattern: payloads[cell]))
        case .real: .real(Double(bitPattern: payloads[cell]))
        case .text where payloads[cell] >> 63 == 1:
            .text(String(decoding: extra[CellBlock.range(ofExtra: payloads[cell])], as: UTF8.self))
        case .text:
            .text(String(decoding: records.bytes(at: payloads[cell]), as: UTF8.self))
        }
    }
}

extension RecordBlock {
    /// The bytes that the payload of a text names.
    fileprivate func bytes(at payload: UInt64) -> UnsafeBufferPointer<UInt8> {
        let place = CellBlock.range(ofExtra: payload)
        return UnsafeBufferPointer(start: bytes + place.lowerBound, count: place.count)
    }
}
