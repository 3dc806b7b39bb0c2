import Foundation
import ZooData
import ZooEmbeddings
import ZooKernels
import ZooPlots

extension Workspace {
    /// Makes a map of a model's field, and writes it where it is asked for: as a plot, as a page and as a table with the columns key, label,
    /// x, y and cluster. Clusters go to `zoo_clusters`, too.
    ///
    /// - Throws: as `embeddingTable` and `pointColouring`; `EmbeddingError`; for what cannot be written, before anything is computed
    package func map(
        _ request: MapRequest, onProgress: (Double) -> Void = { _ in }
    ) throws -> (report: MapReport, plot: any Plot) {
        let maker = "zoo map \(request.model) \(request.field)"
        if let plot = request.plot { try PlotFile.check(plot, isReplacing: request.isReplacing) }
        if let page = request.page { try FileContent.html.checkOutput(page, isReplacing: request.isReplacing) }
        if let table = request.table {
            try data.checkTable(named: table, isReplacing: request.isReplacing, maker: maker)
        }
        let table = try embeddingTable(model: request.model, field: request.field)
        let chosen = try request.colour.map {
            try pointColouring($0, of: table, model: request.model, field: request.field)
        }
        let laid = try layout(table, request, onProgress)
        var notes = laid.notes
        let (labels, clusters) = try self.clusters(of: table, laid.places, request, &notes)
        let names = labels.map { $0 < 0 ? nil : clusters[$0].title }
        var columns = request.clusters == nil ? [] : [PointColouring.groups(title: "cluster", names)]
        if let chosen { columns.insert(chosen, at: 0) }
        let plot = scatter(table, laid.places, request, columns.first)
        var written: [String] = []
        if let path = request.plot {
            try plot.write(to: path, isReplacing: request.isReplacing)
            written.append(path)
        }
        if let path = request.page {
            try Data(page(table, laid, columns, request).html().utf8).writeOutput(to: path)
            written.append(path)
        }
        if let name = request.table {
            try data.writeTable(
                named: name,
                columns: ["key", "label"].map { ResultColumn(name: $0, kind: .text) }
                    + ["x", "y"].map { ResultColumn(name: $0, kind: .real) }
                    + [ResultColumn(name: "cluster", kind: .integer)], as: request.isReplacing ? .replace : .create,
                maker: maker
            ) { add in
                for row in 0..<table.count {
                    try add([
                        .text(table.keys[row]), .text(table.labels[row]), .real(Double(laid.places[2 * row])),
                        .real(Double(laid.places[2 * row + 1])),
                        labels[row] < 0 ? .null : .integer(Int64(labels[row] + 1)),
                    ])
                }
            }
            written.append("table " + name)
        }
        if request.clusters != nil {
            let rows = (0..<table.count).filter { labels[$0] >= 0 }.map {
                ClusterRow(key: table.keys[$0], cluster: labels[$0] + 1, name: clusters[labels[$0]].name)
            }
            try data.replaceClusters(rows, model: request.model, field: request.field)
        }
        let report = MapReport(
            model: request.model, field: request.field, method: request.method.rawValue,
            metric: request.options.metric.rawValue, clusters: clusters,
            unclustered: request.clusters == nil ? nil : labels.count { $0 < 0 }, written: written, notes: notes,
            points: MapReport.points(of: table, laid.places, labels))
        return (report, plot)
    }

    /// Where the entries are, and which neighbours were found on the way.
    func layout(
        _ table: EmbeddingTable, _ request: MapRequest, _ onProgress: (Double) -> Void
    ) throws -> MapPlaces {
        let (vectors, width, options) = (table.vectors, table.width, request.options)
        if let onto = request.onto { return try placed(table, onto: onto, request) }
        switch request.method {
        case .umap:
            let map = try UMAP.fit(vectors, width: width, options, threads: request.threads, onProgress: onProgress)
            var notes: [String] = []
            if map.recall < 1 || options.isExact == false {
                notes.append(
                    "neighbours are approximate: \((100 * map.recall).formatted(.number.precision(.fractionLength(1)))) % of "
                        + "the true ones in a sample; --exact compares all pairs")
            }
            if map.start == .pca {
                notes.append(
                    "it starts from the principal components, since the graph of neighbours falls into parts: more --neighbours "
                        + "may join them")
            }
            if options.neighbours > table.count - 1 {
                notes.append("--neighbours is \(table.count - 1), as there are \(table.count) entries")
            }
            return MapPlaces(places: map.places, lists: map.lists, recall: map.recall, notes: notes)
        case .tsne:
            guard table.count <= TSNE.limit else {
                throw WorkflowError.unsuitable(
                    model: request.model,
                    reason: "has \(table.count) entries in '\(request.field)', t-SNE takes \(TSNE.limit): --method umap"
                )
            }
            let map = try TSNE.fit(
                vectors, width: width, metric: options.metric, perplexity: request.perplexity, threads: request.threads,
                onProgress: onProgress)
            // A third of the neighbours that are looked at, as there are no more.
            let most = Double(table.count - 1) / 3
            let limited = request.perplexity > most
            return MapPlaces(
                places: map.places,
                notes: limited
                    ? [
                        "--perplexity is \(most.formatted(.number.precision(.fractionLength(0...1)))), as there are "
                            + "\(table.count) entries"
                    ] : [])
        case .pca:
            return MapPlaces(
                places: try MetricPoints(vectors, width: width, metric: options.metric)
                    .principal(threads: request.threads))
        }
    }

    /// New entries among those of an earlier map.
    ///
    /// - Throws: `WorkflowError.invalid` for the map of another model or field
    private func placed(_ table: EmbeddingTable, onto name: String, _ request: MapRequest) throws -> MapPlaces {
        var notes: [String] = []
        if let origin = try mapOrigin(of: name) {
            let maker = "zoo map \(request.model) \(request.field)"
            guard origin.maker == maker else {
                throw WorkflowError.invalid(
                    what: "--onto \(name)",
                    reason: "'\(origin.maker)' wrote it, and the vectors are '\(request.field)' of '\(request.model)': "
                        + "'\(maker) --table NAME' writes a map of them")
            }
            if try isStale(origin.created, model: request.model) {
                notes.append(
                    "'\(request.model)' is newer than its map in '\(name)', whose places may be those of other vectors: "
                        + "'\(maker) --table \(name) --replace' makes it again")
            }
        }
        let rows = try data.query("SELECT key, x, y FROM \"\(name.replacing("\"", with: "\"\""))\"")
        var known: [String: (Float, Float)] = [:]
        try rows.forEachRow([:]) { row in
            if let x = Float(row[1].plainText), let y = Float(row[2].plainText), x.isFinite, y.isFinite {
                known[row[0].plainText] = (x, y)
            }
            return true
        }
        let old = table.keys.indices.filter { known[table.keys[$0]] != nil }
        let new = table.keys.indices.filter { known[table.keys[$0]] == nil }
        guard old.count >= 4 else {
            throw WorkflowError.invalid(
                what: "--onto \(name)",
                reason: "\(old.count) of its keys are entries of '\(request.field)', and a map needs 4 or more")
        }
        var places = [Float](repeating: 0, count: 2 * table.count)
        for row in old { (places[2 * row], places[2 * row + 1]) = known[table.keys[row]] ?? (0, 0) }
        let found = try UMAP.place(
            new.flatMap { Array(table.vector($0)) }, among: old.flatMap { Array(table.vector($0)) },
            at: old.flatMap { [places[2 * $0], places[2 * $0 + 1]] }, width: table.width, request.options,
            threads: request.threads)
        for (place, row) in new.enumerated() {
            (places[2 * row], places[2 * row + 1]) = (found[2 * place], found[2 * place + 1])
        }
        return MapPlaces(
            places: places,
            notes: [
                "\(old.count) entries are where '\(name)' has them, \(new.count.counting("new one")) placed among them"
            ] + notes)
    }

    /// What wrote a table and when, where that was a command and nobody has made or altered the table since.
    private func mapOrigin(of table: String) throws -> (maker: String, created: String)? {
        let query = try data.query(
            "SELECT maker, created FROM zoo_output_tables WHERE name = :name AND EXISTS (SELECT 1 FROM sqlite_schema AS s "
                + "WHERE s.type = 'table' AND s.name = zoo_output_tables.name AND s.sql = zoo_output_tables.sql)")
        return try query.rows(["name": .text(table)]).first.map { ($0[0].plainText, $0[1].plainText) }
    }

    /// Whether a model was saved after a map was made; the catalogue has whole seconds.
    func isStale(_ created: String, model: String) throws -> Bool {
        try data.model(named: model).created > created
    }

    private func scatter(
        _ table: EmbeddingTable, _ places: [Float], _ request: MapRequest, _ colouring: PointColouring?
    ) -> any Plot {
        ScatterPlot(
            titles: PlotTitles(title: "\(request.model): \(request.field), \(request.method.rawValue)"),
            items: (0..<table.count).map { row in
                ScatterPlot.Item(
                    x: Double(places[2 * row]), y: Double(places[2 * row + 1]), label: table.labels[row],
                    priority: Double(table.counts?[row] ?? 0))
            }, maximumLabels: request.labels, colouring: colouring)
    }

    /// The page of a map, with the colours of `columns` and those of the model's own numbers.
    func page(
        _ table: EmbeddingTable, _ laid: MapPlaces, _ columns: [PointColouring], _ request: MapRequest,
        method: String? = nil
    ) throws -> MapPage {
        var columns = columns
        let own: [(String, [Double?]?)] = [
            ("bias", table.biases?.map { Double($0) }), ("count", table.counts?.map { Double($0) }),
            ("mean", table.means?.map { Double($0) }),
        ]
        for case (let name, let values?) in own where name != request.colour {
            columns.append(.numbers(title: name, values))
        }
        let near = try laid.nearest(table, request)
        return MapPage(
            title: "\(request.model): \(request.field)",
            about:
                "\(table.count.formatted(.number.locale(Locale(identifier: "en")))) entries, \(method ?? request.method.rawValue), "
                + "\(request.options.metric.rawValue), \(table.width) numbers each",
            table: table,
            maps: [MapPage.Part(places: laid.places, neighbours: (near.rows, near.k), nearest: near.heading)],
            columns: columns)
    }
}
