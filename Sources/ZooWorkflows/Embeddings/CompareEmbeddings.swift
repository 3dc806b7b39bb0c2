import Foundation
import ZooData
import ZooEmbeddings
import ZooKernels
import ZooRecords

/// Two models whose vectors of one field are compared.
package struct CompareEmbeddingsRequest: Sendable {
    /// Names of the models.
    package var models: (String, String)
    /// The field in the first model.
    package var field: String
    /// The field in the second model; nil for the same.
    package var otherField: String?
    /// Nearest neighbours of each entry that are compared.
    package var neighbours = 15
    /// Entries that are listed, those whose neighbours changed most.
    package var count = 10
    /// Where a row for every entry goes: key, label, overlap, change.
    package var output: PredictionOutput?
    /// The file of a page with a map of each; nil for none.
    package var page: String?
    /// How the maps of the page are made.
    package var method = MapMethod.umap
    /// Whether any text in the page's file may be replaced.
    package var isReplacing = false
    /// Decides which entries are left out together when intervals are computed.
    package var seed: UInt64 = 0

    /// Asks for 15 neighbours and ten entries.
    package init(_ first: String, _ second: String, field: String) { (models, self.field) = ((first, second), field) }
}

/// How alike the vectors of two models are.
package struct CompareEmbeddingsReport: Sendable, Encodable {
    /// The models and their fields, `model.field`.
    package let compared: [String]
    /// Entries that both have.
    package let entries: Int
    /// Entries that only one of them has, in the order of `compared`.
    package let only: [Int]
    /// Nearest neighbours of each entry that were compared.
    package let neighbours: Int
    /// The mean share of the neighbours that are the same.
    package let overlap: EmbeddingComparison.Estimate
    /// The overlap of vectors that have nothing to do with each other.
    package let overlapByChance: Double
    /// Linear centred kernel alignment.
    package let linearCKA: EmbeddingComparison.Estimate
    /// The squares that are left after the best turn and scale.
    package let procrustesResidual: EmbeddingComparison.Estimate
    /// The entries whose neighbours changed most, the most changed first.
    package let moved: [Moved]
    /// The file or table of all entries; nil when none was asked for.
    package let output: String?
    /// The file of the page with two maps; nil when none was asked for.
    package let page: String?
    /// What the reader should know.
    package let notes: [String]

    /// An entry in other company.
    package struct Moved: Sendable, Encodable {
        /// Its key.
        package let key: String
        /// Its label.
        package let label: String
        /// How much its cosines to its neighbours differ: 0 not at all, 1 and above completely.
        package let change: Double
        /// The share of its neighbours that are the same.
        package let overlap: Double
        /// Labels of its closest neighbours in the first model, at most five.
        package let before: [String]
        /// The same in the second.
        package let after: [String]
    }
}

extension Workspace {
    /// Compares the vectors of the entries that two fields share.
    ///
    /// - Throws: as `embeddingTable`; `EmbeddingError.cannotCompare`; as predictions for what cannot be written
    package func compareEmbeddings(
        _ request: CompareEmbeddingsRequest, onProgress: (Double) -> Void = { _ in }
    ) throws -> CompareEmbeddingsReport {
        if let page = request.page { try FileContent.html.checkOutput(page, isReplacing: request.isReplacing) }
        let fields = (request.field, request.otherField ?? request.field)
        let first = try embeddingTable(model: request.models.0, field: fields.0)
        let second = try embeddingTable(model: request.models.1, field: fields.1)
        let pairs = KeyPlaces.pairs(first.keys, second.keys)
        let compared = ["\(request.models.0).\(fields.0)", "\(request.models.1).\(fields.1)"]
        guard pairs.count > 2 else {
            throw EmbeddingError.cannotCompare(
                "\(compared[0]) and \(compared[1]) share \(pairs.count.counting("key")), three are needed; the keys are such as "
                    + "'\(first.keys[0])' and '\(second.keys[0])'")
        }
        let common = (try first.selecting(pairs.map(\.0)), try second.selecting(pairs.map(\.1)))
        let comparison = try EmbeddingComparison.compare(
            common.0.vectors, common.1.vectors, widths: (first.width, second.width), neighbours: request.neighbours,
            seed: request.seed)
        let labels = common.0.labels
        let order = pairs.indices.sorted { (-comparison.changes[$0], $0) < (-comparison.changes[$1], $1) }
        if let output = request.output {
            let columns =
                ["key", "label"].map { ResultColumn(name: $0, kind: .text) }
                + ["overlap", "change"].map { ResultColumn(name: $0, kind: .real) }
            try write(
                columns, to: output, of: request.models.0, input: nil,
                maker: "zoo compare \(compared[0]) \(compared[1])"
            ) { add in
                for row in pairs.indices {
                    try add([
                        .text(first.keys[pairs[row].0]), .text(labels[row]), .real(comparison.overlaps[row]),
                        .real(comparison.changes[row]),
                    ])
                }
            }
        }
        if let path = request.page {
            let page = try page(common, comparison, order, titles: compared, request, onProgress)
            try Data(page.html().utf8).writeOutput(to: path)
        }
        return CompareEmbeddingsReport(
            compared: compared, entries: pairs.count,
            only: [first.count - pairs.count, second.count - pairs.count], neighbours: comparison.neighbourCount,
            overlap: comparison.overlap,
            overlapByChance: Double(comparison.neighbourCount) / Double(pairs.count - 1),
            linearCKA: comparison.linearCKA, procrustesResidual: comparison.procrustesResidual,
            moved: order.prefix(request.count).map { row in
                func names(_ neighbours: RowNeighbours) -> [String] {
                    neighbours[row].prefix(5).map { labels[Int($0)] }
                }
                return CompareEmbeddingsReport.Moved(
                    key: first.keys[pairs[row].0], label: labels[row], change: comparison.changes[row],
                    overlap: comparison.overlaps[row], before: names(comparison.neighbours.first),
                    after: names(comparison.neighbours.second))
            }, output: request.output?.name, page: request.page,
            notes: comparison.neighbourCount < request.neighbours
                ? ["\(comparison.neighbourCount) neighbours are compared: there are no more entries"] : [])
    }
}
