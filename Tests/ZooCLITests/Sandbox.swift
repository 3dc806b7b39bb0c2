import Foundation
import Testing

/// A folder of a test's own, with a home for `zoo` in it.
struct Sandbox {
    let folder: URL

    var home: URL { folder.appendingPathComponent("home") }
    var database: URL { home.appendingPathComponent("zoo.sqlite") }
    var models: URL { home.appendingPathComponent("models") }

    /// What the program finds in its environment: the home, and nothing of the developer's.
    var environment: [String: String] {
        var values = ["ZOO_HOME": home.path, "HOME": folder.path]
        let kept = ["PATH", "LD_LIBRARY_PATH", "ZOO_INSTRUCTIONS"]
        for name in kept { values[name] = ProcessInfo.processInfo.environment[name] }
        return values
    }

    func start(_ arguments: [String]) throws -> ZooProcess {
        try ZooProcess(arguments, environment: environment, in: folder)
    }

    /// Runs `zoo` to its end.
    @discardableResult
    func zoo(_ arguments: String...) throws -> ZooRun { try start(arguments).wait() }

    /// Runs `zoo` and expects it to succeed.
    @discardableResult
    func succeed(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> String {
        let run = try start(arguments).wait()
        try #require(run.code == 0, "\(arguments): \(run.stderr)", sourceLocation: location)
        return run.stdout
    }

    /// Runs `zoo` and expects it to fail with one line, which is given back.
    @discardableResult
    func fail(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> String {
        let run = try start(arguments).wait()
        #expect(
            run.isOneLineFailure, "\(arguments): \(run.code as Any), \(run.stdout), \(run.stderr)",
            sourceLocation: location)
        return run.stderr
    }

    /// Runs `zoo … --json` and parses the one document on stdout.
    func json<Document>(_ arguments: String..., at location: SourceLocation = #_sourceLocation) throws -> Document {
        let run = try start(arguments + ["--json"]).wait()
        try #require(run.code == 0, "\(arguments): \(run.stderr)", sourceLocation: location)
        let document = try JSONSerialization.jsonObject(with: Data(run.stdout.utf8))
        return try #require(document as? Document, "\(arguments): \(run.stdout)", sourceLocation: location)
    }

    /// Runs shell commands, with the program in `$zoo`.
    func shell(_ commands: String) throws -> ZooRun {
        var environment = environment
        environment["zoo"] = ZooProcess.program
        return try ZooProcess(["-c", commands], program: "/bin/sh", environment: environment, in: folder).wait()
    }

    /// Writes a file into the folder.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    /// Writes a file into the folder.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let url = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
        return url.path
    }
}

/// Runs `body` in a new folder, which is removed afterwards.
func withSandbox<Result>(_ body: (Sandbox) throws -> Result) throws -> Result {
    let name = "zoo-cli-" + UUID().uuidString
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(name).resolvingSymlinksInPath()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(Sandbox(folder: folder))
}

typealias JSONObject = [String: Any]
