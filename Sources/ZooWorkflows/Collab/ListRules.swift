import ZooCollab
import ZooData

/// What lists of recommendations may name, and what they rest on.
public struct ListRules: Sendable {
    /// Which ratings of a person count, and whether they are left out.
    public var seen = SeenItems.all
    /// A SELECT whose first column are keys of the items that may be named, or a condition over what is known of the items; nil for
    /// all items.
    public var only: String?
    /// A SELECT whose first column are keys of items that are left out, or the path of a file of keys or titles; nil for none.
    public var exclude: String?
    /// How different the items of a list are: from 0, the order of the scores, to 1.
    public var diversity = 0.0

    /// All unseen items in the order of their scores.
    public init() {}

    /// How lists of `count` items are made by a model.
    ///
    /// - Throws: `WorkflowError` and `DataError` for SQL, a file or a diversity that will not do
    func lists(
        of count: Int, by model: any StoredRecommender, unrated: UnratedItems? = nil, _ entry: CatalogueModel,
        in workspace: Workspace
    ) throws -> (RecommendationLists, notes: [String]) {
        let filter = try ItemFilter(
            only: only, exclude: exclude, unrated?.vocabulary ?? model.vocabulary, of: model, entry, in: workspace)
        var lists = RecommendationLists(count: count)
        (lists.isAllowed, lists.leavesOutHistory) = (filter.isAllowed, seen != .nothing)
        if diversity > 0 {
            guard let reordering = Diversity(diversity, of: model, unrated: unrated) else {
                throw WorkflowError.unsuitable(
                    model: entry.name,
                    reason:
                        "has no vectors of items, by which --diversity compares them: it needs a model of blend, dot-bias, "
                        + "neural, ials or bpr")
            }
            lists.diversity = reordering
        }
        return (lists, filter.notes)
    }
}
