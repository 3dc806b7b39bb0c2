import Foundation
import Synchronization

/// Gives out the files of a folder on the loopback, as a static web server does.
final class FileServer: Sendable {
    /// How it answers.
    struct Manner: Sendable {
        /// Whether it sends parts of files.
        var sendsRanges = true
        /// How many bytes of a body it sends before it ends the connection; nil for all.
        var cutAfter: Int?
        /// What it says of a body's length beyond the truth.
        var excess = 0
        /// Whether it says no length at all.
        var hidesLength = false
        /// How many bytes of a body it sends before it waits until the other side ends the connection; nil for all.
        var waitsAfter: Int?
    }

    let port: UInt16
    private let descriptor: Int32
    private let state = Mutex<(manner: Manner, requests: [String])>((Manner(), []))

    var address: String { "http://127.0.0.1:\(port)" }
    var manner: Manner {
        get { state.withLock { $0.manner } }
        set { state.withLock { $0.manner = newValue } }
    }
    /// The first lines and ranges that were asked for since the last look.
    func requests() -> [String] {
        state.withLock { state in
            defer { state.requests = [] }
            return state.requests
        }
    }

    init(_ folder: URL) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard bound else { throw CocoaError(.fileReadUnknown) }
        (self.descriptor, port) = (descriptor, UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [weak self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else { return }
                self?.answer(client, folder)
                close(client)
            }
        }
    }

    deinit { shutdown(descriptor, Int32(SHUT_RDWR)) }

    private func answer(_ client: Int32, _ folder: URL) {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = read(client, &buffer, buffer.count)
        let lines = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count > 1 else { return }
        let range = lines.first { $0.lowercased().hasPrefix("range: bytes=") }?.dropFirst(13)
        let manner = state.withLock { state in
            state.requests.append(words[1] + (range.map { " \($0)" } ?? ""))
            return state.manner
        }
        func send(_ bytes: [UInt8]) {
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes {
                    Foundation.send(client, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard sent > 0 else { return }
                rest = rest.dropFirst(sent)
            }
        }
        guard let file = FileManager.default.contents(atPath: folder.path + words[1]) else {
            return send(Array("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
        }
        let first = manner.sendsRanges ? range.flatMap { Int($0.prefix { $0 != "-" }) } : nil
        let body = Array(file.dropFirst(first ?? 0))
        var head = first == nil ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 206 Partial Content\r\n"
        if let first { head += "Content-Range: bytes \(first)-\(file.count - 1)/\(file.count)\r\n" }
        if !manner.hidesLength { head += "Content-Length: \(body.count + manner.excess)\r\n" }
        send(
            Array((head + "Connection: close\r\n\r\n").utf8)
                + body.prefix(manner.cutAfter ?? manner.waitsAfter ?? body.count))
        if manner.waitsAfter != nil { _ = read(client, &buffer, buffer.count) }
    }
}
