import Foundation
import ZooNN
import ZooTabular
import ZooWeights

/// A model of a table as ONNX: one input a column, and everything that makes inputs of values inside.
struct ONNXTable {
    let graph = ONNXGraph("table")
    let about: String
    private(set) var metadata: [(name: String, text: String)] = []
    private var columns: [String: ONNXGraph.Value] = [:]
    private let features: FittedFeatures

    /// - Throws: `ONNXRefusal` for a model that looks at other rows
    init(_ stored: StoredTabular) throws {
        let model = stored.model
        features = model.features
        guard features.ordered == nil else {
            throw ONNXRefusal("it looks at earlier rows (lags, means or events), and a graph sees one row at a time")
        }
        about = "Predicts '\(features.target.column)' of rows. A missing number is NaN, a missing text is empty."
        try readColumns()
        let codes = try features.categories.map { try code(of: $0) }
        let numbers = try features.continuous.map { try input(of: $0) }
        let arrays = ONNXArrays(graph, try stored.contents())
        let outputs = try model.members.indices.map { member in
            try network(model.architecture, codes, numbers, arrays) { TabularWeights.path($0, member: member) }
        }
        switch features.target {
        case .classes(let classes):
            finish(outputs, classes, model.calibration.temperature)
            metadata = [("classes", try ModelContents.json(classes.labels))]
        case .number(let number): finish(outputs, number, model)
        }
    }

    /// Makes an input of every column that is read, and values of the parts of dates.
    private mutating func readColumns() throws {
        let texts = Set(
            features.categories.compactMap { category -> String? in
                if case .texts = category.values { category.column } else { nil }
            })
        let read = Set(features.categories.map(\.column) + features.continuous.map(\.column))
        for column in features.columns where column.name != features.target.column {
            let parts =
                features.dates.contains(column.name)
                ? DatePart.allCases.filter { read.contains($0.name(of: column.name)) } : []
            guard read.contains(column.name) || !parts.isEmpty else { continue }
            let isText = texts.contains(column.name)
            guard
                !isText
                    || !(features.continuous.map(\.column) + features.categories.filter(\.isOfNumbers).map(\.column))
                        .contains(column.name)
            else { throw ONNXRefusal("'\(column.name)' is read as a text and as a number, and an input has one type") }
            guard parts.isEmpty || column.clock == nil || ["+00:00", "as written"].contains(column.clock) else {
                throw ONNXRefusal(
                    "the times of '\(column.name)' are on a clock with changing offsets (\(column.clock ?? ""))")
            }
            let about =
                column.kind == .date
                ? "seconds since 1970-01-01 00:00 on the clock of the column"
                : isText ? "a text, '' where it is missing" : ""
            let value = graph.input(
                column.name, isText ? .string : .double, ["batch", 1],
                about: about.isEmpty ? "a number, NaN where it is missing" : about)
            columns[column.name] = value
            guard !parts.isEmpty else { continue }
            for (part, made) in zip(parts, ONNXDate(value).values(of: parts)) {
                columns[part.name(of: column.name)] = made
            }
        }
    }

    private func column(_ name: String) throws -> ONNXGraph.Value {
        guard let value = columns[name] else {
            throw ONNXRefusal("the column '\(name)' is not among those of its rows")
        }
        return value
    }

    /// The codes of a category, [batch].
    private func code(of category: FittedCategory) throws -> ONNXGraph.Value {
        let x = try column(category.column)
        let first = category.hasMissing ? 2 : 1
        let code: ONNXGraph.Value
        switch category.values {
        case .texts(let texts):
            var (keys, codes) = (texts, texts.indices.map { $0 + first })
            if category.hasMissing, !texts.contains("") {
                keys.append("")
                codes.append(1)
            }
            code = encoded(x, keys: ("keys_strings", .texts(keys)), codes)
        case .numbers(let numbers): code = self.code(of: x, numbers, first: first, hasMissing: category.hasMissing)
        case .missing:
            code = graph("Where", [isFinite(x), graph.scalar(1, .int64), graph.scalar(2, .int64)], .int64)
        }
        return code.reshaped([-1])
    }

    private func encoded(
        _ x: ONNXGraph.Value, keys: (name: String, value: ONNXGraph.Attribute), _ codes: [Int]
    ) -> ONNXGraph.Value {
        graph(
            "LabelEncoder", [x], .int64, ml: true, [keys, ("values_int64s", .ints(codes)), ("default_int64", .int(0))])
    }

    /// The codes of numbers: whole ones are looked up, others compared with all.
    private func code(
        of x: ONNXGraph.Value, _ numbers: [Double], first: Int, hasMissing: Bool
    ) -> ONNXGraph.Value {
        let codes = numbers.indices.map { $0 + first }
        let known: ONNXGraph.Value
        if numbers.allSatisfy({ $0 == $0.rounded() && abs($0) < 0x1p53 }) {
            let found = encoded(x.cast(.int64), keys: ("keys_int64s", .ints(numbers.map { Int($0) })), codes)
            let isWhole = graph("Equal", [x, graph("Floor", [x])], .bool)
            known = graph("Where", [isWhole, found, graph.scalar(0, .int64)], .int64)
        } else {
            let same = graph("Equal", [x, graph.constant(.float64(numbers), shape: [1, numbers.count])], .bool)
            known = graph("ReduceMax", [same.cast(.int64) * graph.list(codes), graph.list([1])])
        }
        return graph("Where", [isFinite(x), known, graph.scalar(hasMissing ? 1 : 0, .int64)], .int64)
    }

    private func isFinite(_ x: ONNXGraph.Value) -> ONNXGraph.Value {
        graph("Not", [graph("Or", [graph("IsNaN", [x], .bool), graph("IsInf", [x], .bool)])])
    }

    /// The input that a number makes, [batch, 1].
    private func input(of number: FittedContinuous) throws -> ONNXGraph.Value {
        let x = try column(number.column)
        let known = graph("Where", [isFinite(x), x, graph.scalar(number.median, .double)], .double)
        var value = graph(
            "Clip", [known, graph.scalar(number.minimum, .double), graph.scalar(number.maximum, .double)])
        if let offset = number.logOffset { value = graph("Log", [value + offset]) }
        value = (value - number.mean) / number.deviation
        if let limit = number.limit { value = value / graph("Sqrt", [value * value / (limit * limit) + 1]) }
        return value.cast(.float)
    }

    /// What one network says: logits, or a number within its range, [batch, outputs].
    private func network(
        _ architecture: TabularArchitecture, _ codes: [ONNXGraph.Value], _ numbers: [ONNXGraph.Value],
        _ arrays: ONNXArrays, path: (String) -> String
    ) throws -> ONNXGraph.Value {
        let epsilon = Double(FusedTabular.epsilon)
        var parts = try codes.enumerated().map { index, code in
            graph("Gather", [try arrays(path("embeddings.\(index).weight")), code])
        }
        if !numbers.isEmpty {
            let joined = graph("Concat", numbers, nil, [("axis", .int(1))])
            parts.append(try arrays.normalized(joined, path("continuous_norm"), epsilon: epsilon))
        }
        var x = graph("Concat", parts, nil, [("axis", .int(1))])
        for layer in architecture.hidden.indices {
            let linear = try arrays.linear(
                x, path("layers.\(layer).linear"), hasBias: architecture.hasBiases == true)
            let inner = graph("Relu", [linear])
            x = try arrays.normalized(inner, path("layers.\(layer).norm"), epsilon: epsilon)
        }
        x = try arrays.linear(x, path("output"))
        guard architecture.outputs == 1, let range = architecture.range else { return x }
        return graph("Sigmoid", [x]) * Double(range.high - range.low) + Double(range.low)
    }

    private func mean(_ values: [ONNXGraph.Value]) -> ONNXGraph.Value {
        values.count == 1 ? values[0] : graph("Mean", values)
    }

    /// The classes' probabilities and the likeliest class.
    private func finish(_ outputs: [ONNXGraph.Value], _ classes: FittedTarget.FittedClasses, _ temperature: Double?) {
        let axis = [(name: "axis", value: ONNXGraph.Attribute.int(1))]
        var probabilities = mean(outputs.map { graph("Softmax", [$0], nil, axis) })
        if let temperature {
            let scores =
                outputs.count == 1 ? graph("LogSoftmax", [outputs[0]], nil, axis) : graph("Log", [probabilities])
            probabilities = graph("Softmax", [scores / temperature], nil, axis)
        }
        let best = graph("ArgMax", [probabilities], .int64, [("axis", .int(1)), ("keepdims", .int(0))])
        let labels = graph.constant(classes.labels)
        graph.output(graph("Gather", [labels, best]), as: "label", ["batch"], about: "the likeliest class")
        graph.output(
            probabilities, as: "probabilities", ["batch", .fixed(classes.labels.count)],
            about: "of the classes, in the order of the metadata 'classes'")
    }

    /// The number in the target's unit.
    private func finish(
        _ outputs: [ONNXGraph.Value], _ number: FittedTarget.FittedNumber, _ model: TabularModel
    ) {
        let shift = number.isLog && model.answer == .mean ? model.calibration.meanFactor.map { log($0) } : nil
        var value = mean(outputs).cast(.double) * number.deviation + (number.mean + (shift ?? 0))
        func bounded(_ value: ONNXGraph.Value, _ low: Double?, _ high: Double?) -> ONNXGraph.Value {
            graph("Clip", [value, low.map { graph.scalar($0, .double) }, high.map { graph.scalar($0, .double) }])
        }
        if number.isLog {
            value = graph("Exp", [bounded(value, nil, log1p(number.maximum) + 10)]) - 1
            if number.minimum >= 0 { value = bounded(value, 0, nil) }
        }
        if shift != nil, let range = model.architecture.range {
            value = bounded(value, number.decoded(Double(range.low)), number.decoded(Double(range.high)))
        }
        graph.output(value, as: "prediction", ["batch", 1], about: "of '\(number.column)', in its own unit")
    }
}

extension FittedCategory {
    /// Whether its codes come from numbers.
    fileprivate var isOfNumbers: Bool { if case .texts = values { false } else { true } }
}
