import ZooKernels
import ZooLearn
import ZooNN

/// A factorisation of implicit feedback, which ranks: the score of an item is the product of its vector and the person's.
///
/// The vectors minimise, over all users u and items i,
/// `sum of c_ui (1 - p_u . q_i)^2 over the ratings + w0 sum (p_u . q_i)^2 over all pairs + penalties`, solved for one side after
/// the other. A person's vector is always that of their history, solved against the items, which serves people whom training
/// did not see as well as others; the vectors of the training's users are kept for people without a history at hand.
/// - Source: Hu, Koren & Volinsky 2008, "Collaborative Filtering for Implicit Feedback Datasets"; the penalties are those of
///   Rendle et al. 2022, "Revisiting the Performance of iALS on Item Recommendation Benchmarks", equation 5
package struct IALSModel: Recommender {
    /// Users and items that training saw.
    package let vocabulary: CollabVocabulary
    /// The lowest and the highest rating of the training data's scale.
    package let scale: ClosedRange<Float>
    /// [users, factors]
    package let userVectors: [Float]
    /// How it was trained, as JSON; nil where that is not known.
    package var settings: String?
    /// What fold-in needs of the training: weights and penalties.
    package let configuration: IALSRecipe
    private let items: FactorRows
    private let side: LeastSquaresSide

    /// Trains a model.
    ///
    /// - Parameter training: at least one rating, and at most one of each item by each user
    /// - Parameter start: factors at the start, [users, factors] and [items, factors]; nil for random ones
    /// - Throws: `CheckpointError` where the checkpoint does not fit; what an observer throws
    package static func fit(
        _ training: Interactions, _ configuration: IALSRecipe = IALSRecipe(),
        start: (users: [Float], items: [Float])? = nil, _ run: CollabRun = CollabRun()
    ) throws -> (model: IALSModel, report: FitReport) {
        let task = IALSTask(configuration, training, threads: run.threads)
        if let start { task.start(users: start.users, items: start.items) }
        let report = try Learner(task, seed: configuration.seed)
            .fit(
                TrainingPlan(
                    epochs: configuration.epochs, rate: ConstantSchedule(1),
                    keeping: run.keeping(.ndcg, epochs: configuration.epochs, lastPeak: 0)),
                observers: run.observers, from: run.checkpoint, shouldStop: run.shouldStop,
                validate: run.validate(.ndcg, training) { task.model })
        return (task.finishedModel(), report)
    }

    /// Creates a model from its parts.
    ///
    /// - Precondition: the vectors are [users, factors] and [items, factors]
    package init(
        vocabulary: CollabVocabulary, scale: ClosedRange<Float>, _ configuration: IALSRecipe,
        userVectors: [Float], items: FactorRows, threads: ThreadCount = .all
    ) {
        precondition(
            userVectors.count == vocabulary.userKeys.count * configuration.factors
                && items.count == vocabulary.itemKeys.count && items.factors == configuration.factors,
            "ials: the vectors do not fit \(vocabulary.userKeys.count) users, \(vocabulary.itemKeys.count) items")
        (self.vocabulary, self.scale, self.configuration) = (vocabulary, scale, configuration)
        (self.userVectors, self.items) = (userVectors, items)
        side = LeastSquaresSide(items, unobservedWeight: configuration.w0, threads: threads)
    }

    /// [items, factors]
    package var itemVectors: [Float] { items.vectors }

    /// The vector of a person, [factors]: of their history, else that of their row; zeros for somebody unknown.
    package func vector(for history: UserHistory) -> [Float] {
        vectors(of: [history]).vectors
    }

    /// The vectors of several people; see `vector`.
    private func vectors(of people: [UserHistory]) -> FactorRows {
        let factors = configuration.factors
        let confidence = configuration.confidences(on: scale)
        var solved = FactorRows(count: people.count, factors: factors)
        // In the order of the rows, so that the order of a history changes no bit.
        let rated = people.map { $0.ratings.sorted { $0.item < $1.item } }
        let entries = rated.flatMap { $0 }
        side.solve(
            &solved,
            SparseMatrix(
                bounds: rated.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) },
                columns: entries.map { Int32($0.item) }, values: confidence.map { entries.map(\.rating).map($0) }),
            penalties: rated.map { configuration.penalty(count: $0.count, others: items.count) })
        guard people.contains(where: { $0.ratings.isEmpty && $0.row != nil }) else { return solved }
        var vectors = solved.vectors
        for (index, person) in people.enumerated() where person.ratings.isEmpty {
            guard let row = person.row else { continue }
            vectors.replaceSubrange(
                index * factors..<(index + 1) * factors, with: userVectors[row * factors..<(row + 1) * factors])
        }
        return FactorRows(vectors, factors: factors)
    }

    /// The products of the items' vectors with the person's, [items].
    package func scores(for history: UserHistory) -> [Float] {
        history.isKnown ? items.products(with: vector(for: history)) : vocabulary.popularity
    }

    /// One product of the vectors of all these people with those of the items.
    package func scores(of people: [UserHistory], threads: ThreadCount) -> [Float] {
        var scores = items.products(with: vectors(of: people), threads: threads)
        vocabulary.setPopularity(of: people, in: &scores)
        return scores
    }
}
