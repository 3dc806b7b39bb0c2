import Dispatch
import Synchronization
import ZooWorkflows

/// What a home holds, answered on the loopback: pages and JSON, read only.
package struct ZooServer: Sendable {
    private let server: WebServer

    /// Where it is asked: `http://127.0.0.1:8080/`.
    package var address: String { "http://127.0.0.1:\(server.port)/" }
    /// The port.
    package var port: UInt16 { server.port }

    /// Takes a port; `run()` answers.
    ///
    /// - Parameter port: 0 for any that is free
    /// - Throws: `ServeError`
    package init(_ workspace: Workspace, port: UInt16, limits: WebLimits = WebLimits()) async throws {
        let workers = try Route.Lane.allCases.map { _ in try Worker(workspace, limits) }
        server = try await WebServer(port: port, limits: limits) { request in
            do {
                let (route, values) = try Self.route(request)
                return await workers[route.lane.rawValue].answer { workspace in
                    let call = Call(workspace: workspace, request: request, limits: limits, values: values)
                    let answer = try route.respond(call)
                    guard answer.body.count <= limits.answer else { throw WebError.tooLarge(limits) }
                    return answer
                }
            } catch { return WebAnswer(WebError(error)) }
        }
    }

    /// Answers until the task is cancelled, on threads that no other work of the process keeps busy.
    package func start() -> Task<Void, Never> { server.start() }

    /// The route of a request, with the variable parts of its path.
    private static func route(_ request: WebRequest) throws(WebError) -> (Route, [String: String]) {
        let matches = Route.all.lazy.compactMap { route in route.match(request.path).map { (route, $0) } }
        guard let (route, values) = matches.first else {
            throw WebError(404, "there is no such page", hint: "/ has what there is, /openapi.json the requests")
        }
        let allowed = ["GET", "HEAD"] + (route.takesBody ? ["POST"] : [])
        guard allowed.contains(request.method) else {
            var error = WebError(
                405, "this server only reads, and takes \(allowed.joined(separator: ", ")) here",
                hint: "the commands of zoo write: 'zoo --help'")
            error.headers = [("Allow", allowed.joined(separator: ", "))]
            throw error
        }
        try route.checkQuery(request.query)
        return (route, values)
    }
}

extension Route {
    /// Refuses what would be passed over.
    fileprivate func checkQuery(_ query: [(name: String, value: String)]) throws(WebError) {
        var known: [String] = []
        for parameter in parameters where !path.contains("{\(parameter.name)}") {
            if case .any = parameter.kind { return }
            known.append(parameter.name)
        }
        guard let unknown = query.first(where: { !known.contains($0.name) }) else { return }
        throw WebError(
            400, "there is no parameter '\(unknown.name.prefix(100))'",
            hint: known.isEmpty ? "it takes none" : "it takes \(known.joined(separator: ", "))")
    }
}

/// A thread that answers in turn, with models that no other thread uses.
private final class Worker: Sendable {
    private let queue = DispatchQueue(label: "zoo serve")
    private let waiting = Atomic<Int>(0)
    private let workspace: Workspace
    private let limits: WebLimits

    /// - Throws: as `Workspace.reopened`
    init(_ workspace: Workspace, _ limits: WebLimits) throws {
        var own = try workspace.reopened()
        own.kept = KeptModels(limit: 1 << 29)
        (self.workspace, self.limits) = (own, limits)
    }

    /// Answers in turn, or says that there are too many before.
    func answer(_ body: @escaping @Sendable (Workspace) throws -> WebAnswer) async -> WebAnswer {
        var busy = WebError(503, "too many requests are waiting", hint: "ask again in a second")
        busy.headers = [("Retry-After", "1")]
        let refused = WebAnswer(busy)
        guard waiting.add(1, ordering: .relaxed).newValue <= limits.waiting else {
            waiting.subtract(1, ordering: .relaxed)
            return refused
        }
        let end = ContinuousClock.now + .seconds(limits.answerTime)
        return await withCheckedContinuation { continuation in
            queue.async {
                let answer: WebAnswer
                do { answer = ContinuousClock.now < end ? try body(self.workspace) : refused } catch {
                    answer = WebAnswer(WebError(error))
                }
                self.waiting.subtract(1, ordering: .relaxed)
                continuation.resume(returning: answer)
            }
        }
    }
}
