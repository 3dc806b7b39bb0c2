import ZooEmbeddings
import ZooKernels

/// How vectors become places in the plane.
package enum MapMethod: String, Sendable, CaseIterable { case umap, tsne, pca }

/// How the entries of a map are put into clusters.
package enum ClusterMethod: Sendable, Hashable {
    /// By density, on the map, with the least size of a cluster; nil for the larger of 5 and half the square root of the entries.
    case hdbscan(minimumSize: Int?)
    /// Around so many means of the vectors.
    case kMeans(Int)
}

/// What to make a map of, and where it goes.
package struct MapRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// The field: `user`, `item`, `token`.
    package var field: String
    /// How places are found.
    package var method = MapMethod.umap
    /// Neighbours, distances and seed of UMAP; the metric counts for all methods.
    package var options = UMAP.Options()
    /// Of t-SNE.
    package var perplexity = 30.0
    /// Where clusters are wanted.
    package var clusters: ClusterMethod?
    /// What the points' colours stand for, as for `ComponentsRequest`.
    package var colour: String?
    /// The most names that the plot shows.
    package var labels = 40
    /// A table of an earlier map, whose entries stay where they are.
    package var onto: String?
    /// The plot's file.
    package var plot: String?
    /// The page's file.
    package var page: String?
    /// The table.
    package var table: String?
    /// Whether a table of an earlier map, and other text in place of a page, may be replaced.
    package var isReplacing = false
    /// How many threads may be used.
    package var threads: ThreadCount = .all

    /// Asks for a map by UMAP.
    package init(model: String, field: String) { (self.model, self.field) = (model, field) }
}
