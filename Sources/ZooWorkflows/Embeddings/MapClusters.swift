import ZooData
import ZooEmbeddings
import ZooKernels
import ZooRecords

extension MapReport.Cluster {
    /// Its number and name, such as `3 Drama, War`.
    var title: String { name.isEmpty ? "\(cluster)" : "\(cluster) \(name)" }
}

extension Workspace {
    /// The cluster of each entry, from 0, -1 for none, and what the clusters are.
    ///
    /// Names come from the attributes of the model's data set where most entries have some, else from the words of the labels.
    func clusters(
        of table: EmbeddingTable, _ places: [Float], _ request: MapRequest, _ notes: inout [String]
    ) throws -> (labels: [Int], clusters: [MapReport.Cluster]) {
        let labels: [Int]
        switch request.clusters {
        case nil: return (Array(repeating: -1, count: table.count), [])
        case .hdbscan(let given):
            guard table.count <= Self.mostOfDensity else {
                throw WorkflowError.unsuitable(
                    model: request.model,
                    reason:
                        "has \(table.count) entries in '\(request.field)', hdbscan takes \(Self.mostOfDensity): --cluster k-means:20"
                )
            }
            let size = given ?? max(5, Int(Double(table.count).squareRoot() / 2))
            guard size <= table.count else { throw EmbeddingError.tooFew(found: table.count, needed: size) }
            labels =
                HDBSCAN.fit(
                    places, width: 2, minimumClusterSize: size, minimumSamples: min(size, 10), threads: request.threads
                ).labels
            if given == nil {
                notes.append("a cluster has \(size) entries or more: --cluster hdbscan:N says otherwise")
            }
        case .kMeans(let k):
            guard k <= table.count else { throw EmbeddingError.tooFew(found: table.count, needed: k) }
            let points = try MetricPoints(table.vectors, width: table.width, metric: request.options.metric, minimum: 1)
            labels =
                KMeans.fit(
                    points.values, width: table.width, k: k, seed: request.options.seed, threads: request.threads
                ).labels
        }
        let (names, source) = try clusterNames(labels, table, request)
        notes.append("clusters are named by \(source); they are in zoo_clusters, too")
        var sizes = [Int](repeating: 0, count: names.count)
        for label in labels where label >= 0 { sizes[label] += 1 }
        let clusters = names.indices.map {
            MapReport.Cluster(cluster: $0 + 1, name: names[$0], size: sizes[$0])
        }
        return (labels, clusters)
    }

    /// The tree of the density grows with the square of the entries.
    private static var mostOfDensity: Int { 200_000 }

    private func clusterNames(
        _ labels: [Int], _ table: EmbeddingTable, _ request: MapRequest
    ) throws -> (names: [String], source: String) {
        if let values = try attributeValues(of: table, request) {
            return (
                ClusterNames.byLift(labels, values: values.terms),
                "the values of \(values.source) with the largest lift"
            )
        }
        return (
            ClusterNames.byWords(labels, labels: table.labels),
            "the words of the labels with the largest class-based TF-IDF"
        )
    }

    /// What the data set of a recommender says of its items or users, or an import found beside the vectors; nil where less than
    /// half of the entries have something.
    private func attributeValues(
        of table: EmbeddingTable, _ request: MapRequest
    ) throws -> (terms: [[String]], source: String)? {
        var terms = [[String]](repeating: [], count: table.count)
        var used: [String] = []
        if let known = try attributes(of: table, model: request.model, field: request.field) {
            for attribute in known.attributes {
                guard let named = attribute.named else { continue }
                used.append(attribute.name)
                for (entry, row) in known.rows.enumerated() { if let row { terms[entry] += named(row) } }
            }
        }
        for column in try metadata(of: table, model: request.model, field: request.field) {
            let texts = column.values.map { if case .text(let text) = $0 { text } else { String?.none } }
            // What each entry has for itself, such as a title, names no group.
            guard 2 * Set(texts.compactMap { $0 }).count <= texts.count(where: { $0 != nil }),
                texts.contains(where: { $0 != nil })
            else { continue }
            used.append(column.name)
            for (entry, text) in texts.enumerated() { if let text { terms[entry].append(text) } }
        }
        guard 2 * terms.count(where: { !$0.isEmpty }) >= table.count, !used.isEmpty else { return nil }
        return (terms, used.joined(separator: ", "))
    }

    /// What the data set of a recommender says of its items or users, and the row there of each entry; nil for others.
    func attributes(
        of table: EmbeddingTable, model: String, field: String
    ) throws -> (attributes: [Attribute], rows: [Int?])? {
        guard let name = try installedModel(named: model).dataset, ["item", "user"].contains(field),
            try data.datasets().contains(where: { $0.name == name && $0.kind == .ratings })
        else { return nil }
        let all = try data.attributes(dataset: name)
        let query = try data.query(
            "SELECT key, idx FROM zoo_\(field)s WHERE dataset = (SELECT id FROM zoo_datasets WHERE name = :name)")
        var rows: [String: Int] = [:]
        try query.forEachRow(["name": .text(name)]) { row in
            if case .integer(let index) = row[1] { rows[row[0].plainText] = Int(index) }
            return true
        }
        return (field == "item" ? all.items : all.users, table.keys.map { rows[$0] })
    }
}

extension Attribute {
    /// The names that an entry has; nil for numbers.
    var named: ((Int) -> [String])? {
        switch values {
        case .numbers: nil
        case .categories(let places, let names): { places[$0] < 0 ? [] : [names[Int(places[$0])]] }
        case .sets(let sets, let names): { sets[$0].map { names[Int($0)] } }
        }
    }
}
