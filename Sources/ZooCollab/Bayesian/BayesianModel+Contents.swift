import ZooNN

/// What the file of the model carries as JSON.
private struct BayesianContents: Codable {
    var factors: Int
    var mean: Double
    /// Of an average rating's noise.
    var precision: Double
    /// How many attributes of users and of items there are; nil where they were not used.
    var attributes: [Int]?
    var ratingMinimum: Float
    var ratingMaximum: Float
    /// The settings of the training, as JSON.
    var training: String?
}

extension BayesianModel: StoredRecommender {
    /// Reads a model out of its contents.
    ///
    /// - Throws: `ModelContentsError` naming what is missing or has another shape
    package init(_ contents: ModelContents) throws {
        let stored = try contents.configuration(as: BayesianContents.self)
        guard stored.factors > 0, stored.factors <= 1 << 16, stored.precision > 0, stored.mean.isFinite,
            stored.ratingMinimum <= stored.ratingMaximum
        else { throw ModelContentsError(location: "/config", reason: "its numbers make no sense") }
        let (vocabulary, factors) = (try CollabVocabulary(contents), stored.factors)
        let (users, items) = (vocabulary.userKeys.count, vocabulary.itemKeys.count)
        let width = factors + 1
        let prior = PersonPrior(
            mean: try contents.floats("prior.mean", shape: [width]).map(Double.init),
            precision: try contents.floats("prior.precision", shape: [width, width]).map(Double.init))
        guard (stored.attributes != nil) == (contents.architecture == CollabAlgorithm.features.name),
            stored.attributes?.count ?? 2 == 2
        else { throw ModelContentsError(location: "/config", reason: "it is of another architecture") }
        self.init(
            vocabulary: vocabulary, scale: stored.ratingMinimum...stored.ratingMaximum, mean: stored.mean,
            users: try contents.factors("user", users, factors), items: try contents.factors("item", items, factors),
            choices: try contents.factors("choice", items, factors), precision: stored.precision, prior: prior,
            attributes: try stored.attributes.map { counts in
                (
                    try AttributeTable(contents, "user", count: counts[0], rows: users, factors: factors),
                    try AttributeTable(contents, "item", count: counts[1], rows: items, factors: factors)
                )
            })
        settings = stored.training
    }

    /// The vectors and biases, and what fold-in needs.
    package func contents() throws -> ModelContents {
        var contents = try ModelContents(
            attributes == nil ? CollabAlgorithm.bayesian.name : CollabAlgorithm.features.name, vocabulary,
            configuration: BayesianContents(
                factors: factors, mean: mean, precision: precision,
                attributes: attributes.map { [$0.users.names.count, $0.items.names.count] },
                ratingMinimum: scale.lowerBound, ratingMaximum: scale.upperBound, training: settings),
            weights: users.tensors("user") + items.tensors("item") + choices.tensors("choice") + [
                NamedTensor("prior.mean", prior.mean.map(Float.init), [factors + 1]),
                NamedTensor("prior.precision", prior.precision.map(Float.init), [factors + 1, factors + 1]),
            ])
        for (side, table) in [("user", attributes?.users), ("item", attributes?.items)] {
            guard let table, !table.names.isEmpty else { continue }
            contents.weights += table.tensors(side)
            contents.vocabularies.append((side + "_attribute", table.names))
        }
        return contents
    }

    /// The learned vectors and biases.
    package var vectors: CollabEmbeddings? {
        CollabEmbeddings(
            users: users.vectors, items: items.vectors, width: factors, userBiases: users.biases,
            itemBiases: items.biases)
    }
}

extension FactorTable {
    fileprivate func tensors(_ name: String) -> [NamedTensor] {
        [
            NamedTensor(name + ".weight", vectors, [count, width]),
            NamedTensor(name + "_bias.weight", biases, [count, 1]),
        ]
    }
}

extension ModelContents {
    fileprivate func factors(_ name: String, _ count: Int, _ width: Int) throws -> FactorTable {
        FactorTable(
            vectors: try floats(name + ".weight", shape: [count, width]),
            biases: try floats(name + "_bias.weight", shape: [count, 1]), width: width)
    }
}

extension AttributeTable {
    /// Reads the attributes of one side.
    fileprivate init(_ contents: ModelContents, _ side: String, count: Int, rows: Int, factors: Int) throws {
        let names = count > 0 ? try contents.entries(side + "_attribute") : []
        guard names.count == count else {
            throw ModelContentsError(location: "/vocab/\(side)_attribute", reason: "there are not \(count) names")
        }
        self.init(
            rows: try AttributeRows(contents, side, names: names, rows: rows),
            factors: count > 0
                ? try contents.factors(side + "_attribute", count, factors)
                : FactorTable(vectors: [], biases: [], width: factors))
    }

    fileprivate func tensors(_ side: String) -> [NamedTensor] {
        factors.tensors(side + "_attribute") + rows.tensors(side)
    }
}
