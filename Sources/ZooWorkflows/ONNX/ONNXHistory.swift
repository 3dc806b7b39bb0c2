import Foundation
import ZooCollab
import ZooWeights

/// What people rated, as an input of an ONNX graph, and the scores that recommenders give for it.
struct ONNXHistory {
    private let graph: ONNXGraph
    private let scale: ClosedRange<Float>
    private let items: Int
    /// Ratings, the least one where there is none, [people, items].
    private let ratings: ONNXGraph.Value
    /// 1 for what was rated, else 0, [people, items].
    private let isRated: ONNXGraph.Value

    init(_ graph: ONNXGraph, items: Int, scale: ClosedRange<Float>) {
        (self.graph, self.items, self.scale) = (graph, items, scale)
        // A 0 is a rating only where the scale has it.
        let hasZero = scale.lowerBound <= 0
        let history = graph.input(
            "history", .float, ["people", .fixed(items)],
            about: "ratings in the order of 'vocab.item', \(hasZero ? "NaN" : "0 or NaN") for what was not rated")
        let known =
            hasZero
            ? graph("Not", [graph("IsNaN", [history], .bool)])
            : graph("Greater", [history, graph.scalar(0, .float)], .bool)
        isRated = known.cast(.float)
        let least = graph.scalar(Double(scale.lowerBound), .float)
        // On a scale of one value each is a choice, and counts as that value whatever it is.
        let isChoice = scale.lowerBound == scale.upperBound
        ratings = graph("Where", [known, isChoice ? least : history, least], .float)
    }

    /// Whether people rated anything, [people, 1].
    var isKnown: ONNXGraph.Value {
        graph("Greater", [graph("ReduceMax", [isRated, graph.list([1])]), graph.scalar(0, .float)], .bool)
    }

    /// What the ratings count as, 0 for what was not rated.
    func counts(_ weight: RatingWeight) -> ONNXGraph.Value {
        let width = Double(scale.upperBound - scale.lowerBound)
        guard weight != .binary, width > 0 else { return isRated }
        let above = ratings - Double(scale.lowerBound)
        guard weight == .log else { return (above / width * 0.8 + 0.2) * isRated }
        let logarithm = graph("Log", [graph("Max", [above, graph.scalar(0, .float)]) + 1])
        return (logarithm * (0.8 / log1p(width)) + 0.2) * isRated
    }

    /// The vectors of people for iALS, solved from the history by conjugate gradients in float64, and those of the items.
    ///
    /// - Source: the equations of `IALSModel`; Hestenes & Stiefel 1952
    func solved(_ model: IALSModel, prefix: String) throws -> (vectors: ONNXGraph.Value, items: ONNXGraph.Value) {
        let recipe = model.configuration
        let factors = recipe.factors
        let stored = graph.constant(
            .float32(model.itemVectors), shape: [items, factors], named: prefix + "item.weight")
        let vectors = stored.cast(.double)
        let turned = graph("Transpose", [vectors], nil, [("perm", .ints([1, 0]))])
        var weights = counts(recipe.weight)
        if recipe.alpha > 0 {
            weights = weights + graph("Max", [ratings, graph.scalar(0, .float)]) * isRated * Double(recipe.alpha)
        }
        let confidence = weights.cast(.double)
        let unobserved = Double(recipe.unobservedWeight ?? 0)
        let gram = graph("MatMul", [turned, vectors]) * unobserved
        let count = graph("ReduceSum", [isRated, graph.list([1])]).cast(.double) + unobserved * Double(items)
        let penalty =
            graph("Pow", [count, graph.scalar(Double(recipe.frequencyExponent), .double)])
            * Double(recipe.regularization)
        let right = graph("MatMul", [confidence, vectors])
        let start = graph("ReduceSum", [right * right, graph.list([1])])

        let body = ONNXGraph(prefix + "solve", in: graph)
        _ = body.input(prefix + "step", .int64, [])
        _ = body.input(prefix + "goes_on", .bool, [])
        let names = ["solution", "residual", "direction", "square"].map { prefix + $0 }
        let size: [[ONNXGraph.Size]] = [
            ["people", .fixed(factors)], ["people", .fixed(factors)], ["people", .fixed(factors)], ["people", 1],
        ]
        let state = zip(names, size).map { body.input($0, .double, $1) }
        let (x, r, d, square) = (state[0], state[1], state[2], state[3])
        let scored = body("MatMul", [d, turned.used(in: body)]) * confidence.used(in: body)
        let product =
            body("MatMul", [scored, vectors.used(in: body)]) + body("MatMul", [d, gram.used(in: body)]) + d
            * penalty.used(in: body)
        let step = square / (body("ReduceSum", [d * product, body.list([1])]) + 1e-300)
        let residual = r - step * product
        let next = body("ReduceSum", [residual * residual, body.list([1])])
        let least = next - start.used(in: body) * 1e-24
        let goesOn = body(
            "Greater", [body("ReduceMax", [least], nil, [("keepdims", .int(0))]), body.scalar(0, .double)], .bool)
        body.output(goesOn, as: prefix + "still_goes_on", [])
        let results = [x + step * d, residual, residual + next / (square + 1e-300) * d, next]
        for ((name, size), result) in zip(zip(names, size), results) { body.output(result, as: "next_" + name, size) }

        let loop = graph.nodes(
            "Loop", [graph.scalar(Double(4 * factors + 20), .int64), nil, right * 0, right, right, start], results: 4,
            .double,
            [("body", .graph(body))])
        return (loop[0].cast(.float), stored)
    }
}
