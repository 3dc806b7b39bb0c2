import ZooData
import ZooEmbeddings
import ZooPlots

/// A map that is there without a fit: the places of a table that `zoo map` wrote, else the principal components.
package struct ServedMap {
    /// Where the entries are, and what was decided.
    package let report: MapReport
    private let makePage: () throws -> String

    /// The map as one HTML file.
    package func page() throws -> String { try makePage() }

    /// More entries than a page is made of while somebody waits.
    package static let mostEntries = 200_000

    fileprivate init(_ report: MapReport, page: @escaping () throws -> String) {
        (self.report, makePage) = (report, page)
    }
}

extension Workspace {
    /// The page of a field's map; it stays as it is for as long as the database does, where things are kept.
    ///
    /// - Throws: as `servedMap`
    package func servedPage(model: String, field: String) throws -> String {
        func make() throws -> String { try servedMap(model: model, field: field).page() }
        guard let kept else { return try make() }
        return try kept.value(["page", model, field], state: data.changeState(), bytes: \.utf8.count, make: make)
    }

    /// A map of a field, found in well under a second or so for 100,000 entries.
    ///
    /// The places are those of the newest table that `zoo map` wrote of this field since the model was saved, if nine of ten entries
    /// are in it; the others are placed among them. Else they are the first two principal components. The clusters are those that the last `zoo map --cluster`
    /// of the field stored, if there are any.
    /// - Throws: as `embeddingTable`; `WorkflowError.unsuitable` for more entries than `ServedMap.mostEntries`
    package func servedMap(model: String, field: String) throws -> ServedMap {
        let table = try embeddingTable(model: model, field: field)
        guard table.count <= ServedMap.mostEntries else {
            throw WorkflowError.unsuitable(
                model: model,
                reason:
                    "has \(table.count) entries in '\(field)', a map is served of \(ServedMap.mostEntries) or fewer: "
                    + "'zoo map \(model) \(field) --html FILE' writes its page")
        }
        var request = MapRequest(model: model, field: field)
        let stored = try storedMap(of: table, model: model, field: field)
        request.onto = stored.map
        if request.onto == nil { request.method = .pca }
        let laid = try layout(table, request) { _ in }
        let method = request.onto.map { "table \($0)" } ?? request.method.rawValue
        let (labels, clusters) = try storedClusters(of: table, model: model, field: field)
        let stale =
            stored.stale.map {
                "the table '\($0)' is passed over: the model is newer, and its places may be those of other vectors; "
            } ?? ""
        let decided =
            request.onto == nil
            ? stale + "the map is of the principal components: 'zoo map \(model) \(field) --table NAME' stores another"
            : "the map is that of 'zoo map' in the table '\(request.onto ?? "")'"
        let report = MapReport(
            model: model, field: field, method: method, metric: request.options.metric.rawValue, clusters: clusters,
            unclustered: clusters.isEmpty ? nil : labels.count { $0 < 0 }, written: [], notes: [decided] + laid.notes,
            points: MapReport.points(of: table, laid.places, labels))
        return ServedMap(report) {
            let names = Dictionary(clusters.map { ($0.cluster - 1, $0.title) }, uniquingKeysWith: { first, _ in first })
            let columns = clusters.isEmpty ? [] : [PointColouring.groups(title: "cluster", labels.map { names[$0] })]
            return try page(table, laid, columns, request, method: method).html()
        }
    }

    /// The newest table of a map of this field that has nine of ten entries, unless the model was saved after it.
    private func storedMap(
        of table: EmbeddingTable, model: String, field: String
    ) throws -> (map: String?, stale: String?) {
        let tables = try data.query(
            "SELECT name, created FROM zoo_output_tables WHERE maker = :maker ORDER BY created DESC, name"
        ).rows(["maker": .text("zoo map \(model) \(field)")]).map { ($0[0].plainText, $0[1].plainText) }
        let keys = Set(table.keys)
        let newest = tables.first { name, _ in
            // A table that somebody dropped or changed since is none.
            let query = try? data.query("SELECT key, x, y FROM \"\(name.replacing("\"", with: "\"\""))\"")
            let rows = (try? query?.rows()) ?? []
            return 10 * rows.count { keys.contains($0[0].plainText) } >= 9 * keys.count
        }
        guard let (name, created) = newest else { return (nil, nil) }
        return try isStale(created, model: model) ? (nil, name) : (name, nil)
    }

    private func storedClusters(
        of table: EmbeddingTable, model: String, field: String
    ) throws -> (labels: [Int], clusters: [MapReport.Cluster]) {
        var (found, names): ([String: Int], [Int: String]) = ([:], [:])
        let query = try data.query(
            "SELECT key, cluster, name FROM zoo_stored_clusters WHERE model = :model AND field = :field")
        try query.forEachRow(["model": .text(data.resolved(model)), "field": .text(field)]) { row in
            if case .integer(let cluster) = row[1] {
                found[row[0].plainText] = Int(cluster) - 1
                names[Int(cluster)] = row[2].plainText
            }
            return true
        }
        let labels = table.keys.map { found[$0] ?? -1 }
        var sizes: [Int: Int] = [:]
        for label in labels where label >= 0 { sizes[label + 1, default: 0] += 1 }
        let clusters = sizes.keys.sorted().map {
            MapReport.Cluster(cluster: $0, name: names[$0] ?? "", size: sizes[$0] ?? 0)
        }
        return (labels, clusters)
    }
}
