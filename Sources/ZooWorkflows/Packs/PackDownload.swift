import Foundation
import ZooWeights

/// Downloads by the system's `curl`, each to a file that stays where it was cut short and is completed the next time.
package struct PackDownload: Sendable {
    /// The folder of files that are not complete.
    let folder: URL
    /// Is told what is going on.
    let say: @Sendable (String) -> Void

    /// Downloads into a home.
    package init(home: URL, say: @escaping @Sendable (String) -> Void) {
        folder = home.appendingPathComponent("downloads", isDirectory: true)
        self.say = say
    }

    /// Whether a text is an address of the web.
    package static func isAddress(_ text: String) -> Bool {
        let text = text.lowercased()
        return text.hasPrefix("https://") || text.hasPrefix("http://")
    }

    /// What is wrong with an address; nil for nothing.
    ///
    /// Without encryption anybody on the way can change an index and its packs, so that `http` reaches this machine only.
    package static func flaw(of address: String) -> String? {
        guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty else {
            return "it is no address"
        }
        if parts.user != nil || parts.password != nil { return "it holds a name or a password: leave them out" }
        let isHere = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host.lowercased())
        return parts.scheme?.lowercased() == "http" && !isHere ? "http is for this machine alone: use https" : nil
    }

    /// Downloads a file, hands it to `body`, and removes it.
    ///
    /// - Parameters:
    ///   - address: where it is
    ///   - bytes: its size; nil where that is not known
    ///   - most: the bytes that it may have at most
    ///   - body: reads the file; where it throws on a file that was completed, it is downloaded once more from the beginning, since the
    ///     one on the server may be another by now
    /// - Throws: `PackError.download`; what `body` throws
    func file<Result>(_ address: String, bytes: Int? = nil, most: Int, _ body: (URL) throws -> Result) throws -> Result
    {
        if let flaw = Self.flaw(of: address) { throw PackError.download(url: address, reason: flaw) }
        do { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) } catch {
            throw WorkflowError.notWritten(path: folder.path, reason: error.localizedDescription)
        }
        let url = folder.appendingPathComponent(WeightStore.sha256(Array(address.utf8)) + ".part")
        let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw WorkflowError.notWritten(path: url.path, reason: String(cString: strerror(errno)))
        }
        defer {
            if Self.size(url) == 0 { unlink(url.path) }
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            throw PackError.download(url: address, reason: "another process is downloading it")
        }
        var isCompleted = Self.size(url) > 0
        if isCompleted { say("completing the download of \(address), of which \(Self.size(url)) bytes are here") }
        while true {
            if Self.size(url) > most { ftruncate(descriptor, 0) }
            if bytes == nil || Self.size(url) != bytes {
                do { try fetch(address, to: url, most: most, isCompleted: Self.size(url) > 0) } catch is NoRanges {
                    (isCompleted, _) = (false, ftruncate(descriptor, 0))
                    say("the server does not send parts of files: starting again")
                    try fetch(address, to: url, most: most, isCompleted: false)
                }
            }
            do {
                if let bytes, Self.size(url) != bytes {
                    throw PackError.download(
                        url: address, reason: "it has \(Self.size(url)) bytes, and the index says \(bytes)")
                }
                let result = try body(url)
                unlink(url.path)
                return result
            } catch {
                // What is whole and wrong is of no use any more.
                ftruncate(descriptor, 0)
                guard isCompleted else { throw error }
                isCompleted = false
            }
        }
    }

    /// What a server says that does not send parts of files.
    private struct NoRanges: Error {}

    private func fetch(_ address: String, to url: URL, most: Int, isCompleted: Bool) throws {
        let process = Process()
        let isHTTP = address.lowercased().hasPrefix("http:")
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // -q: no settings of the user's. Redirections lead to https alone.
        process.arguments =
            [
                "curl", "-q", "--fail", "--silent", "--show-error", "--location", "--max-redirs", "5", "--globoff",
                "--proto", isHTTP ? "=http,https" : "=https", "--proto-redir", "=https", "--connect-timeout", "20",
                "--speed-limit", "1", "--speed-time", "60", "--max-filesize", String(most), "--output", url.path,
            ] + (isCompleted ? ["--continue-at", "-"] : []) + ["--url", address]
        let errors = Pipe()
        (process.standardError, process.standardOutput) = (errors, FileHandle.nullDevice)
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { throw PackError.download(url: address, reason: "\(error)") }
        // A size that the server does not say is not limited by curl.
        var isTooLarge = false
        while process.isRunning {
            Thread.sleep(forTimeInterval: 0.02)
            if Self.size(url) > most, !isTooLarge {
                isTooLarge = true
                process.terminate()
            }
        }
        process.waitUntilExit()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile().prefix(500), as: UTF8.self)
        if isTooLarge || process.terminationStatus == 63 {
            try? Data().write(to: url)
            throw PackError.download(url: address, reason: "it has more than \(most) bytes")
        }
        switch process.terminationStatus {
        case 0: return
        case 22 where isCompleted, 33, 36: throw NoRanges()
        case 127:
            throw PackError.download(
                url: address, reason: "curl is not installed: install it, or download the file and pull that")
        default:
            let line = complaint.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            let here = Self.size(url)
            throw PackError.download(
                url: address,
                reason: line.replacing("curl: ", with: "", maxReplacements: 1)
                    + (here > 0 ? "; \(here) bytes are here, and the same command completes them" : ""))
        }
    }

    private static func size(_ url: URL) -> Int {
        var status = stat()
        return stat(url.path, &status) == 0 ? Int(status.st_size) : 0
    }
}
