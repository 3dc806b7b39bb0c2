import Foundation
import GRDB
import ZooHash

/// A document that is to be stored.
package struct NewText: Sendable, Equatable {
    /// What it is called: a path in a folder, or its number.
    package var name: String
    /// What it is an example of; nil where that is not known.
    package var label: String?
    /// The text.
    package var text: String

    /// A document.
    package init(name: String, label: String? = nil, text: String) {
        self.name = name
        self.label = label
        self.text = text
    }
}

/// The documents of a data set, in their order.
package struct StoredTexts: Sendable {
    /// The data set they are of.
    package let dataset: Dataset
    /// The documents.
    package let documents: [NewText]
}

extension DataStore {
    /// Stores documents under `name`, in one transaction. They keep their order.
    ///
    /// - Parameter source: where they come from, for people
    /// - Throws: `DataError.invalid` where there is no text, `.exists`, `.locked`, `.database`; then nothing was changed
    @discardableResult
    package func importTexts(
        _ documents: [NewText], name: String, source: String, isReplacing: Bool = false
    ) throws -> Dataset {
        try check(name: name)
        if !isReplacing { try read { db in try checkIsFree(name, db) } }
        guard documents.contains(where: { !$0.text.isEmpty }) else {
            throw DataError.invalid("there is no text to store in '\(name)'")
        }
        guard !documents.contains(where: { $0.text.utf8.contains(0) || $0.name.utf8.contains(0) }) else {
            throw DataError.invalid("a text to store in '\(name)' holds a NUL character")
        }
        return try store(
            .text, TextSummary(documents), name: name, source: source, fingerprint: Self.fingerprint(of: documents),
            isReplacing: isReplacing
        ) { id, db in
            try beforeWrite("texts")
            try insert(documents, id, db)
        }
    }

    /// The documents of a data set, in one snapshot.
    ///
    /// - Throws: `DataError.unknown`, `.otherKind`; `.database` where somebody else has changed the rows
    package func texts(dataset name: String) throws -> StoredTexts {
        try read { db in
            let dataset = try dataset(named: name, db)
            guard case .text(let summary) = dataset.contents else { throw dataset.otherKind(wanted: .text) }
            let sql = "SELECT idx, part, name, label, text FROM zoo_texts WHERE dataset = ? ORDER BY idx, part"
            var documents: [NewText] = []
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [dataset.id])
            while let row = try rows.next() {
                let (index, part): (Int, Int) = (row["idx"], row["part"])
                if part == 0, index == documents.count {
                    documents.append(NewText(name: row["name"], label: row["label"], text: row["text"]))
                } else if part > 0, index == documents.count - 1 {
                    documents[index].text += row["text"] as String
                } else {
                    throw damaged(name)
                }
            }
            guard documents.count == summary.documents, TextSummary(documents) == summary else { throw damaged(name) }
            return StoredTexts(dataset: dataset, documents: documents)
        }
    }

    private func insert(_ documents: [NewText], _ id: Int64, _ db: Database) throws {
        let insert = try RawStatement(
            db, "INSERT INTO zoo_texts (dataset, idx, part, name, label, text) VALUES (?, ?, ?, ?, ?, ?)")
        insert.bind(id, at: 1)
        for (index, document) in documents.enumerated() {
            insert.bind(Int64(index), at: 2)
            insert.bind(document.name, at: 4)
            if let label = document.label { insert.bind(label, at: 5) } else { insert.bindNull(at: 5) }
            for (part, text) in TextParts(document.text).enumerated() {
                insert.bind(Int64(part), at: 3)
                insert.bind(text, at: 6)
                try insert.run()
            }
        }
    }

    /// SHA-256 of labels and texts; names are not part of it.
    private static func fingerprint(of documents: [NewText]) -> String {
        var hash = SHA256()
        hash.update("zoo-texts-1\n\(documents.count)\n")
        for document in documents {
            let (label, length) = (document.label ?? "", document.text.utf8.count)
            let head = "\(document.label == nil ? -1 : label.utf8.count) \(length)\n" + label
            hash.update(head)
            hash.update(document.text)
        }
        return hash.hexadecimal()
    }
}

/// Cuts a text into rows of at most a mebibyte, between characters; an empty text is one empty part.
private struct TextParts: Sequence, IteratorProtocol {
    private var rest: Substring
    private var isFirst = true
    private static let bytes = 1 << 20

    init(_ text: String) { rest = text[...] }

    mutating func next() -> String? {
        guard isFirst || !rest.isEmpty else { return nil }
        isFirst = false
        let utf8 = rest.utf8
        guard utf8.count > Self.bytes else {
            defer { rest = "" }
            return String(rest)
        }
        var end = utf8.index(utf8.startIndex, offsetBy: Self.bytes)
        while utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        defer { rest = rest[end...] }
        return String(rest[..<end])
    }
}
