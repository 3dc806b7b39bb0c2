import ZooTabular

extension ForeignForm {
    /// `tabular_learner(dls)`.
    static let fastaiTabular = ForeignForm(
        title: "fastai's tabular_learner",
        matches: { arrays, description in
            FastaiLayer.isTable(arrays) || (arrays.has("layers.0.0.weight") && description?["cont_names"] != nil)
        },
        read: { arrays, request in
            let table = try FastaiTable(
                request.neededDescription("its columns, their classes, means and deviations"), arrays)
            return (
                StoredTabular(
                    model: try table.model(arrays), training: TabularRecipe(), sql: nil),
                table.notes
            )
        })
}

/// What fastai knows of the columns of a table.
private struct FastaiTable {
    let features: FittedFeatures
    let range: TabularArchitecture.Range?
    private(set) var notes: [String] = []
    /// For each category the rows of fastai's table in the order of ours.
    private let rows: [[Int]]

    init(_ description: ForeignDescription, _ arrays: ForeignArrays) throws {
        func refusal(_ reason: String) -> WorkflowError { .invalid(what: description.file, reason: reason) }
        let names = try description.texts("cat_names") ?? []
        let numbers = try description.texts("cont_names") ?? []
        guard !names.isEmpty || !numbers.isEmpty else { throw refusal("it names no columns (cat_names, cont_names)") }
        guard case .text(let target)? = description["target"] else {
            throw refusal("it has no 'target', the column's name")
        }
        guard names.isEmpty || description["classes"] != nil else { throw refusal("it has no 'classes' by column") }
        var (categories, columns, rows): ([FittedCategory], [TableColumn], [[Int]]) = ([], [], [])
        for name in names {
            guard case .object(let classes)? = description["classes"], case .array(let values)? = classes[name],
                values.first == .text("#na#")
            else { throw refusal("its 'classes' of '\(name)' are not a list that begins with #na#") }
            let (column, category, order) = try FastaiTable.category(name, Array(values.dropFirst()), numbers, refusal)
            categories.append(category)
            rows.append([0] + order.map { $0 + 1 })
            if let column { columns.append(column) }
        }
        func all(_ name: String) throws -> [Double]? {
            description[name] == nil ? nil : try description.numbers(name, of: numbers)
        }
        let (means, deviations, medians) = (try all("means"), try all("stds"), description["medians"])
        guard (means == nil) == (deviations == nil), deviations?.allSatisfy({ $0 > 0 }) ?? true else {
            throw refusal("'means' and 'stds' go together, and every one of 'stds' is above 0")
        }
        if means == nil, !numbers.isEmpty {
            notes.append("It has no means: numbers are taken as they are (no Normalize).")
        }
        var filled: [String: JSONValue] = [:]
        if case .object(let members)? = medians { filled = members }
        let usual = numbers.indices.map { filled[numbers[$0]]?.real ?? means?[$0] ?? 0 }
        if numbers.contains(where: { filled[$0]?.real == nil }) {
            notes.append(
                "Of a number without a median (FillMissing met none that was missing) a missing one is taken as the mean."
            )
        }
        let unlimited = FittedContinuous.unlimited
        let continuous = numbers.indices.map { index in
            FittedContinuous(
                column: numbers[index], median: usual[index], mean: means?[index] ?? 0,
                deviation: deviations?[index] ?? 1, minimum: unlimited.minimum, maximum: unlimited.maximum)
        }
        columns += numbers.map { TableColumn(name: $0, kind: .real) }
        let limits = try description.limits("y_range")
        range = limits.map { TabularArchitecture.Range(low: $0.lowerBound, high: $0.upperBound) }
        let fitted: FittedTarget
        if case .array(let labels)? = description["labels"] {
            guard let texts = JSONValue.array(labels).texts, texts.count > 1, Set(texts).count == texts.count else {
                throw refusal("its 'labels' are not at least two different names")
            }
            fitted = .classes(
                FittedTarget.FittedClasses(
                    column: target, kind: .text, labels: texts, counts: texts.map { _ in 0 }))
        } else {
            fitted = .number(FittedTarget.FittedNumber(column: target, within: unlimited))
        }
        var named: Set<String> = []
        guard columns.allSatisfy({ named.insert($0.name).inserted }) else { throw refusal("a column is there twice") }
        features = FittedFeatures(
            columns: columns, categories: categories, continuous: continuous, target: fitted,
            typical: Dictionary(
                continuous.map { ($0.column, .number($0.median)) }, uniquingKeysWith: { first, _ in first }))
        self.rows = rows
    }

    /// A category; those that FillMissing adds say whether a number is missing.
    private static func category(
        _ name: String, _ values: [JSONValue], _ numbers: [String], _ refusal: (String) -> WorkflowError
    ) throws -> (TableColumn?, FittedCategory, order: [Int]) {
        func category(_ column: String, _ found: FittedCategory.Values, _ count: Int) -> FittedCategory {
            FittedCategory(
                name: name, column: column, values: found, hasMissing: false,
                counts: [0] + [Int](repeating: 1, count: count))
        }
        let isBoolean = values.allSatisfy { if case .bool = $0 { true } else { false } }
        if name.hasSuffix("_na"), numbers.contains(String(name.dropLast(3))), isBoolean,
            values == [.bool(false), .bool(true)]
        {
            return (nil, category(String(name.dropLast(3)), .missing, 2), [0, 1])
        }
        let reals = values.compactMap { value in if case .text = value { nil as Double? } else { value.real } }
        if reals.count == values.count, !values.isEmpty {
            let order = reals.indices.sorted { reals[$0] < reals[$1] }
            guard Set(reals).count == reals.count else { throw refusal("a class of '\(name)' is there twice") }
            let kind: ColumnKind = isBoolean ? .boolean : reals.allSatisfy { $0 == $0.rounded() } ? .integer : .real
            return (
                TableColumn(name: name, kind: kind), category(name, .numbers(order.map { reals[$0] }), reals.count),
                order
            )
        }
        let texts = values.compactMap(\.key)
        guard texts.count == values.count, Set(texts).count == texts.count else {
            throw refusal("the classes of '\(name)' are not different texts or numbers")
        }
        return (TableColumn(name: name, kind: .text), category(name, .texts(texts), texts.count), Array(texts.indices))
    }

    /// The network.
    ///
    /// - Throws: `WorkflowError.invalid` where the arrays are of other sizes than the columns
    func model(_ arrays: ForeignArrays) throws -> TabularModel {
        let tables = try features.categories.indices.map { index in
            let table = try arrays.matrix("embeds.\(index).weight")
            let category = features.categories[index]
            guard table.rows == rows[index].count else {
                throw arrays.refusal(
                    "'embeds.\(index).weight' has \(table.rows) rows, and '\(category.name)' has \(rows[index].count) classes "
                        + "with #na#")
            }
            return table.reordered(rows[index])
        }
        let (continuous, outputs) = (features.continuous.count, features.target.outputs)
        let width = tables.reduce(0) { $0 + $1.width }
        let layers = try FastaiLayer.all(arrays, inputs: width + continuous)
        guard let last = layers.last, last.weight.rows == outputs else {
            throw arrays.refusal(
                "its network ends with \(layers.last?.weight.rows ?? 0) numbers, and \(outputs) \(outputs == 1 ? "is" : "are") "
                    + "needed: 'labels' names the classes of a classification")
        }
        guard range == nil || outputs == 1 else { throw arrays.refusal("y_range is for one number") }
        var found: [String: [Float]] = [:]
        func add(_ norm: FastaiLayer.Norm, _ path: String) {
            (found[path + ".weight"], found[path + ".bias"]) = (norm.weight, norm.bias)
            (found[path + ".running_mean"], found[path + ".running_var"]) = (norm.mean, norm.variance)
        }
        for (index, table) in tables.enumerated() { found["embeddings.\(index).weight"] = table.values }
        if continuous > 0 {
            add(
                FastaiLayer.hasNumbers(arrays)
                    ? try FastaiLayer.norm(arrays, "bn_cont", continuous) : .identity(continuous), "continuous_norm")
        }
        // The norm before the first layer also spans the vectors of the categories: it is multiplied into the layer.
        for (index, layer) in layers.dropLast().enumerated() {
            let linear = layer.linear(before: index == 0 ? [layer.normBefore].compactMap { $0 } : [])
            let path = "layers.\(index)"
            (found[path + ".linear.weight"], found[path + ".linear.bias"]) = (linear.weight, linear.bias)
            add(layer.normAfter ?? layers[index + 1].normBefore ?? .identity(layer.weight.rows), path + ".norm")
        }
        let output = last.linear(
            before: layers.count == 1 ? [last.normBefore].compactMap { $0 } : [], after: last.normAfter)
        (found["output.weight"], found["output.bias"]) = (output.weight, output.bias)
        let architecture = TabularArchitecture(
            tables: tables.map { .init(count: $0.rows, width: $0.width) }, continuous: continuous,
            hidden: layers.dropLast().map(\.weight.rows), outputs: outputs, range: range,
            hasBiases: layers.dropLast().contains { $0.bias != nil || $0.normBefore != nil } ? true : nil)
        guard let weights = TabularWeights(architecture, array: { path, _ in found[path] }) else {
            throw arrays.refusal("its layers do not follow one another")
        }
        return TabularModel(features: features, architecture: architecture, members: [weights])
    }
}

extension FastaiLayer.Norm {
    /// A norm that changes nothing.
    static func identity(_ size: Int) -> FastaiLayer.Norm {
        FastaiLayer.Norm(
            weight: Array(repeating: 1, count: size), bias: Array(repeating: 0, count: size),
            mean: Array(repeating: 0, count: size), variance: Array(repeating: 1 - Self.epsilon, count: size))
    }
}
