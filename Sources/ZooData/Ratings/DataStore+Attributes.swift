import GRDB
import ZooRecords

/// Whether something is known of items or of users.
private enum AttributeSide: String, CaseIterable {
    case item, user

    var table: String { "zoo_\(rawValue)_attributes" }
}

extension DataStore {
    /// Inserts the attributes of a data set of ratings.
    func insert(_ attributes: RatingAttributes, _ id: Int64, _ db: Database) throws {
        try insert(attributes.items, .item, id, db)
        try insert(attributes.users, .user, id, db)
    }

    private func insert(_ attributes: [Attribute], _ side: AttributeSide, _ id: Int64, _ db: Database) throws {
        for (position, attribute) in attributes.enumerated() {
            try db.execute(
                sql: "INSERT INTO zoo_attributes (dataset, side, position, name, kind) VALUES (?, ?, ?, ?, ?)",
                arguments: [id, side.rawValue, position, attribute.name, attribute.kind.rawValue])
            let row = try RawStatement(
                db, "INSERT INTO \(side.table) (dataset, name, \(side.rawValue), value) VALUES (?, ?, ?, ?)")
            row.bind(id, at: 1)
            row.bind(attribute.name, at: 2)
            switch attribute.values {
            case .numbers(let numbers):
                for case (let index, let number?) in numbers.enumerated() {
                    row.bind(Int64(index), at: 3)
                    row.bind(number, at: 4)
                    try row.run()
                }
            case .categories(let places, let names):
                for (index, place) in places.enumerated() where place >= 0 {
                    row.bind(Int64(index), at: 3)
                    row.bind(names[Int(place)], at: 4)
                    try row.run()
                }
            case .sets(let sets, let names):
                for (index, places) in sets.enumerated() {
                    row.bind(Int64(index), at: 3)
                    for place in places {
                        row.bind(names[Int(place)], at: 4)
                        try row.run()
                    }
                }
            }
        }
    }

    /// What is known of the items and users of a data set of ratings.
    ///
    /// - Throws: `DataError.unknown`, `.otherKind`; `.database` for rows that do not fit together
    package func attributes(dataset name: String) throws -> RatingAttributes {
        try read { db in try attributes(of: try dataset(named: name, db), db) }
    }

    func attributes(of dataset: Dataset, _ db: Database) throws -> RatingAttributes {
        let summary = try dataset.ratings()
        var result = RatingAttributes()
        result.items = try attributes(.item, count: summary.items, dataset, db)
        result.users = try attributes(.user, count: summary.users, dataset, db)
        return result
    }

    private func attributes(
        _ side: AttributeSide, count: Int, _ dataset: Dataset, _ db: Database
    ) throws -> [Attribute] {
        let columns = try Row.fetchAll(
            db, sql: "SELECT name, kind FROM zoo_attributes WHERE dataset = ? AND side = ? ORDER BY position",
            arguments: [dataset.id, side.rawValue])
        return try columns.map { column in
            let (name, kind): (String, String) = (column[0], column[1])
            let rows = try RawStatement(
                db, "SELECT \(side.rawValue), value FROM \(side.table) WHERE dataset = ? AND name = ? ORDER BY 1, 2")
            rows.bind(dataset.id, at: 1)
            rows.bind(name, at: 2)
            var numbers = [Double?](repeating: nil, count: count)
            var texts = [[String]](repeating: [], count: count)
            while try rows.step() {
                let index = Int(rows.int64(0))
                // Others may write to the file.
                guard (0..<count).contains(index) else { throw damaged(dataset.name) }
                if kind == Attribute.Kind.number.rawValue {
                    numbers[index] = rows.double(1)
                } else {
                    texts[index].append(rows.text(1))
                }
            }
            switch Attribute.Kind(rawValue: kind) {
            case .number: return Attribute(name, .numbers(numbers))
            case .category: return Attribute(name, categories: texts.map(\.first))
            case .set: return Attribute(name, sets: texts)
            case nil: throw damaged(dataset.name)
            }
        }
    }
}
