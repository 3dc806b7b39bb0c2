import CSQLiteExtension
import Foundation
import ZooData
import ZooQueries
import ZooTabular
import ZooWeights
import ZooWorkflows

/// What a connection of the host knows of Zoo: where its catalogue and models are, and those that were read.
///
/// A connection is used by one thread at a time, and so is this.
final class ZooConnection {
    private let main: OpaquePointer
    /// The home's database, where the one that loaded the extension has no catalogue.
    private var home: OpaquePointer?
    private var models: [String: (sha256: String, model: Any)] = [:]
    var vectors: [[String]: LoadedVectors] = [:]
    var indexes: [[String]: LoadedIndex] = [:]
    var predictors: [String: (sha256: String, predictor: RowPredictor)] = [:]
    var embedders: [String: (sha256: String, embedder: TextEmbedder)] = [:]

    init(_ connection: OpaquePointer) { main = connection }

    deinit { _ = home.map { sqlite.pointee.close_v2($0) } }

    /// A model's row of the catalogue.
    struct Entry {
        let name: String
        let kind: String
        let sha256: String
        let fingerprint: String?
    }

    /// The database with the catalogue: the one that the extension was loaded into, else that of the home.
    ///
    /// - Throws: `CallError`
    func catalogue() throws -> OpaquePointer {
        if try hasCatalogue(main) { return main }
        if let home { return home }
        let path = environment("ZOO_DB") ?? Self.homeFolder.appendingPathComponent("zoo.sqlite").path
        var opened: OpaquePointer?
        let code = sqlite.pointee.open_v2(path, &opened, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        do {
            if code == SQLITE_OK, let opened, try hasCatalogue(opened) {
                _ = sqlite.pointee.busy_timeout(opened, 10_000)
                home = opened
                return opened
            }
        } catch {
            _ = opened.map { sqlite.pointee.close_v2($0) }
            throw CallError(description: "the database of the models, \(path), cannot be read: \(error)")
        }
        _ = opened.map { sqlite.pointee.close_v2($0) }
        throw CallError(
            description: "there are no models: neither this database nor \(path) has the table zoo_models; "
                + "$ZOO_HOME or $ZOO_DB says where they are, and 'zoo models list' puts those that ship with zoo there")
    }

    private func hasCatalogue(_ connection: OpaquePointer) throws -> Bool {
        let found = try HostStatement(
            connection,
            "SELECT count(*) FROM sqlite_schema WHERE name IN ('zoo_models', 'zoo_version_names', 'zoo_stored_models')")
        guard try found.step(), found.integer(0) > 0 else { return false }
        guard found.integer(0) == 3 else {
            throw CallError(
                description:
                    "the models are of an earlier zoo: any command of this one brings the database up to date, "
                    + "such as 'zoo models list'")
        }
        return true
    }

    /// A number that is another when the catalogue may have changed.
    func state(of catalogue: OpaquePointer) throws -> [Int64] {
        let version = try HostStatement(catalogue, "PRAGMA data_version")
        _ = try version.step()
        return [version.integer(0), Int64(sqlite.pointee.total_changes(catalogue))]
    }

    /// The catalogue's row of a model, or of a version by any of its names.
    ///
    /// - Throws: `CallError` where there is none
    func entry(_ name: String) throws -> Entry {
        let catalogue = try catalogue()
        let row = try HostStatement(
            catalogue,
            """
            SELECT models.name, kind, sha256, dataset_fingerprint FROM zoo_version_names AS names
            JOIN zoo_stored_models AS models ON models.name = stored WHERE names.name = ?
            """, [.text(name)])
        guard try row.step() else {
            let known = try HostStatement(catalogue, "SELECT name FROM zoo_models ORDER BY name LIMIT 20")
            var names: [String] = []
            while try known.step() { names.append("'\(known.text(0))'") }
            let advice =
                ShippedModel.names.contains(name)
                ? "it ships with zoo, and 'zoo models show \(name)' puts it into the home"
                : names.isEmpty ? "there is none yet" : "there are \(names.joined(separator: ", "))"
            throw CallError(description: "there is no model '\(name.prefix(100))'; \(advice)")
        }
        return Entry(
            name: row.text(0), kind: row.text(1), sha256: row.text(2), fingerprint: row.isNull(3) ? nil : row.text(3))
    }

    /// A model, read once for as long as the catalogue names the same file.
    ///
    /// - Throws: `CallError`, `WeightError`
    func model<Model>(_ entry: Entry, as type: Model.Type, noun: String) throws -> Model {
        if let known = models[entry.name], known.sha256 == entry.sha256, let model = known.model as? Model {
            return model
        }
        guard let model = try file(entry.sha256, of: entry.name).model() as? Model else {
            throw CallError(description: "model '\(entry.name)' is not a \(noun): it is of kind '\(entry.kind)'")
        }
        models[entry.name] = (entry.sha256, model)
        return model
    }

    /// A file that the catalogue names, from beside its database, else from the home.
    ///
    /// - Throws: `CallError` for what is no hash, `WeightError`
    func file(_ sha256: String, of name: String) throws -> ModelFile {
        guard sha256.utf8.count == 64, sha256.allSatisfy(\.isHexDigit) else {
            throw CallError(description: "the catalogue names no file for '\(name)'")
        }
        return try WeightStore(directory: modelFolder()).load(sha256: sha256)
    }

    /// The folder `models` beside the database that has the catalogue, else in the home.
    private func modelFolder() throws -> URL {
        if let path = sqlite.pointee.db_filename(try catalogue(), "main").map({ String(cString: $0) }), !path.isEmpty {
            let beside = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent("models")
            if FileManager.default.fileExists(atPath: beside.path) { return beside }
        }
        return Self.homeFolder.appendingPathComponent("models")
    }

    private static var homeFolder: URL {
        environment("ZOO_HOME").map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".zoo")
    }
}

private func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
}
