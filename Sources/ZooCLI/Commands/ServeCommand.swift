import ArgumentParser
import Dispatch
import ZooServe
import ZooWorkflows

/// `zoo serve`
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve models, maps and queries to browsers and programs of this machine, read only.",
        discussion: """
            The address that is printed shows what is in the home, with a map of every field of embeddings. /api answers in JSON \
            what the commands print with --json: models, neighbours, recommendations, predictions and named queries; \
            /openapi.json describes every request. It listens on 127.0.0.1 and no other address, and nothing that is asked \
            writes. Ctrl-C ends it.
            """)
    @Option(help: "Port on 127.0.0.1, 0 to 65535; 0 takes a free one.") var port: UInt16 = 8642
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let workspace = try options.workspace()
        // Installs what ships, so that no request has to write.
        _ = try workspace.listModels()
        let server = try Self.waiting { [port] in try await ZooServer(workspace, port: port) }
        Interruption.endQuietly()
        try output(ServeReport(address: server.address, port: server.port, home: workspace.home.path), as: options)
        try Self.waiting { await server.start().value }
    }

    /// Runs what waits for others, on this thread's time.
    private static func waiting<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) throws -> Value {
        let (done, place) = (DispatchSemaphore(value: 0), Place<Value>())
        Task.detached {
            do { place.result = .success(try await body()) } catch { place.result = .failure(error) }
            done.signal()
        }
        done.wait()
        guard let result = place.result else { throw CancellationError() }
        return try result.get()
    }

    /// Where a task leaves its result: it is read only after the task has signalled.
    private final class Place<Value: Sendable>: @unchecked Sendable { var result: Result<Value, any Error>? }
}

/// Where a server is asked.
struct ServeReport: Printable {
    let address: String
    let port: UInt16
    let home: String

    var text: String { "\(address) serves \(home) (Ctrl-C ends it)" }
}
