import ArgumentParser
import Foundation
import Synchronization
import ZooWorkflows

/// What every command takes.
struct GlobalOptions: ParsableArguments {
    @Option(help: "Folder of models and data. (default: $ZOO_HOME, else ~/.zoo)")
    var home: String?

    @Option(
        help: """
            SQLite file of your own to work on; Zoo adds only tables named zoo_*. (default: $ZOO_DB, else zoo.sqlite in \
            the home)
            """)
    var db: String?

    @Option(
        name: .customLong("seed"),
        help: "Seed of every random choice, a whole number from 0. (default: 0; of a training that is resumed, its own)"
    )
    var givenSeed: UInt64?

    @Flag(help: "Print the result as one JSON document.")
    var json = false

    @Flag(help: "Print no progress, notes and warnings on stderr.")
    var quiet = false

    /// The seed, 0 where none is given.
    var seed: UInt64 { givenSeed ?? 0 }

    /// Refuses names of nothing, such as a variable that is not set leaves.
    func validate() throws {
        if home == "" { throw ValidationError("--home is empty: give a folder") }
        if db == "" { throw ValidationError("--db is empty: give a file") }
    }

    /// The folder and the database that the options name, else the environment.
    func location() -> WorkspaceLocation {
        let folder =
            (home ?? Self.environment("ZOO_HOME")).map { URL(fileURLWithPath: $0, isDirectory: true) }
            ?? FileManager.default.homeDirectoryForCurrentUser.appendingPathComponent(".zoo", isDirectory: true)
        return WorkspaceLocation(home: folder, database: database.map { URL(fileURLWithPath: $0) })
    }

    private var database: String? { db ?? Self.environment("ZOO_DB") }

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Opens the folder and the database, which are made if they are not there; a database of the user's own only where
    /// asked for, as a name with a slip in it would make an empty one.
    func workspace(makesDatabase: Bool = false) throws -> Workspace {
        if let database, !makesDatabase, !FileManager.default.fileExists(atPath: database) {
            throw WorkflowError.unknown(
                kind: "file", name: database,
                advice: "of the commands with \(db == nil ? "$ZOO_DB" : "--db") only imports make one")
        }
        var workspace = try Workspace(location())
        let (said, progress) = (SaidNotes(), progress)
        workspace.onNote = { note in
            if said.notes.withLock({ $0.insert(note).inserted }) { progress.say("note: \(note)") }
        }
        return workspace
    }

    /// Where progress goes: stderr, or nowhere.
    var progress: Progress { Progress(isQuiet: quiet) }
}

/// Notes that were said, as a command may load a model twice.
private final class SaidNotes: Sendable {
    let notes = Mutex<Set<String>>([])
}
