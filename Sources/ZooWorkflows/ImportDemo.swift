import ZooCollab
import ZooData

extension Workspace {
    /// Generates the demo ratings and stores them as a data set.
    ///
    /// - Throws: `DataError.exists` when there is a data set of that name and it is not to be replaced.
    public func importDemo(name: String, seed: UInt64, isReplacing: Bool) throws -> Dataset {
        let ratings = DemoRatings(seed: seed).interactions
        let new = NewRatings(
            userKeys: ratings.userKeys, itemKeys: ratings.itemKeys, itemTitles: ratings.itemTitles,
            users: ratings.users, items: ratings.items, ratings: ratings.ratings,
            scale: Double(ratings.scale.lowerBound)...Double(ratings.scale.upperBound))
        return try data.importRatings(
            new, name: name, source: "generated, seed \(seed)", isReplacing: isReplacing)
    }
}
