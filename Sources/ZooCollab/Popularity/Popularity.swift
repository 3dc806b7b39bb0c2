import ZooKernels
import ZooNN

/// Ranks items by how many training ratings they got, the same for everybody: the yardstick of every ranking.
package struct PopularityModel: Recommender {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?

    /// Counts the ratings of each item.
    package init(_ training: Interactions) {
        self.init(CollabVocabulary(training: training), scale: training.scale)
    }

    /// The counts that a vocabulary holds.
    package init(_ vocabulary: CollabVocabulary, scale: ClosedRange<Float>) {
        self.vocabulary = vocabulary
        self.scale = scale
    }

    /// How many training ratings each item got, [items].
    package func scores(for history: UserHistory) -> [Float] { vocabulary.itemCounts.map(Float.init) }
}

/// What the file of a popularity model carries as JSON; the counts are among its statistics.
private struct PopularityContents: Codable {
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension PopularityModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or out of range
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: PopularityContents.self)
        guard stored.ratingMinimum <= stored.ratingMaximum else {
            throw ModelContentsError(location: "/config", reason: "its values are out of range")
        }
        vocabulary = try CollabVocabulary(contents)
        scale = stored.ratingMinimum...stored.ratingMaximum
        settings = stored.training
    }

    /// The counts and the scale.
    package func contents() throws -> ModelContents {
        try ModelContents(
            CollabAlgorithm.popularity.name, vocabulary,
            configuration: PopularityContents(
                ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound, training: settings), weights: [])
    }
}

extension CollabAlgorithm {
    /// The most rated items.
    package static let popularity = CollabAlgorithm(
        name: "popularity", summary: "ranks by how often an item was rated", defaults: [:], model: PopularityModel.self
    ) { options in
        CollabRecipe("popularity", settings: [String: String](), seed: options.seed) { training, _ in
            PopularityModel(training)
        }
    }
}
