import FlyingSocks
import Foundation

/// One connection: requests one after the other, each with its answer.
struct WebConnection {
    let socket: AsyncSocket
    let connections: WebConnections
    let limits: WebLimits
    let answer: @Sendable (WebRequest) async -> WebAnswer

    private var descriptor: Int32 { socket.socket.file.rawValue }

    /// Reads and answers until one side ends it. A sender that goes away ends it, too, and harms nobody.
    func serve() async {
        defer { connections.close(descriptor) }
        var held: [UInt8] = []
        while true {
            do {
                guard let request = try await read(&held) else { return }
                // Its time is the server's while it waits for its turn.
                connections.extend(descriptor, 1e6)
                let answer = await answer(request)
                try await send(answer, to: request.method, isLast: !request.keepsConnection)
                guard request.keepsConnection else { return await leave() }
            } catch let error as WebError {
                try? await send(WebAnswer(error), to: "", isLast: true)
                return await leave()
            } catch { return }
        }
    }

    private func send(_ answer: WebAnswer, to method: String, isLast: Bool) async throws {
        connections.extend(descriptor, limits.transfer)
        try await socket.write(answer.head(isLast: isLast) + (method == "HEAD" ? Data() : answer.body))
        connections.extend(descriptor, limits.idle)
    }

    /// Reads on for a moment, since a connection that is closed on unread bytes loses what was sent.
    private func leave() async {
        shutdown(descriptor, Int32(SHUT_WR))
        connections.extend(descriptor, 2)
        var count = 0
        while count < 4 * limits.body, let part = try? await socket.read(atMost: 4096) { count += part.count }
    }

    /// The next request; nil where the sender has none.
    ///
    /// - Parameter held: bytes that were read already
    private func read(_ held: inout [UInt8]) async throws -> WebRequest? {
        connections.extend(descriptor, held.isEmpty ? limits.idle : limits.transfer)
        var looked = 0
        while true {
            if let end = Self.endOfHead(held, from: looked) {
                guard end <= limits.head else { throw Self.tooLong(held, limits) }
                var request = try WebRequest(head: held[..<end], limits: limits)
                held.removeFirst(end + 4)
                if request.headers["expect"]?.first?.lowercased() == "100-continue", held.count < request.bodyLength {
                    try await socket.write(Data("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                }
                while held.count < request.bodyLength {
                    guard try await more(&held) else { throw try late(held) }
                }
                request.body = Array(held.prefix(request.bodyLength))
                held.removeFirst(request.bodyLength)
                return request
            }
            guard held.count <= limits.head else { throw Self.tooLong(held, limits) }
            looked = max(0, held.count - 3)
            let isFirst = held.isEmpty
            guard try await more(&held) else {
                if isFirst { return nil }
                throw try late(held)
            }
            if isFirst { connections.extend(descriptor, limits.transfer) }
        }
    }

    /// Reads what is there; false at the end.
    private func more(_ held: inout [UInt8]) async throws -> Bool {
        do { held += try await socket.read(atMost: 4096) } catch SocketError.disconnected { return false }
        return true
    }

    /// A request that began and did not end.
    private func late(_ held: [UInt8]) throws -> WebError {
        guard connections.isLate(descriptor) else { throw SocketError.disconnected }
        return .unreadable(
            408, "the request did not come to its end", hint: "send it within \(Int(limits.transfer)) seconds")
    }

    private static func tooLong(_ held: [UInt8], _ limits: WebLimits) -> WebError {
        let isLine = !held.prefix(limits.head).contains(10)
        return .unreadable(
            isLine ? 414 : 431, "the \(isLine ? "address" : "head") of the request is longer than \(limits.head) bytes",
            hint: "send rows as the body of a POST to …/predict")
    }

    /// Where the empty line is that ends a head.
    private static func endOfHead(_ bytes: [UInt8], from start: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (start...bytes.count - 4).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }
}
