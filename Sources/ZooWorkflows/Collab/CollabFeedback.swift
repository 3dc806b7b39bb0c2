import ZooCollab
import ZooData
import ZooRecords

extension CollabRecipe {
    /// Whether its models rank by expected ratings.
    var onlyPredicts: Bool { CollabAlgorithm.named(architecture)?.model is any PredictsRatings.Type }

    /// Refuses an algorithm that only predicts ratings where there are none.
    ///
    /// - Throws: `WorkflowError.invalid` with the algorithms that rank
    func check(_ feedback: Feedback) throws {
        guard feedback != .ratings, onlyPredicts else { return }
        let able = CollabAlgorithm.names { !($0 is any PredictsRatings.Type) }
        throw WorkflowError.invalid(
            what: "--model \(architecture)",
            reason: "it predicts ratings, and the data holds \(feedback.rawValue): leave out --model, or take \(able)")
    }

    /// What is to be said of attributes in a training.
    func attributeNotes(_ training: Interactions) -> [String] {
        if architecture == CollabAlgorithm.features.name {
            let names = (training.userAttributes + training.itemAttributes).map(\.name)
            return names.isEmpty
                ? [
                    "nothing is known of items and users besides ratings: this is the model of --model bayesian; "
                        + "--items and --users of 'zoo data import csv' bring attributes"
                ] : ["the model uses what is known of users and items: \(names.joined(separator: ", "))"]
        }
        if let mostItems = mostItemsOfAll, Set(training.items).count > mostItems {
            return [
                "the data has more than \(mostItems.formatted()) items: ials alone ranks them, without ease and attributes (--model chooses another)"
            ]
        }
        if let mostSolvedRatings, training.count > mostSolvedRatings {
            let most = IALSSolver.most
            return [
                "more than \(most.factors) factors or \(most.ratings.formatted()) ratings: the vectors are improved by conjugate gradients (--solver exact solves for them)"
            ]
        }
        guard mostItemsWithAttributes > 0 else { return [] }
        let (ofItems, ofUsers) = (training.likenessAttributes, training.userAttributes.map(\.name))
        let known = [
            ofItems.isEmpty ? nil : "what items have in common: \(ofItems.joined(separator: ", "))",
            ofUsers.isEmpty ? nil : "what is known of users: \(ofUsers.joined(separator: ", "))",
        ].compactMap { $0 }
        guard !known.isEmpty else { return [] }
        guard Set(training.items).count <= mostItemsWithAttributes else {
            return ["attributes are not used: lists of more than \(mostItemsWithAttributes) items use none"]
        }
        return ["the lists use \(known.joined(separator: ", and ")) (--attribute-weight 0 uses none)"]
    }
}
