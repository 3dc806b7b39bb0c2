import Foundation
import ZooWeights

/// Downloads by the system's `curl`, each to a file that stays where it was cut short and is completed the next time.
package struct PackDownload: Sendable {
    /// The folder of files that are not complete.
    let folder: URL
    /// Is told of the process that is curl, which is to end with this one, and 0 where it has ended.
    let onProcess: @Sendable (Int32) -> Void
    /// Is told what is going on.
    let say: @Sendable (String) -> Void

    /// Downloads into a home.
    package init(
        home: URL, onProcess: @escaping @Sendable (Int32) -> Void = { _ in }, say: @escaping @Sendable (String) -> Void
    ) {
        folder = home.appendingPathComponent("downloads", isDirectory: true)
        (self.onProcess, self.say) = (onProcess, say)
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
        let descriptor = try locked(url, address)
        defer {
            if Self.size(descriptor) == 0 { unlink(url.path) }
            flock(descriptor, LOCK_UN)
            close(descriptor)
        }
        var isCompleted = Self.size(descriptor) > 0
        if isCompleted {
            say("completing the download of \(address), of which \(Self.size(descriptor)) bytes are here")
        }
        while true {
            if Self.size(descriptor) > most { ftruncate(descriptor, 0) }
            if bytes == nil || Self.size(descriptor) != bytes {
                do { try fetch(address, to: descriptor, most: most) } catch is NoRanges {
                    (isCompleted, _) = (false, ftruncate(descriptor, 0))
                    say("the server does not send parts of files: starting again")
                    try fetch(address, to: descriptor, most: most)
                }
            }
            do {
                if let bytes, Self.size(descriptor) != bytes {
                    throw PackError.download(
                        url: address, reason: "it has \(Self.size(descriptor)) bytes, and the index says \(bytes)")
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

    /// Opens a file for this process alone, waiting a second for another, which may just be done.
    private func locked(_ url: URL, _ address: String) throws -> Int32 {
        let deadline = ContinuousClock.now + .seconds(1)
        while true {
            let descriptor = open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else {
                throw WorkflowError.notWritten(path: url.path, reason: String(cString: strerror(errno)))
            }
            guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
                close(descriptor)
                if ContinuousClock.now < deadline {
                    Thread.sleep(forTimeInterval: 0.05)
                    continue
                }
                throw PackError.download(
                    url: address, reason: "another process is downloading it: wait until that is done, or end it")
            }
            var status = stat()
            if fstat(descriptor, &status) == 0, status.st_nlink > 0 { return descriptor }
            // Whoever had it completed and removed it between the opening and the locking.
            close(descriptor)
        }
    }

    /// What a server says that does not send parts of files.
    private struct NoRanges: Error {}

    /// Adds what is not there yet to a file.
    ///
    /// Only this process writes to the file, which it has locked: a curl that outlives it ends at its next write to a closed pipe.
    private func fetch(_ address: String, to file: Int32, most: Int) throws {
        let process = Process()
        let isHTTP = address.lowercased().hasPrefix("http:")
        let start = Int(lseek(file, 0, SEEK_END))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // -q: no settings of the user's. Redirections lead to https alone.
        process.arguments =
            [
                "curl", "-q", "--fail", "--silent", "--show-error", "--location", "--max-redirs", "5", "--globoff",
                "--proto", isHTTP ? "=http,https" : "=https", "--proto-redir", "=https", "--connect-timeout", "20",
                "--speed-limit", "1", "--speed-time", "60", "--max-filesize", String(most), "--no-buffer",
            ] + (start > 0 ? ["--continue-at", String(start)] : []) + ["--url", address]
        let (bytes, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (bytes, errors)
        process.standardInput = FileHandle.nullDevice
        do { try process.run() } catch { throw PackError.download(url: address, reason: "\(error)") }
        onProcess(process.processIdentifier)
        defer { onProcess(0) }
        let outcome = Self.copy(bytes.fileHandleForReading.fileDescriptor, to: file, room: most - start)
        if outcome != .complete { process.terminate() }
        process.waitUntilExit()
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile().prefix(500), as: UTF8.self)
        if case .notWritten(let reason) = outcome {
            throw WorkflowError.notWritten(path: folder.path, reason: reason)
        }
        if outcome == .tooLarge || process.terminationStatus == 63 {
            ftruncate(file, 0)
            throw PackError.download(url: address, reason: "it has more than \(most) bytes")
        }
        switch process.terminationStatus {
        case 0: return
        case 22 where start > 0, 33, 36: throw NoRanges()
        case 127:
            throw PackError.download(
                url: address, reason: "curl is not installed: install it, or download the file and pull that")
        default:
            let line = complaint.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            let here = Int(lseek(file, 0, SEEK_END))
            throw PackError.download(
                url: address,
                reason: line.replacing("curl: ", with: "", maxReplacements: 1)
                    + (here > 0 ? "; \(here) bytes are here, and the same command completes them" : ""))
        }
    }

    private enum Copied: Equatable {
        case complete
        case tooLarge
        case notWritten(String)
    }

    /// Copies a pipe to its end; what a server does not say of a size is no reason to write more than there is room for.
    private static func copy(_ pipe: Int32, to file: Int32, room: Int) -> Copied {
        var room = room
        return withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { buffer in
            while true {
                let count = read(pipe, buffer.baseAddress, buffer.count)
                if count == 0 { return .complete }
                if count < 0 {
                    if errno == EINTR { continue }
                    return .notWritten(String(cString: strerror(errno)))
                }
                room -= count
                if room < 0 { return .tooLarge }
                var rest = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                while !rest.isEmpty {
                    let written = write(file, rest.baseAddress, rest.count)
                    if written < 0, errno != EINTR { return .notWritten(String(cString: strerror(errno))) }
                    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, written)))
                }
            }
        }
    }

    private static func size(_ descriptor: Int32) -> Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }
}
