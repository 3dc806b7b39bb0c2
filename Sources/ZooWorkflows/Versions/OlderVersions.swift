import ZooData

/// What the older versions of a model take.
package struct OlderVersions: Sendable, Encodable, Equatable {
    /// How many there are.
    package internal(set) var count = 0
    /// Bytes of their files, of those that no newest version has, and of their vectors in the database.
    package internal(set) var bytes = 0
}

extension Workspace {
    /// What older versions take, by the plain names of their models.
    func olderVersions(among models: [CatalogueModel]) throws -> [String: OlderVersions] {
        guard models.contains(where: \.isOlderVersion) else { return [:] }
        let vectors = try data.vectorBytesOfOlderVersions()
        var files = Set(models.filter { !$0.isOlderVersion }.map(\.sha256))
        var found: [String: OlderVersions] = [:]
        for model in models where model.isOlderVersion {
            let bytes = (files.insert(model.sha256).inserted ? model.bytes : 0) + (vectors[model.name] ?? 0)
            var older = found[CatalogueModel.parts(of: model.name).base] ?? OlderVersions()
            (older.count, older.bytes) = (older.count + 1, older.bytes + bytes)
            found[CatalogueModel.parts(of: model.name).base] = older
        }
        return found
    }
}
