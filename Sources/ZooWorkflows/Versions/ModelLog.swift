import ZooData
import ZooWeights

/// The versions of a model, the newest first.
package struct ModelLog: Sendable, Encodable {
    /// The name that they share.
    package let model: String
    /// The versions.
    package let versions: [Version]
    /// What all but the newest take; nil where there is one version.
    @StableKey package var olderVersions: OlderVersions?

    /// One version.
    package struct Version: Sendable, Encodable {
        /// What it is asked for by: `films@2`.
        package let name: String
        /// Its number, from 1.
        package let version: Int
        /// Whether it has the plain name, too.
        package let isNewest: Bool
        /// Other names of it behind the `@`.
        package let tags: [String]
        /// The network: `dot-bias`.
        package let architecture: String
        /// The data set it learned from.
        @StableKey package var dataset: String?
        /// The model that training started from.
        @StableKey package var parent: String?
        /// What it was imported or pulled from, or rolled back to.
        @StableKey package var origin: String?
        /// The command that made it.
        @StableKey package var command: String?
        /// When it was made, ISO 8601.
        package let created: String
        /// What was measured.
        package let metrics: JSONValue
        /// The measure that people ask for first, such as `test rmse 0.9123`.
        @StableKey package var measured: String?
        /// Where its training stands: `finished`, `stopped`, or `running` for one that is under way or was killed.
        package let status: String
        /// Of its file.
        package let sha256: String
        /// Size of its file.
        package let bytes: Int
        /// Bytes of its vectors in the database.
        package let vectorBytes: Int
    }
}

/// A tag that was given to a version, or taken away.
package struct TagReport: Sendable, Encodable {
    /// The version, as `films@2`.
    @StableKey package var version: String?
    /// The name with the tag, as `films@good`.
    package let tagged: String
}

/// A version that is the newest again.
package struct RollbackReport: Sendable, Encodable {
    /// The model.
    package let model: String
    /// The version whose file it has.
    package let to: String
    /// Its own number.
    package let version: Int
    /// The version that was the newest.
    package let earlier: String
    /// Of its file.
    package let sha256: String
}

/// What `zoo models gc --keep` removed.
package struct VersionSweepReport: Sendable, Encodable {
    /// Files that nothing named any more.
    package let removed: [String]
    /// Versions that were removed, as `films@1`.
    package let versions: [String]
    /// Bytes of the files that were removed.
    package let bytes: Int
    /// Bytes by which the database is smaller; nil where it was left as it is.
    @StableKey package var databaseBytes: Int?
    /// What the older versions take that are still there; nil without any.
    @StableKey package var olderVersions: OlderVersions?
    /// Why the database was left as it is, if versions were removed.
    @StableKey package var note: String?
}

extension Workspace {
    /// The versions of a model.
    ///
    /// - Throws: `DataError.unknown`
    package func modelLog(_ name: String) throws -> ModelLog {
        let base = CatalogueModel.parts(of: try installedModel(named: name).name).base
        let tags = try data.tags(of: base)
        return ModelLog(
            model: base,
            versions: try data.versions(of: base).map { row in
                let metrics = JSONValue(parsing: row.metrics).unnested
                return ModelLog.Version(
                    name: row.versionedName, version: row.version, isNewest: !row.isOlderVersion,
                    tags: tags.filter { $0.version == row.version }.map(\.tag), architecture: row.architecture,
                    dataset: row.dataset, parent: row.parent, origin: row.origin, command: row.command,
                    created: row.created, metrics: metrics, measured: ReplacedModel.headline(metrics),
                    status: row.status, sha256: row.sha256, bytes: row.bytes,
                    vectorBytes: try data.vectorBytes(of: row.name))
            }, olderVersions: try olderVersions(among: data.models())[base])
    }

    /// Gives a version another name, `films@good`; a version that had it loses it.
    ///
    /// - Throws: `DataError.unknown`; `WorkflowError.invalid` for a tag that could be taken for something else
    package func tagModel(_ name: String, as tag: String) throws -> TagReport {
        try Self.check(tag: tag)
        let row = try data.tag(installedModel(named: name).name, as: tag)
        return TagReport(version: row.versionedName, tagged: "\(CatalogueModel.parts(of: row.name).base)@\(tag)")
    }

    /// Takes a tag away; the version stays.
    ///
    /// - Throws: `WorkflowError.unknown` where no version has it
    package func removeTag(_ tag: String, of name: String) throws -> TagReport {
        let base = CatalogueModel.parts(of: name).base
        guard try data.removeTag(tag, of: base) else {
            throw WorkflowError.unknown(
                kind: "tag", name: "\(base)@\(tag)", advice: "'zoo models log \(base)' shows those that there are")
        }
        return TagReport(version: nil, tagged: "\(base)@\(tag)")
    }

    /// Checks that a tag is a word, and no number, which would be a version.
    ///
    /// - Throws: `WorkflowError.invalid`
    package static func check(tag: String) throws {
        let isWord = tag.utf8.allSatisfy {
            (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "-_.".utf8.contains($0)
        }
        guard !tag.isEmpty, tag.utf8.count <= 60, isWord, !tag.hasPrefix("-"), Int(tag) == nil else {
            throw WorkflowError.invalid(
                what: "tag '\(tag.prefix(60))'",
                reason: "a tag has letters, digits, '-', '_' and '.', at most 60 of them, and is no number")
        }
    }

    /// Makes an older version the newest again, as a version of its own.
    ///
    /// - Throws: `DataError.unknown`, `.invalid` for the newest itself; `WorkflowError.invalid` beside an
    ///   unfinished training; `WeightError` where the version's file is damaged or missing
    package func rollBack(to name: String) throws -> RollbackReport {
        let old = try installedModel(named: name)
        let base = CatalogueModel.parts(of: old.name).base
        if let training = try unfinishedTraining(named: base) {
            throw WorkflowError.invalid(
                what: "model '\(base)'",
                reason:
                    "a training under that name is not complete (\(training.progress)): continue it with --resume, or "
                    + "remove it with 'zoo models remove \(base) --checkpoint' first")
        }
        _ = try weights.bytes(sha256: old.sha256)
        let (model, earlier) = try data.rollBack(to: name)
        _ = try? weights.sweep(keeping: filesInUse())
        return RollbackReport(
            model: model.name, to: old.versionedName, version: model.version, earlier: earlier.versionedName,
            sha256: model.sha256)
    }

    /// Removes the versions of each model but the newest and those with a tag, and the files that nothing names, and gives the room that
    /// their vectors had in the home's database back.
    ///
    /// - Parameter count: how many stay of each model, the newest among them, 1 or more; nil for all
    /// - Throws: as `sweepFiles`
    package func sweepVersions(keeping count: Int?) throws -> VersionSweepReport {
        let sizes = Dictionary(
            try weights.list().map { ($0.url.lastPathComponent, $0.bytes) }
                + packs.list().map { ("packs/" + $0.url.lastPathComponent, $0.bytes) }, uniquingKeysWith: max)
        let versions = try count.map { try data.removeVersions(keeping: $0) } ?? []
        let removed = try sweepFiles()
        let older = try olderVersions(among: data.models()).values.reduce(into: OlderVersions()) {
            $0.count += $1.count
            $0.bytes += $1.bytes
        }
        var report = VersionSweepReport(
            removed: removed, versions: versions.map(\.name), bytes: removed.reduce(0) { $0 + (sizes[$1] ?? 0) },
            olderVersions: older.count > 0 ? older : nil)
        guard count != nil else { return report }
        if let database {
            // Rows of tables without a key of their own would get other rowids, which something of the user's may count on.
            guard !versions.isEmpty else { return report }
            report.note =
                "\(database.path) keeps its size and fills the room with what comes next: VACUUM makes it smaller"
        } else {
            do { report.databaseBytes = try data.shrink() } catch {
                report.note = "the database keeps its size (\(error)): the same command tries again"
            }
        }
        return report
    }
}
