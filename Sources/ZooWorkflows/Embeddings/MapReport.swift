import ZooEmbeddings

/// A map of an embedding.
package struct MapReport: Sendable, Encodable {
    /// Name of the model.
    package let model: String
    /// The field.
    package let field: String
    /// `umap`, `tsne` or `pca`.
    package let method: String
    /// What near means: `cosine` or `euclidean`.
    package let metric: String
    /// The clusters, the largest first.
    package let clusters: [Cluster]
    /// How many entries are in no cluster; null where none were asked for.
    @StableKey package var unclustered: Int?
    /// The files and tables that were written.
    package let written: [String]
    /// What was decided, and which option says otherwise.
    package let notes: [String]
    /// Where the entries are.
    package let points: [Point]

    /// A cluster.
    package struct Cluster: Sendable, Encodable {
        /// Its number, from 1.
        package let cluster: Int
        /// What stands out in it; empty where nothing does.
        package let name: String
        /// How many entries it has.
        package let size: Int
    }

    /// An entry and where it is.
    package struct Point: Sendable, Encodable {
        package let key, label: String
        package let x, y: Double
        /// The number of its cluster, null for none.
        @StableKey package var cluster: Int?
    }
}

extension MapReport {
    /// Entries at their places [n, 2], with their clusters from 0, -1 for none.
    static func points(of table: EmbeddingTable, _ places: [Float], _ labels: [Int]) -> [Point] {
        (0..<table.count).map { row in
            Point(
                key: table.keys[row], label: table.labels[row], x: Double(places[2 * row]),
                y: Double(places[2 * row + 1]), cluster: labels[row] < 0 ? nil : labels[row] + 1)
        }
    }
}
