import CSQLiteExtension
import ZooData
import ZooEmbeddings

/// The vectors of a model's field, read into memory once.
final class LoadedVectors {
    let table: EmbeddingTable
    let state: [Int64]
    private let rows: [String: Int]
    private var indexes: [SimilarityMetric: NeighbourIndex] = [:]
    private lazy var bytes = QuantizedIndex(vectors: table.vectors, width: table.width)

    init(_ table: EmbeddingTable, state: [Int64]) {
        (self.table, self.state) = (table, state)
        rows = Dictionary(zip(table.keys, table.keys.indices), uniquingKeysWith: { first, _ in first })
    }

    /// The row of a key, else what `zoo query embeddings --near` takes the name for.
    func row(named name: String) throws -> Int { try rows[name] ?? table.row(named: name) }

    func nearest(
        to query: [Float], count: Int, metric: SimilarityMetric, excluding: Set<Int>
    ) -> [NeighbourIndex.Match] {
        guard metric != .cosine else { return bytes.nearest(to: query, count: count, excluding: excluding) }
        let index = indexes[metric] ?? NeighbourIndex(vectors: table.vectors, width: table.width, metric: metric)
        indexes[metric] = index
        return index.nearest(to: query, count: count, excluding: excluding)
    }
}

extension ZooConnection {
    /// `zoo_neighbours(model, field, near, k, [metric], [exact])`: what is closest to an entry, or to a vector.
    var neighbours: TableFunction {
        TableFunction(
            "zoo_neighbours", columns: ["key", "label", "value"],
            parameters: [
                .init(name: "model"), .init(name: "field"), .init(name: "near"), .init(name: "k"),
                .init(name: "metric", isRequired: false), .init(name: "exact", isRequired: false),
            ]
        ) { [self] arguments in
            let (model, field) = (try entry(text(arguments[0], "model")).name, try text(arguments[1], "field"))
            let metric = try metric(arguments[4])
            guard let near = arguments[2], !near.isNull else {
                throw CallError(description: "near is missing: it is NULL where a SELECT for it finds no row")
            }
            if near.text?.isEmpty == true {
                throw CallError(description: "near is empty: it is a key, a name or a vector")
            }
            let count = try count(arguments[3])
            if metric == .cosine, try !flag(arguments[5], "exact"),
                let found = try indexedNeighbours(model, field, near: near, count: count)
            {
                return found
            }
            let loaded = try vectors(model, field)
            let table = loaded.table
            let found: [NeighbourIndex.Match]
            if near.type == SQLITE_BLOB {
                found = loaded.nearest(to: try near.numbers(table.width), count: count, metric: metric, excluding: [])
            } else {
                let row = try loaded.row(named: text(near, "near"))
                found = loaded.nearest(
                    to: Array(table.vector(row)), count: count, metric: metric, excluding: [row])
            }
            return found.map {
                [.text(table.keys[$0.row]), .text(table.labels[$0.row]), .real(Double($0.value))]
            }
        }
    }

    func text(_ value: HostValue?, _ name: String) throws -> String {
        guard let text = value?.text, !text.isEmpty else { throw CallError(description: "\(name) must be a text") }
        return text
    }

    func count(_ value: HostValue?) throws -> Int {
        guard let value, value.type == SQLITE_INTEGER, (1...1_000_000).contains(value.integer) else {
            throw CallError(description: "k must be a whole number from 1 to 1000000")
        }
        return Int(value.integer)
    }

    private func flag(_ value: HostValue?, _ name: String) throws -> Bool {
        guard let value, !value.isNull else { return false }
        guard value.type == SQLITE_INTEGER, (0...1).contains(value.integer) else {
            throw CallError(description: "\(name) is 0 or 1")
        }
        return value.integer == 1
    }

    private func metric(_ value: HostValue?) throws -> SimilarityMetric {
        guard let value, !value.isNull else { return .cosine }
        guard let metric = value.text.flatMap({ SimilarityMetric(rawValue: $0) }) else {
            let known = SimilarityMetric.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw CallError(description: "metric is one of \(known)")
        }
        return metric
    }

    /// The vectors of a field, as long as the catalogue has not changed those of the last call.
    private func vectors(_ model: String, _ field: String) throws -> LoadedVectors {
        let catalogue = try catalogue()
        let state = try state(of: catalogue)
        if let known = vectors[[model, field]], known.state == state { return known }
        vectors[[model, field]] = nil
        var (keys, labels, numbers, width) = ([String](), [String](), [Float](), 0)
        let rows = try HostStatement(
            catalogue,
            "SELECT key, label, vector FROM zoo_stored_embeddings WHERE model = ? AND field = ? ORDER BY rowid",
            [.text(model), .text(field)])
        while try rows.step() {
            let vector = rows.vector(2)
            if width == 0 { width = vector?.count ?? 0 }
            guard let vector, width > 0, vector.count == width else {
                throw CallError(
                    description:
                        "the vector of '\(rows.text(0).prefix(100))' has \(rows.blob(2).count) bytes, not \(width * 4)")
            }
            keys.append(rows.text(0))
            labels.append(rows.text(1))
            numbers += vector
        }
        guard !keys.isEmpty else {
            let known = try HostStatement(
                catalogue, "SELECT DISTINCT field FROM zoo_stored_embeddings WHERE model = ? LIMIT 20", [.text(model)])
            var fields: [String] = []
            while try known.step() { fields.append("'\(known.text(0))'") }
            throw CallError(
                description: "model '\(model)' has no field '\(field.prefix(100))'; there are "
                    + (fields.isEmpty ? "none" : fields.joined(separator: ", ")))
        }
        let loaded = LoadedVectors(
            try EmbeddingTable(keys: keys, labels: labels, vectors: numbers, width: width), state: state)
        vectors[[model, field]] = loaded
        return loaded
    }
}
