import Foundation
import GRDB
import ZooHash
import ZooRecords

extension DataStore {
    /// Stores what is known of images under `name`, in one transaction. They keep their order.
    ///
    /// - Parameters:
    ///   - source: where they come from, for people
    ///   - unreadable: how many files were left out because they are no images
    /// - Throws: `DataError.invalid` where there is no image, or a name or label does not fit; `.exists`, `.locked`,
    ///   `.database`; then nothing was changed
    @discardableResult
    package func importImages(
        _ set: ImageSet, name: String, source: String, unreadable: Int = 0, isReplacing: Bool = false
    ) throws -> Dataset {
        try checkImages(name: name, isReplacing: isReplacing)
        try check(set, name)
        return try store(
            .images, ImagesSummary(set, unreadable: unreadable), name: name, source: source,
            fingerprint: set.fingerprint, isReplacing: isReplacing
        ) { id, db in
            try beforeWrite("images")
            try insert(set, id, db)
        }
    }

    /// Says early what `importImages` would say of the name.
    ///
    /// - Throws: `DataError.invalid`, `.exists`
    package func checkImages(name: String, isReplacing: Bool) throws {
        try check(name: name)
        if !isReplacing { try read { db in try checkIsFree(name, db) } }
    }

    /// What is known of the images of a data set, in one snapshot.
    ///
    /// - Throws: `DataError.unknown`, `.otherKind`; `.database` where somebody else has changed the rows
    package func images(dataset name: String) throws -> (dataset: Dataset, images: ImageSet) {
        try read { db in
            let dataset = try dataset(named: name, db)
            guard case .images(let summary) = dataset.contents else { throw dataset.otherKind(wanted: .images) }
            var set = ImageSet(
                classes: summary.classes.map(\.name), isMultiLabel: summary.isMultiLabel, images: [])
            set.images.reserveCapacity(summary.images)
            let sql = "SELECT * FROM zoo_images WHERE dataset = ? ORDER BY position"
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [dataset.id])
            while let row = try rows.next() {
                guard let labels = Self.labels(row["labels"], below: set.classes.count),
                    let split = DataPart(rawValue: row["split"]), row["position"] == set.images.count
                else { throw damagedImages(name) }
                set.images.append(
                    StoredImage(
                        path: row["path"], name: row["name"], labels: labels, split: split, sha256: row["sha256"],
                        bytes: row["bytes"], height: row["height"], width: row["width"]))
            }
            let pack = try Row.fetchOne(
                db, sql: "SELECT * FROM zoo_image_packs WHERE dataset = ?", arguments: [dataset.id])
            set.pack = pack.map {
                ImagePack(sha256: $0["sha256"], bytes: $0["bytes"], size: $0["size"], offset: $0["first_byte"])
            }
            guard set.fingerprint == dataset.fingerprint else { throw damagedImages(name) }
            return (dataset, set)
        }
    }

    /// The hashes of all files of packed images that data sets name.
    package func usedPacks() throws -> Set<String> {
        try read { db in try String.fetchSet(db, sql: "SELECT sha256 FROM zoo_image_packs") }
    }

    /// The data sets whose images are packed, with the hashes of their files, by name.
    package func packedDatasets() throws -> [(dataset: String, sha256: String)] {
        let sql = """
            SELECT d.name, p.sha256 FROM zoo_image_packs AS p JOIN zoo_datasets AS d ON d.id = p.dataset ORDER BY d.name
            """
        return try read { db in
            try Row.fetchAll(db, sql: sql).map { (dataset: $0["name"] as String, sha256: $0["sha256"] as String) }
        }
    }

    private func damagedImages(_ name: String) -> DataError {
        .database(
            path: url.path, reason: "the rows of data set '\(name)' do not fit together", advice: "import it again")
    }

    private func check(_ set: ImageSet, _ name: String) throws {
        guard !set.images.isEmpty else { throw DataError.invalid("there is no image to store in '\(name)'") }
        var names: Set<[UInt8]> = []
        for image in set.images {
            guard names.insert(Array(image.name.utf8)).inserted else {
                throw DataError.invalid("two images of '\(name)' are called '\(image.name)'")
            }
            let fits = image.labels.allSatisfy { set.classes.indices.contains($0) }
            guard fits, set.isMultiLabel || image.labels.count <= 1 else {
                throw DataError.invalid("image '\(image.name)' of '\(name)' has labels that do not fit")
            }
        }
    }

    private func insert(_ set: ImageSet, _ id: Int64, _ db: Database) throws {
        for (index, name) in set.classes.enumerated() {
            try db.execute(
                sql: "INSERT INTO zoo_image_classes (dataset, idx, name) VALUES (?, ?, ?)",
                arguments: [id, index, name]
            )
        }
        let insert = try RawStatement(
            db,
            """
            INSERT INTO zoo_images (dataset, position, name, path, labels, split, sha256, bytes, width, height)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        insert.bind(id, at: 1)
        for (position, image) in set.images.enumerated() {
            insert.bind(Int64(position), at: 2)
            insert.bind(image.name, at: 3)
            insert.bind(image.path, at: 4)
            insert.bind("[" + image.labels.map(String.init).joined(separator: ",") + "]", at: 5)
            insert.bind(image.split.rawValue, at: 6)
            insert.bind(image.sha256, at: 7)
            insert.bind(Int64(image.bytes), at: 8)
            insert.bind(Int64(image.width), at: 9)
            insert.bind(Int64(image.height), at: 10)
            try insert.run()
        }
        guard let pack = set.pack else { return }
        try db.execute(
            sql: "INSERT INTO zoo_image_packs (dataset, sha256, bytes, size, first_byte) VALUES (?, ?, ?, ?, ?)",
            arguments: [id, pack.sha256, pack.bytes, pack.size, pack.offset])
    }

    /// The numbers of a JSON array, each below `count`; nil for anything else.
    private static func labels(_ text: String, below count: Int) -> [Int]? {
        guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
        let pieces = text.dropFirst().dropLast().split(separator: ",", omittingEmptySubsequences: true)
        let labels = pieces.compactMap { Int($0) }
        return labels.count == pieces.count && labels.allSatisfy { (0..<count).contains($0) } ? labels : nil
    }
}

extension ImageSet {
    /// SHA-256 of classes, labels, splits and what the files hold; names and places of files are not part of it.
    package var fingerprint: String {
        var hash = SHA256()
        let head = "zoo-images-1\n\(classes.count) \(images.count) \(isMultiLabel) \(pack?.size ?? 0)\n"
        hash.update(head)
        for name in classes { hash.update("\(name.utf8.count) \(name)\n") }
        for image in images {
            let labels = image.labels.map(String.init).joined(separator: ",")
            hash.update("\(image.split.rawValue) \(labels) \(image.sha256)\n")
        }
        return hash.hexadecimal()
    }
}
