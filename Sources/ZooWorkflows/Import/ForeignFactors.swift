import Foundation
import ZooCollab
import ZooKernels
import ZooWeights

/// Vectors of users and items whose product ranks, of a program for implicit feedback.
struct ForeignFactors {
    let users, items: ForeignMatrix
    /// Whether row 0 of each side stands for no key.
    var hasPlaceholder = false
    /// The keys that the file itself has.
    var keys: (users: [String]?, items: [String]?) = (nil, nil)
    /// The penalty of a vector in training, where that is known.
    var regularization: Float?
    /// What a unit of a rating adds to its weight.
    var alpha: Float = 1

    /// The recommender.
    ///
    /// - Throws: `WorkflowError.invalid`
    func model(_ title: String, _ request: ForeignModelRequest) throws -> ForeignModel {
        guard users.width == items.width else {
            throw WorkflowError.invalid(
                what: request.file, reason: "its vectors have \(users.width) and \(items.width) numbers")
        }
        let names = try request.keys(users: users.rows, items: items.rows, given: keys, hasPlaceholder: hasPlaceholder)
        let (people, things) = (users.droppingFirst(names.users.skipped), items.droppingFirst(names.items.skipped))
        var recipe = IALSRecipe()
        (recipe.factors, recipe.unobservedWeight, recipe.frequencyExponent) = (things.width, 1, 0)
        recipe.regularization = max(regularization ?? 0.01, 1e-6)
        (recipe.alpha, recipe.weight) = (max(0, alpha - 1), .binary)
        let model = IALSModel(
            vocabulary: CollabVocabulary(names.users, names.items, mean: 1), scale: 1...1, recipe,
            userVectors: people.values, items: FactorRows(things.values, factors: things.width))
        var notes = [names.users.note, names.items.note].compactMap { $0 }
        notes.append(
            "Its users are scored with their own vectors; somebody new, and whoever's choices are at hand, gets a vector by Zoo's rule."
        )
        return ForeignModel(title, model, notes: notes)
    }
}

extension ForeignFactors {
    /// What implicit's `model.save` wrote: an archive of NumPy with `user_factors` and `item_factors`.
    ///
    /// Of BPR the last factor of a user is 1 and of an item its bias; the product of all factors is the score of every model.
    /// - Source: implicit 0.7.3, `als.py`, `bpr.pyx`, `lmf.pyx`
    init(implicit url: URL) throws {
        let entries = try NumPyReader.entries(contentsOf: url)
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: url.path, reason: reason) }
        func matrix(_ name: String) throws -> ForeignMatrix {
            guard let entry = entries.first(where: { $0.name == name }), entry.shape.count == 2,
                !entry.shape.contains(0), case .numbers(let values) = entry.content
            else {
                throw refusal(
                    "it is an archive of NumPy without '\(name)': one that implicit's model.save writes has user_factors and "
                        + "item_factors")
            }
            let floats = values.floats ?? values.doubles.map { Float($0) }
            guard floats.allSatisfy(\.isFinite) else { throw refusal("'\(name)' holds a number that is not finite") }
            return ForeignMatrix(values: floats, rows: entry.shape[0], width: entry.shape[1])
        }
        func number(_ name: String) -> Float? {
            guard let entry = entries.first(where: { $0.name == name }), case .numbers(let values) = entry.content
            else {
                return nil
            }
            return values.doubles.first.map { Float($0) }
        }
        (users, items) = (try matrix("user_factors"), try matrix("item_factors"))
        (regularization, alpha) = (number("regularization"), number("alpha") ?? 1)
    }
}

extension ForeignForm {
    /// RecBole's BPR: row 0 of each side is padding.
    static let recbole = ForeignForm(
        title: "RecBole's BPR",
        matches: { arrays, _ in Set(arrays.names) == ["user_embedding.weight", "item_embedding.weight"] },
        read: { arrays, request in
            let factors = ForeignFactors(
                users: try arrays.matrix("user_embedding.weight"), items: try arrays.matrix("item_embedding.weight"),
                hasPlaceholder: true)
            let imported = try factors.model("", request)
            return (
                imported.model,
                imported.notes + [
                    "Its score is the product of both vectors, as of BPR; LightGCN has arrays of the same names and calculates otherwise."
                ]
            )
        })
}
