import FlyingSocks
import Foundation
import Synchronization

/// A server of HTTP/1.1 on 127.0.0.1 and no other address.
package final class WebServer: Sendable {
    /// The port that it listens on.
    package let port: UInt16
    private let listening: Socket
    private let pool: SocketPool<ePoll>
    private let connections = WebConnections()
    private let executor = ConnectionExecutor()
    private let limits: WebLimits
    private let answer: @Sendable (WebRequest) async -> WebAnswer

    /// Takes a port.
    ///
    /// - Parameter port: 0 for any that is free
    /// - Throws: `ServeError.portTaken`, `.notListening`
    init(port: UInt16, limits: WebLimits, answer: @escaping @Sendable (WebRequest) async -> WebAnswer) async throws {
        // The end of a connection is an error of the one who writes to it, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        (self.limits, self.answer) = (limits, answer)
        pool = .ePoll(triggering: .level, maxEvents: 256)
        var opened: Socket?
        do {
            let socket = try Socket(domain: AF_INET, type: .stream)
            opened = socket
            try socket.setValue(true, for: .localAddressReuse)
            try socket.bind(to: .inet(ip4: "127.0.0.1", port: port))
            try socket.listen()
            guard case .ip4(_, let port) = try socket.sockname() else { throw SocketError.unsupportedAddress }
            (listening, self.port) = (socket, port)
            try await pool.prepare()
        } catch {
            try? opened?.close()
            if case SocketError.failed(_, EADDRINUSE, _) = error { throw ServeError.portTaken(port) }
            let reason = if case SocketError.failed(_, _, let message) = error { message } else { "\(error)" }
            throw ServeError.notListening(port, reason)
        }
    }

    /// Answers until the task is cancelled.
    func start() -> Task<Void, Never> { Task.detached(executorPreference: executor) { await self.accept() } }

    private func accept() async {
        await withDiscardingTaskGroup { group in
            group.addTask { try? await self.pool.run() }
            group.addTask {
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(250))
                    self.connections.endLate()
                }
            }
            if let listening = try? AsyncSocket(socket: listening, pool: pool) {
                while !Task.isCancelled {
                    do {
                        let socket = try await listening.accept()
                        group.addTask { await self.serve(socket) }
                    } catch is CancellationError { break } catch {
                        // Such as too many open files: those that are open may end.
                        try? await Task.sleep(for: .milliseconds(50))
                    }
                }
            }
            group.cancelAll()
            connections.endAll()
        }
        try? listening.close()
    }

    private func serve(_ socket: AsyncSocket) async {
        let descriptor = socket.socket.file.rawValue
        guard connections.open(descriptor, within: limits.idle, limit: limits.connections) else {
            _ = Glibc.close(descriptor)
            return
        }
        await WebConnection(socket: socket, connections: connections, limits: limits, answer: answer).serve()
    }
}

/// Runs the tasks of connections on a queue of their own, so that no other work of the process keeps them waiting.
private final class ConnectionExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "zoo serve connections")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

/// Why a server does not start.
package enum ServeError: Error, Equatable, CustomStringConvertible {
    /// Another program listens on the port.
    case portTaken(UInt16)
    /// The system refuses, for this reason.
    case notListening(UInt16, String)

    /// One line: what, where, and what to do next.
    package var description: String {
        switch self {
        case .portTaken(let port): "another program listens on port \(port) of 127.0.0.1: --port 0 takes a free one"
        case .notListening(let port, let reason): "port \(port) of 127.0.0.1 cannot be used: \(reason)"
        }
    }
}
