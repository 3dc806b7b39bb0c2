import ZooData

/// Which model was made from which.
package struct ModelTree: Sendable, Encodable {
    /// The models and versions, each behind the one that it was made from.
    package let models: [Node]

    /// A model or a version.
    package struct Node: Sendable, Encodable {
        /// Its name, as `films@2`; plain where there is one version only.
        package let name: String
        /// How many models it was made from, one after the other.
        package let depth: Int
        /// The model it was made from, where that is here.
        @StableKey package var parent: String?
        /// In words: where it came from where no model here is its parent; nil where it was made from data alone.
        @StableKey package var origin: String?
        /// The network: `dot-bias`.
        package let architecture: String
        /// The data set it learned from.
        @StableKey package var dataset: String?
        /// When it was made, ISO 8601.
        package let created: String
    }
}

extension Workspace {
    /// The lineage of all models, or of those around one.
    ///
    /// - Parameter name: a model whose ancestors and descendants are shown; nil for all
    /// - Throws: `DataError.unknown`
    package func modelTree(around name: String? = nil) throws -> ModelTree {
        let wanted = try name.map { CatalogueModel.parts(of: try installedModel(named: $0).name).base }
        let rows = try data.models().sorted { one, other in
            let (a, b) = (CatalogueModel.parts(of: one.name).base, CatalogueModel.parts(of: other.name).base)
            return a == b ? one.version < other.version : a < b
        }
        let counts = Dictionary(rows.map { (CatalogueModel.parts(of: $0.name).base, 1) }, uniquingKeysWith: +)
        func title(_ row: CatalogueModel) -> String {
            counts[CatalogueModel.parts(of: row.name).base] == 1 ? row.name : row.versionedName
        }
        // Models of earlier programs name their parents alone.
        let parents = rows.map { row in
            rows.firstIndex { other in
                let isParent = row.parentHash.map { $0 == other.sha256 } ?? (other.name == row.parent)
                return isParent && other.name != row.name
            }
        }
        var (nodes, seen): ([(row: Int, node: ModelTree.Node)], Set<Int>) = ([], [])
        func add(_ place: Int, _ depth: Int) {
            guard seen.insert(place).inserted else { return }
            let row = rows[place]
            let away = parents[place] == nil ? row.parent.map { "from '\($0)', which is not here" } : nil
            nodes.append(
                (
                    place,
                    ModelTree.Node(
                        name: title(row), depth: depth, parent: parents[place].map { title(rows[$0]) },
                        origin: [away, row.origin].compactMap(\.self).joined(separator: ", ").nonEmpty,
                        architecture: row.architecture, dataset: row.dataset, created: row.created)
                ))
            for child in rows.indices where parents[child] == place { add(child, depth + 1) }
        }
        for place in rows.indices where parents[place] == nil { add(place, 0) }
        for place in rows.indices { add(place, 0) }  // what names itself in a ring
        guard let wanted else { return ModelTree(models: nodes.map(\.node)) }
        var kept = Set(rows.indices.filter { CatalogueModel.parts(of: rows[$0].name).base == wanted })
        for start in kept {
            var next = parents[start]
            while let place = next, kept.insert(place).inserted { next = parents[place] }
        }
        let own = rows.indices.filter { CatalogueModel.parts(of: rows[$0].name).base == wanted }
        // Nodes stand behind their parents, so that one pass finds all descendants.
        var below = Set(own)
        for (place, _) in nodes where parents[place].map({ below.contains($0) }) ?? false { below.insert(place) }
        kept.formUnion(below)
        return ModelTree(models: nodes.filter { kept.contains($0.row) }.map(\.node))
    }
}

extension String {
    fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
