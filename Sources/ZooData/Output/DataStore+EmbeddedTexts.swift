import GRDB

/// A text of a table that `zoo embed` wrote.
package struct EmbeddedText: Sendable {
    /// What the data calls it.
    package let key: String
    /// Tells the text and the model of its vector from others.
    package let source: String
    /// The vector.
    package let vector: [Float]
}

extension DataStore {
    /// Who writes tables of vectors of texts, before the name of the model.
    package static let textEmbedder = "zoo embed"

    /// The columns of a table of vectors of texts.
    package static let embeddedTextColumns = [
        ResultColumn(name: "key", kind: .text), ResultColumn(name: "label", kind: .text),
        ResultColumn(name: "vector", kind: nil), ResultColumn(name: "source", kind: .text),
    ]

    /// The texts of a table that `zoo embed` wrote; none of any other.
    package func embeddedTexts(inTable name: String) throws -> [EmbeddedText] {
        try read { db in
            guard try OutputTable.kind(of: name, db) == "table",
                try OutputTableRecord.find(name, db)?.maker.hasPrefix(Self.textEmbedder) == true
            else { return [] }
            let rows = try Row.fetchCursor(
                db, sql: "SELECT key, source, vector FROM main.\(ColumnNames.quoted(name))")
            var texts: [EmbeddedText] = []
            while let row = try rows.next() {
                guard let key: String = row[0], let source: String = row[1] else { continue }
                let vector = try row.withUnsafeData(atIndex: 2) { VectorCoding.floats($0.map { [UInt8]($0) } ?? []) }
                texts.append(EmbeddedText(key: key, source: source, vector: vector))
            }
            return texts
        }
    }

    /// Writes a table of vectors of texts.
    ///
    /// - Parameter rows: key, label and source of each
    /// - Throws: as `writeTable`
    package func writeEmbeddedTexts(
        _ rows: some Sequence<(key: String, label: String, source: String)>, vectors: [Float], width: Int,
        table: String, isReplacing: Bool, model: String
    ) throws {
        try writeTable(
            named: table, columns: Self.embeddedTextColumns, as: isReplacing ? .replace : .create,
            maker: "\(Self.textEmbedder) \(model)"
        ) { add in
            for (place, row) in rows.enumerated() {
                let bytes = vectors[place * width..<(place + 1) * width].flatMap { number in
                    withUnsafeBytes(of: number.bitPattern.littleEndian) { Array($0) }
                }
                try add([.text(row.key), .text(row.label), .blob(bytes), .text(row.source)])
            }
        }
    }
}
