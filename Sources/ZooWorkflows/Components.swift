import ZooEmbeddings
import ZooPlots

/// The principal components of an embedding.
public struct ComponentsReport: Sendable, Encodable {
    /// Name of the model.
    public let model: String
    /// The field: `user` or `item`.
    public let field: String
    /// What was centred: `features` or `items`.
    public let center: String
    /// How many entries went in.
    public let entries: Int
    /// The components, the most varied first.
    public let components: [Component]
    /// How many features were tried on each component, and with how many permutations; nil unless names were asked for.
    package let namesTried, permutations: Int?

    /// One component.
    public struct Component: Sendable, Encodable {
        /// Its variance.
        public let explainedVariance: Double
        /// Its share of all variance.
        public let explainedVarianceRatio: Double
        /// The entries at its lower end, lowest first.
        public let lowest: [Entry]
        /// The entries at its higher end, highest first.
        public let highest: [Entry]
        /// What it goes with, the closest first, at most ten; nil unless asked for.
        package let names: [AxisNames.Match]?
    }

    /// An entry and where it lies.
    public struct Entry: Sendable, Encodable {
        /// What the data calls it.
        public let key: String
        /// What people call it.
        public let label: String
        /// Its coordinate.
        public let value: Double
        /// The label as people read it: with the key behind it where several entries have that label.
        package let shown: String

        private enum CodingKeys: CodingKey { case key, label, value }
    }
}

/// What to ask of an embedding, and whether to draw it.
public struct ComponentsRequest: Sendable {
    /// Name of the model.
    public var model: String
    /// The field: `user` or `item`.
    public var field: String
    /// How many components; nil for three, or as many as there are.
    public var count: Int?
    /// What to centre.
    public var centre: PrincipalComponents.Centre = .features
    /// Entries to name at each end.
    public var ends = 10
    /// Entries with fewer training examples are left out.
    public var minimumCount = 0
    /// Use only so many of the most counted entries; nil for all.
    package var mostCounted: Int?
    /// The components that the plot's axes show, from 1 on: two for a scatter plot, one for a histogram.
    package var axes: [Int]?
    /// What the points' colours stand for: `bias`, `count`, `mean`, `class`, `split` or `TABLE.COLUMN`.
    package var colour: String?
    /// Whether components are named by what they go with.
    package var isNamed = false
    /// A SELECT with the keys of entries, and further columns to name components by.
    package var nameColumns: String?
    /// Of the permutations that names are tested by.
    package var seed: UInt64 = 0
    /// At most this many points get their names.
    package var labels = 40

    /// Asks for three components, or as many as there are.
    public init(model: String, field: String) {
        self.model = model
        self.field = field
    }
}

extension Workspace {
    /// The principal components of an embedding, with a scatter plot of two, or a histogram of one.
    ///
    /// - Throws: as `embeddingTable`; `EmbeddingError.tooManyComponents`; `WorkflowError.unknown` for a column that the
    ///   entries do not have
    public func components(_ request: ComponentsRequest) throws -> (report: ComponentsReport, plot: any Plot) {
        let all = try embeddingTable(model: request.model, field: request.field)
        let table = try Self.selection(of: all, request)
        let count = request.count ?? max(1, min(3, table.width, table.count))
        let fitted = try PrincipalComponents.fit(
            table.vectors, width: table.width, count: max(count, request.axes?.max() ?? 1),
            centre: request.centre)
        let shown = table.shownLabels(of: Array(table.keys.indices))
        func entry(_ row: Int, _ component: Int) -> ComponentsReport.Entry {
            ComponentsReport.Entry(
                key: table.keys[row], label: table.labels[row],
                value: Double(fitted.scores[row * fitted.count + component]), shown: shown[row])
        }
        let colouring = try request.colour.map {
            try pointColouring($0, of: table, model: request.model, field: request.field)
        }
        let names =
            request.isNamed
            ? AxisNames.find(
                fitted.scores, axes: fitted.count, features: try axisFeatures(of: table, request, colouring),
                seed: request.seed) : nil
        let components = (0..<count).map { component in
            let ends = fitted.ends(of: component, count: request.ends)
            return ComponentsReport.Component(
                explainedVariance: fitted.explainedVariance[component],
                explainedVarianceRatio: fitted.explainedVarianceRatio[component],
                lowest: ends.lowest.map { entry($0, component) }, highest: ends.highest.map { entry($0, component) },
                names: names?.matches[component])
        }
        let report = ComponentsReport(
            model: request.model, field: request.field, center: request.centre.rawValue, entries: table.count,
            components: components, namesTried: names?.tried, permutations: names?.permutations)
        return (report, plot(of: table, fitted, request, colouring, labels: shown))
    }

    private static func selection(of table: EmbeddingTable, _ request: ComponentsRequest) throws -> EmbeddingTable {
        guard table.counts != nil || (request.minimumCount <= 0 && request.mostCounted == nil) else {
            throw EmbeddingError.missingColumn("counts")
        }
        var rows = Array(table.keys.indices)
        if let counts = table.counts {
            rows = rows.filter { counts[$0] >= request.minimumCount }
            if let most = request.mostCounted {
                rows = rows.sorted { (counts[$1], $0) < (counts[$0], $1) }.prefix(most).sorted()
            }
        }
        return rows.count == table.count ? table : try table.selecting(rows)
    }

    private func plot(
        of table: EmbeddingTable, _ fitted: PrincipalComponents, _ request: ComponentsRequest,
        _ colouring: PointColouring?, labels: [String]
    ) -> any Plot {
        let title = "\(request.model): \(request.field) embeddings"
        let axes = request.axes?.map { $0 - 1 } ?? Array(0..<min(2, fitted.count))
        func name(_ component: Int) -> String {
            let share = 100 * fitted.explainedVarianceRatio[component]
            return
                "component \(component + 1) (\(share.formatted(.number.precision(.fractionLength(1)))) % of variance)"
        }
        guard axes.count > 1 else {
            let only = axes.first ?? 0
            let values = fitted.scores(of: only).map(Double.init)
            return Histogram(titles: PlotTitles(title: title, x: name(only), y: "entries"), values: values)
        }
        return ScatterPlot(
            titles: PlotTitles(title: title, x: name(axes[0]), y: name(axes[1])),
            items: table.keys.indices.map { row in
                // The best known entries get their labels first.
                ScatterPlot.Item(
                    x: Double(fitted.scores[row * fitted.count + axes[0]]),
                    y: Double(fitted.scores[row * fitted.count + axes[1]]), label: labels[row],
                    priority: Double(table.counts?[row] ?? 0))
            }, maximumLabels: request.labels, colouring: colouring)
    }
}
