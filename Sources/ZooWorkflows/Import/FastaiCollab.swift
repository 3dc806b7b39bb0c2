import ZooCollab

extension ForeignForm {
    /// `collab_learner(dls)`: EmbeddingDotBias.
    static let fastaiCollab = ForeignForm(
        title: "fastai's collab_learner",
        matches: { arrays, _ in arrays.has("u_weight.weight", "i_weight.weight", "u_bias.weight", "i_bias.weight") },
        read: { arrays, request in
            let (users, items) = (try arrays.matrix("u_weight.weight"), try arrays.matrix("i_weight.weight"))
            let names = try request.keys(users: users.rows, items: items.rows, hasPlaceholder: true)
            let (range, scale, notes) = try request.ratingRange()
            let model = DotBiasModel(
                vocabulary: CollabVocabulary(names.users, names.items, mean: Float(range.rating(0))),
                factors: users.width, userVectors: users.droppingFirst(1).values,
                itemVectors: try ForeignMatrix(
                    values: arrays.floats("i_weight.weight", [items.rows, users.width]), rows: items.rows,
                    width: users.width
                ).droppingFirst(1).values,
                userBiases: Array(try arrays.floats("u_bias.weight", [users.rows, 1]).dropFirst()),
                itemBiases: Array(try arrays.floats("i_bias.weight", [items.rows, 1]).dropFirst()), globalBias: 0,
                range: range, scale: scale)
            return (model, [names.users.note, names.items.note].compactMap { $0 } + notes)
        })

    /// `collab_learner(dls, use_nn=True)`: EmbeddingNN.
    static let fastaiCollabNetwork = ForeignForm(
        title: "fastai's collab_learner with use_nn=True",
        matches: { arrays, description in
            FastaiLayer.isTable(arrays) && arrays.has("embeds.1.weight") && !arrays.has("embeds.2.weight")
                && !FastaiLayer.hasNumbers(arrays) && description?["cat_names"] == nil
        },
        read: { arrays, request in
            let (users, items) = (try arrays.matrix("embeds.0.weight"), try arrays.matrix("embeds.1.weight"))
            let names = try request.keys(users: users.rows, items: items.rows, hasPlaceholder: true)
            let (range, scale, notes) = try request.ratingRange()
            let width = max(users.width, items.width)
            let layers = try FastaiLayer.all(arrays, inputs: users.width + items.width)
            guard layers.last?.weight.rows == 1 else {
                throw arrays.refusal(
                    "its network ends with \(layers.last?.weight.rows ?? 0) numbers, not with one rating")
            }
            let model = NeuralModel(
                vocabulary: CollabVocabulary(names.users, names.items, mean: Float(range.rating(0))), factors: width,
                userVectors: users.droppingFirst(1).widened(to: width).values,
                itemVectors: items.droppingFirst(1).widened(to: width).values,
                layers: layers.recommender(widths: [users.width, items.width], padded: width), range: range,
                scale: scale)
            return (model, [names.users.note, names.items.note].compactMap { $0 } + notes)
        })
}

extension ForeignModelRequest {
    /// `y_range`, as fastai has it: the sigmoid's limits; without it, outputs are ratings.
    func ratingRange() throws -> (range: SigmoidRange, scale: ClosedRange<Float>, notes: [String]) {
        let description = try description()
        let scale = try description?.limits("scale")
        guard let limits = try description?.limits("y_range") else {
            let usual: ClosedRange<Float> = scale ?? 1...5
            let isSaid: Bool
            if case .object(let members)? = description?.value {
                isSaid = members["y_range"] != nil
            } else {
                isSaid = false
            }
            return (
                .linear, usual,
                isSaid && scale != nil
                    ? []
                    : [
                        (isSaid ? "It has no y_range" : "Nothing says that it has a y_range")
                            + ": its outputs are taken as ratings, on a scale from \(usual.lowerBound) to \(usual.upperBound); "
                            + "\"y_range\" and \"scale\" in --vocab say otherwise."
                    ]
            )
        }
        return (SigmoidRange(lower: limits.lowerBound, upper: limits.upperBound), scale ?? limits, [])
    }
}
