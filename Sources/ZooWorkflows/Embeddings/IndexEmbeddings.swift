import Foundation
import ZooData
import ZooEmbeddings
import ZooKernels
import ZooWeights

/// An index that was built.
package struct IndexReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The field.
    package let field: String
    /// How many vectors.
    package let vectors: Int
    /// How many numbers each has.
    package let width: Int
    /// How many lists they are in.
    package let lists: Int
    /// How many of them a search reads.
    package let probes: Int
    /// The share of the ten nearest that searches find, on the mean of so many entries.
    package let recall: Double
    /// How many entries that was measured with.
    package let queries: Int
    /// Bytes of the file.
    package let bytes: Int
    /// The file.
    package let file: String
    /// How long it took.
    package let seconds: Double
}

/// An index with the rows of the database that its entries are.
struct StoredIndex: Sendable {
    let index: VectorIndex
    /// The rowid of each vector.
    let rowids: [Int64]

    private struct Configuration: Codable {
        let model: String
        let field: String
        let probes: Int
        let recall: Double
        let queries: Int
    }

    init(_ index: VectorIndex, rowids: [Int64]) { (self.index, self.rowids) = (index, rowids) }

    /// The file of an index. Codes of 8 bits lie four to a number of 32 bits.
    func file(model: String, field: String, created: String) throws -> ModelFile {
        let configuration = Configuration(
            model: model, field: field, probes: index.probes, recall: index.recall, queries: index.queries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let codes = index.bytes.codes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        func entry(_ path: String, _ shape: [Int], _ values: WeightValues) -> WeightEntry {
            WeightEntry(path: path, shape: shape, values: values)
        }
        return ModelFile(
            kind: "index", architecture: "lists",
            configuration: String(decoding: try encoder.encode(configuration), as: UTF8.self),
            weights: [
                entry("centroids", [index.lists, index.width], .float32(index.centroids)),
                entry("bounds", [index.bounds.count], .int32(index.bounds)),
                entry("rows", [index.rows.count], .int32(index.rows)),
                entry("rowids", [rowids.count], .int64(rowids)),
                entry("codes", [index.rows.count, index.bytes.stride / 4], .int32(codes)),
                entry("scales", [index.rows.count], .float32(index.bytes.scales)),
                entry("errors", [index.rows.count], .float32(index.bytes.errors)),
            ], created: created, zooVersion: ZooVersion.current)
    }

    /// - Throws: `WeightError.malformed` for a file whose arrays do not fit together
    init(_ file: ModelFile) throws {
        func refuse(_ reason: String) -> WeightError { .malformed(location: "index", reason: reason) }
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(file.configuration.utf8)),
            case .float32(let centroids)? = file.weight("centroids")?.values,
            case .int32(let bounds)? = file.weight("bounds")?.values,
            case .int32(let rows)? = file.weight("rows")?.values,
            case .int64(let rowids)? = file.weight("rowids")?.values,
            case .int32(let packed)? = file.weight("codes")?.values,
            case .float32(let scales)? = file.weight("scales")?.values,
            case .float32(let errors)? = file.weight("errors")?.values,
            let width = file.weight("centroids")?.shape.last
        else { throw refuse("an array is missing") }
        let (count, stride) = (rows.count, (width + 31) / 32 * 32)
        guard width > 0, bounds.count > 1, centroids.count == (bounds.count - 1) * width,
            packed.count * 4 == count * stride,
            scales.count == count, errors.count == count, rowids.count == count, bounds[0] == 0,
            bounds[bounds.count - 1] == Int32(count), zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }),
            rows.allSatisfy({ $0 >= 0 && $0 < Int32(count) }), (1..<bounds.count).contains(configuration.probes)
        else { throw refuse("its arrays do not fit together") }
        let codes = packed.withUnsafeBytes { Array($0.bindMemory(to: Int8.self)) }
        index = VectorIndex(
            centroids: centroids, bounds: bounds, rows: rows,
            bytes: ByteRows(width: width, codes: codes, scales: scales, errors: errors), probes: configuration.probes,
            recall: configuration.recall, queries: configuration.queries)
        self.rowids = rowids
    }
}

extension Workspace {
    /// Builds an index of a field's vectors, by which neighbours by the cosine are found without reading all of them.
    ///
    /// - Throws: as `embeddingTable`; `WorkflowError.unsuitable` for vectors of several lengths
    package func indexEmbeddings(model: String, field: String, recipe: VectorIndex.Recipe) throws -> IndexReport {
        let began = ContinuousClock.now
        _ = try installedModel(named: model)
        let vectors = try data.storedVectors(model: model, field: field)
        guard let state = try data.embeddingState(model: model, field: field), vectors.width > 0 else {
            _ = try embeddingTable(model: model, field: field)
            throw WorkflowError.unsuitable(model: model, reason: "has no vectors in the field '\(field)'")
        }
        if let flaw = vectors.flaw {
            throw WorkflowError.unsuitable(
                model: model, reason: "has a vector of another length in row \(flaw + 1) of the field '\(field)'")
        }
        if let flaw = vectors.numbers.firstIndex(where: { !$0.isFinite }) {
            throw EmbeddingError.notFinite(row: flaw / vectors.width)
        }
        let index = VectorIndex(vectors.numbers, width: vectors.width, recipe: recipe)
        let created = Date().formatted(.iso8601)
        let stored = try weights.save(
            StoredIndex(index, rowids: vectors.rowids).file(model: model, field: field, created: created)
        ) {
            try data.saveIndex(
                EmbeddingIndexRow(
                    model: model, field: field, sha256: $0.sha256, bytes: $0.bytes, recall: index.recall, state: state,
                    created: created))
        }
        _ = try? weights.sweep(keeping: filesInUse())
        return IndexReport(
            model: model, field: field, vectors: vectors.rowids.count, width: vectors.width, lists: index.lists,
            probes: index.probes, recall: index.recall, queries: index.queries, bytes: stored.bytes,
            file: stored.url.path, seconds: (ContinuousClock.now - began) / .seconds(1))
    }

    /// The neighbours of an entry by the index of its field; nil where there is none, or the name is no key.
    ///
    /// - Throws: `WorkflowError.unsuitable` for an index of other vectors than there are now
    func indexedNeighbours(model: String, field: String, near key: String, count: Int) throws -> NeighboursReport? {
        guard let row = try data.index(model: model, field: field),
            let entry = try data.embedding(key: key, model: model, field: field)
        else { return nil }
        func refuse(_ reason: String) -> WorkflowError {
            .unsuitable(
                model: model,
                reason:
                    "has an index of the field '\(field)' that is stale (\(reason)): 'zoo embeddings index \(model) "
                    + "\(field)' builds it again, --exact searches without it")
        }
        guard try data.embeddingState(model: model, field: field) == row.state else {
            throw refuse("vectors were added or removed")
        }
        func load() throws -> StoredIndex { try StoredIndex(weights.load(sha256: row.sha256)) }
        let stored =
            try kept?.value(
                ["index", row.sha256], state: weights.url(sha256: row.sha256).fileState, bytes: { _ in row.bytes },
                make: load) ?? load()
        guard stored.index.width == entry.vector.count else { throw refuse("its vectors have another length") }
        let candidates = stored.index.candidates(for: entry.vector, count: count + 1).map { stored.rowids[$0] }
        let found = try data.embeddings(rowids: candidates).filter { $0.rowid != entry.rowid }
        guard found.allSatisfy({ $0.vector.count == entry.vector.count }) else { throw refuse("vectors were changed") }
        let best = EmbeddingTable.nearest(to: entry.vector, among: found.map(\.vector), count: count)
        let note =
            "found by the index, which finds \((row.recall * 100).fixedText) % of the ten nearest; --exact finds all"
        onNote(note)
        return NeighboursReport(
            model: model, field: field, question: "near \(entry.label)", metric: SimilarityMetric.cosine.rawValue,
            entries: best.map {
                NeighboursReport.Entry(key: found[$0.row].key, label: found[$0.row].label, value: Double($0.value))
            }, notes: [note])
    }
}

extension Double {
    /// With one decimal.
    fileprivate var fixedText: String { "\((self * 10).rounded() / 10)" }
}
