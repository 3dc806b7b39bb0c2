import ZooNN

/// A model of another program, as one of Zoo's own kinds.
struct ForeignModel {
    /// What it was there: `fastai's collab_learner`.
    let title: String
    /// What it is here.
    let model: any StoredModel
    /// What was decided on the way, a sentence each.
    var notes: [String] = []

    init(_ title: String, _ model: any StoredModel, notes: [String] = []) {
        (self.title, self.model, self.notes) = (title, model, notes)
    }
}

/// A form of files of another program that is known by the names of its arrays.
struct ForeignForm: Sendable {
    /// What it is: `fastai's collab_learner`.
    let title: String
    /// Whether the names, and what is said beside them, are those of such a file.
    let matches: @Sendable (ForeignArrays, ForeignDescription?) -> Bool
    /// Makes the model, and says what was decided on the way.
    let read: @Sendable (ForeignArrays, ForeignModelRequest) throws -> (model: any StoredModel, notes: [String])

    /// All of them; the first that matches counts.
    static let all: [ForeignForm] = [
        .fastaiCollab, .fastaiCollabNetwork, .fastaiTabular, .fastaiLanguageModel, .fastaiTextClassifier,
        .recbole, .factorization, .torchLanguageModel, .torchEmbedding,
    ]
}
