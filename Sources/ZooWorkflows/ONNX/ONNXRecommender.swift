import ZooCollab
import ZooKernels
import ZooNN
import ZooWeights

/// A recommender as ONNX: the ratings of pairs of a user and an item, or the scores of all items.
struct ONNXRecommender {
    let graph = ONNXGraph("recommender")
    private(set) var about = ""
    let metadata: [(name: String, text: String)] = []

    /// - Parameter answer: nil for scores where the model ranks
    /// - Throws: `ONNXRefusal` for what the model does not give, or not by a fixed calculation
    init(_ model: any StoredRecommender, _ answer: ONNXAnswer?) throws {
        let ranks = !(model is any PredictsRatings)
        switch answer ?? (ranks ? .scores : .ratings) {
        case .ratings:
            guard let predictor = ranks ? (model as? BlendModel)?.predictor : model else {
                throw ONNXRefusal("it ranks and predicts no ratings: --answer scores")
            }
            try addRatings(of: predictor)
        case .scores:
            guard ranks else { throw ONNXRefusal("it predicts ratings of pairs: --answer ratings") }
            try addScores(of: model)
        }
    }

    // MARK: Ratings

    private mutating func addRatings(of model: any StoredRecommender) throws {
        about =
            "Expected ratings of pairs: numbers of users and items in 'vocab.user' and 'vocab.item', -1 for one that is not there."
        let (user, item) = (index("user"), index("item"))
        var rating: ONNXGraph.Value
        switch model {
        case let model as DotBiasModel:
            rating = inRange(logit(model.vectors, user, item, average: false) + Double(model.globalBias), model.range)
            if let other = model.pairlessRating {
                let zero = graph.scalar(0, .int64)
                let isUnknown = graph("Less", [graph("Min", [user, item]), zero], .bool)
                rating = graph("Where", [isUnknown, graph.scalar(Double(other), .float), rating], .float)
            }
        case let model as BayesianModel: rating = logit(model.vectors, user, item, average: true) + model.mean
        case let model as NeuralModel:
            let arrays = ONNXArrays(graph, try model.contents())
            let users = rows(model.userVectors, model.factors, average: true, "user.weight")
            let items = rows(model.itemVectors, model.factors, average: true, "item.weight")
            var x = graph(
                "Concat", [graph("Gather", [users, user]), graph("Gather", [items, item])], nil, [("axis", .int(1))])
            for layer in model.layers.indices {
                x = try arrays.linear(x, "layers.\(layer)")
                if layer + 1 < model.layers.count { x = graph("Relu", [x]) }
            }
            rating = inRange(x.reshaped([-1]), model.range)
        default: throw ONNXRefusal("the ratings of '\(type(of: model))' are not known to the ONNX writer")
        }
        let (low, high) = (Double(model.scale.lowerBound), Double(model.scale.upperBound))
        graph.output(
            graph("Clip", [rating, graph.scalar(low, .float), graph.scalar(high, .float)]), as: "rating", ["pairs"],
            about: "on the scale of the training data, \(low) to \(high)")
        graph.output(
            rating, as: "score", ["pairs"], about: "the rating before it is clipped to that scale: the order of items")
    }

    private func index(_ name: String) -> ONNXGraph.Value {
        graph.input(name, .int64, ["pairs"], about: "place in 'vocab.\(name)', -1 for one that is not there")
    }

    /// `b_u + b_i + p_u . q_i`
    private func logit(
        _ vectors: CollabEmbeddings?, _ user: ONNXGraph.Value, _ item: ONNXGraph.Value, average: Bool
    ) -> ONNXGraph.Value {
        guard let vectors else { return graph.scalar(0, .float) }
        func side(_ name: String, _ index: ONNXGraph.Value, _ rows: [Float], _ biases: [Float]?) -> (
            ONNXGraph.Value, ONNXGraph.Value
        ) {
            let biases = biases ?? Array(repeating: 0, count: rows.count / vectors.width)
            return (
                graph("Gather", [self.rows(rows, vectors.width, average: average, name + ".weight"), index]),
                graph("Gather", [self.rows(biases, 1, average: average, name + "_bias.weight"), index])
            )
        }
        let (p, userBias) = side("user", user, vectors.users, vectors.userBiases)
        let (q, itemBias) = side("item", item, vectors.items, vectors.itemBiases)
        let product = graph("ReduceSum", [p * q, graph.list([1])], nil, [("keepdims", .int(1))])
        return (product + userBias + itemBias).reshaped([-1])
    }

    /// Rows with one behind them, which -1 takes: zeros or the mean.
    private func rows(_ values: [Float], _ width: Int, average: Bool, _ name: String) -> ONNXGraph.Value {
        let count = values.count / max(1, width)
        var last = [Double](repeating: 0, count: width)
        if average { for (place, value) in values.enumerated() { last[place % width] += Double(value) } }
        return graph.constant(
            .float32(values + last.map { Float($0 / Double(max(1, count))) }), shape: [count + 1, width], named: name)
    }

    /// A rating for a logit; of a model without a sigmoid, within its limits if it has some.
    private func inRange(_ logit: ONNXGraph.Value, _ range: SigmoidRange) -> ONNXGraph.Value {
        guard range.isLinear != true else {
            if range == .linear { return logit }
            let limits = [range.lower, range.upper].map { graph.scalar(Double($0), .float) }
            return graph("Clip", [logit] + limits)
        }
        return graph("Sigmoid", [logit]) * Double(range.upper - range.lower) + Double(range.lower)
    }

    // MARK: Scores

    private mutating func addScores(of model: any StoredRecommender) throws {
        let items = model.vocabulary.itemKeys.count
        let popularity = graph.constant(.float32(model.vocabulary.popularity), shape: [1, items], named: "popularity")
        if let model = model as? BPRModel {
            about =
                "Scores of all items, in the order of 'vocab.item', for users by their places in 'vocab.user'; -1 gives the most rated items."
            let user = graph.input("user", .int64, ["people"], about: "place in 'vocab.user', -1 for somebody else")
            let vectors = graph(
                "Gather",
                [
                    rows(
                        model.userVectors, model.userVectors.count / max(1, model.vocabulary.userKeys.count),
                        average: false, "user.weight"), user,
                ])
            let width = model.itemVectors.count / max(1, items)
            let table = graph.constant(.float32(model.itemVectors), shape: [items, width], named: "item.weight")
            let biases = graph.constant(.float32(model.itemBiases), shape: [items], named: "item_bias.weight")
            let scores = graph("Gemm", [vectors, table, biases], nil, [("transB", .int(1))])
            let isUnknown = graph("Less", [user, graph.scalar(0, .int64)], .bool)
            output(graph("Where", [isUnknown.reshaped([-1, 1]), popularity, scores], .float), items)
            return
        }
        let history = ONNXHistory(graph, items: items, scale: model.scale)
        about =
            "Scores of all items, in the order of 'vocab.item', for what people rated; whoever rated nothing gets the most rated items."
        let isKnown = history.isKnown
        guard let model = model as? IALSModel else {
            let scores = try score(model, history, prefix: "")
            return output(graph("Where", [isKnown, scores, popularity], .float), items)
        }
        // Whose choices are not at hand has the vector of training.
        let user = graph.input(
            "user", .int64, ["users"], usually: [-1],
            about: "places in 'vocab.user' whose vectors count where the history is empty; -1, or left out, for nobody")
        let isNamed = graph("Less", [graph.scalar(-1, .int64), user], .bool).reshaped([-1, 1])
        let isOwn = graph("And", [graph("Not", [isKnown], .bool), isNamed], .bool)
        let table = rows(model.userVectors, model.configuration.factors, average: false, "user.weight")
        let (solved, vectors) = try history.solved(model, prefix: "")
        let people = graph("Where", [isOwn, graph("Gather", [table, user]), solved], .float)
        let scores = graph("Gemm", [people, vectors], nil, [("transB", .int(1))])
        output(graph("Where", [graph("Or", [isKnown, isOwn], .bool), scores, popularity], .float), items)
    }

    private func output(_ scores: ONNXGraph.Value, _ items: Int) {
        graph.output(scores, as: "scores", ["people", .fixed(items)], about: "what was rated is among them")
    }

    /// - Parameter prefix: before the paths of the model's arrays
    private func score(_ model: any StoredRecommender, _ history: ONNXHistory, prefix: String) throws -> ONNXGraph.Value
    {
        let items = model.vocabulary.itemKeys.count
        switch model {
        case let model as any SumsHistories:
            guard items * items * 4 < ONNXModel.mostBytes else {
                throw ONNXRefusal(
                    "the weights of all pairs of its \(items) items take more than the two gigabytes of an ONNX file")
            }
            let matrix = graph.constant(
                .float32(model.weights), shape: [items, items], named: prefix + "item_item.weight")
            return graph("MatMul", [history.counts(model.historyWeight), matrix])
        case let model as IALSModel:
            let (vectors, items) = try history.solved(model, prefix: prefix)
            return graph("Gemm", [vectors, items], nil, [("transB", .int(1))])
        case let model as BlendModel:
            let parts = try model.rankers.enumerated().map { index, ranker in
                try score(ranker.model, history, prefix: "ranker\(index).") * Double(ranker.weight)
            }
            return parts.count == 1 ? parts[0] : graph("Sum", parts)
        default:
            throw ONNXRefusal(
                model is PopularityModel
                    ? "it calculates nothing: 'zoo recommend --all' writes its list"
                    : "the scores of '\(type(of: model))' for a history come from steps of training, which a graph does not hold"
            )
        }
    }
}
