import Foundation
import ZooEmbeddings
import ZooKernels
import ZooWeights

/// An index with the rows of the database that its entries are.
package struct StoredIndex: Sendable {
    /// The index.
    package let index: VectorIndex
    /// The rowid that each vector had when the index was built.
    package let rowids: [Int64]
    private let firstRowid: Int64

    private struct Configuration: Codable {
        let model: String
        let field: String
        let probes: Int
        /// None in files from before there were binary ones.
        let factor: Int?
        let recall: Double
        let queries: Int
    }

    init(_ index: VectorIndex, rowids: [Int64]) {
        (self.index, self.rowids, firstRowid) = (index, rowids, rowids.min() ?? 0)
    }

    /// The rowids of entries among which the `count` nearest to a vector are looked for.
    ///
    /// - Parameter first: the first rowid of the vectors, which are copies where it is another than it was
    package func candidates(for query: [Float], count: Int, first: Int64) -> [Int64] {
        index.candidates(for: query, count: count).map { rowids[$0] &- firstRowid &+ first }
    }

    /// The file of an index. Codes lie in numbers of 32 bits.
    func file(model: String, field: String, created: String) throws -> ModelFile {
        let configuration = Configuration(
            model: model, field: field, probes: index.probes, factor: index.factor, recall: index.recall,
            queries: index.queries)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        func entry(_ path: String, _ shape: [Int], _ values: WeightValues) -> WeightEntry {
            WeightEntry(path: path, shape: shape, values: values)
        }
        func packed(_ codes: [some Any]) -> [Int32] { codes.withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) } }
        var weights = [
            entry("centroids", [index.lists, index.width], .float32(index.centroids)),
            entry("bounds", [index.bounds.count], .int32(index.bounds)),
            entry("rows", [index.rows.count], .int32(index.rows)),
            entry("rowids", [rowids.count], .int64(rowids)),
        ]
        switch index.codes {
        case .int8(let bytes):
            weights += [
                entry("codes", [index.rows.count, bytes.stride / 4], .int32(packed(bytes.codes))),
                entry("scales", [index.rows.count], .float32(bytes.scales)),
                entry("errors", [index.rows.count], .float32(bytes.errors)),
            ]
        case .binary(let bits):
            weights += [
                entry("bits", [2 * bits.blocks.count], .int32(packed(bits.blocks))),
                entry("means", [bits.width], .float32(bits.means)),
            ]
        }
        return ModelFile(
            kind: "index", architecture: "lists",
            configuration: String(decoding: try encoder.encode(configuration), as: UTF8.self), weights: weights,
            created: created, zooVersion: ZooVersion.current)
    }

    /// Reads the file of an index.
    ///
    /// - Throws: `WeightError.malformed` for a file whose arrays do not fit together
    package init(_ file: ModelFile) throws {
        func refuse(_ reason: String) -> WeightError { .malformed(location: "index", reason: reason) }
        func floats(_ path: String) throws -> [Float]? {
            if case .float32(let values)? = try file.weight(path)?.values { values } else { nil }
        }
        func integers(_ path: String) throws -> [Int32]? {
            if case .int32(let values)? = try file.weight(path)?.values { values } else { nil }
        }
        guard let configuration = try? JSONDecoder().decode(Configuration.self, from: Data(file.configuration.utf8)),
            let centroids = try floats("centroids"), let bounds = try integers("bounds"),
            let rows = try integers("rows"), case .int64(let rowids)? = try file.weight("rowids")?.values,
            let width = file.weight("centroids")?.shape.last
        else { throw refuse("an array is missing") }
        let count = rows.count
        guard width > 0, bounds.count > 1, centroids.count == (bounds.count - 1) * width, rowids.count == count,
            bounds[0] == 0, bounds[bounds.count - 1] == Int32(count),
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }),
            rows.allSatisfy({ $0 >= 0 && $0 < Int32(count) }), (1..<bounds.count).contains(configuration.probes),
            (1...1 << 32).contains(configuration.factor ?? 2)
        else { throw refuse("its arrays do not fit together") }
        let codes: VectorIndex.Codes
        if let bits = try integers("bits"), let means = try floats("means") {
            guard means.count == width, bits.count == 2 * BitRows.size(count: count, width: width) else {
                throw refuse("its bits do not fit")
            }
            let blocks = bits.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
            codes = .binary(BitRows(count: count, means: means, blocks: blocks))
        } else if let packed = try integers("codes"), let scales = try floats("scales"),
            let errors = try floats("errors"),
            packed.count * 4 == count * ((width + 31) / 32 * 32), scales.count == count, errors.count == count
        {
            let codes8 = packed.withUnsafeBytes { Array($0.bindMemory(to: Int8.self)) }
            codes = .int8(ByteRows(width: width, codes: codes8, scales: scales, errors: errors))
        } else {
            throw refuse("its codes are missing or do not fit")
        }
        let index = VectorIndex(
            centroids: centroids, bounds: bounds, rows: rows, codes: codes, probes: configuration.probes,
            factor: configuration.factor ?? 2, recall: configuration.recall, queries: configuration.queries)
        self.init(index, rowids: rowids)
    }
}
