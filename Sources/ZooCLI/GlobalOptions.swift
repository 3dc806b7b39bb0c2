import ArgumentParser
import Foundation
import ZooWorkflows

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of models and data.", discussion: "Default: $ZOO_HOME, else ~/.zoo."))
    var home: String?

    @Option(help: "A SQLite file of your own to work on; Zoo adds only tables named zoo_*.")
    var db: String?

    @Option(help: "Seed of every random choice.")
    var seed: UInt64 = 0

    @Flag(help: "Print one JSON document.")
    var json = false

    @Flag(help: "No progress on stderr.")
    var quiet = false

    /// The folder and the database that the options name.
    func location() -> WorkspaceLocation {
        let named = home ?? ProcessInfo.processInfo.environment["ZOO_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        let folder =
            named.map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".zoo", isDirectory: true)
        return WorkspaceLocation(home: folder, database: db.map { URL(fileURLWithPath: $0) })
    }

    /// Opens the folder and the database, which are made if they are not there; a file that `--db` names only where asked
    /// for, as a name with a slip in it would make an empty one.
    func workspace(makesDatabase: Bool = false) throws -> Workspace {
        if let db, !makesDatabase, !FileManager.default.fileExists(atPath: db) {
            throw WorkflowError.unknown(
                kind: "file", name: db, advice: "of the commands with --db only imports make one")
        }
        return try Workspace(location())
    }

    /// Where progress goes: stderr, or nowhere.
    var progress: Progress { Progress(isQuiet: quiet) }
}
