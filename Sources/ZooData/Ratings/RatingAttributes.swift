import ZooRecords

/// What is known of the items and the users of a data set of ratings, by their indices.
package struct RatingAttributes: Sendable, Equatable {
    /// Of the items.
    package var items: [Attribute] = []
    /// Of the users.
    package var users: [Attribute] = []

    /// Nothing is known.
    package init() {}
}
