import ArgumentParser
import Foundation
import ZooWeights
import ZooWorkflows

/// `zoo read-hdf5 FILE`: writes the arrays of an HDF5 file or Keras archive to stdout as safetensors, or with `--model` a sound copy of a model file.
///
/// HDF5 can crash on hostile bytes. `zoo models import` starts this as a separate process, and only that one crashes.
struct ReadHDF5Command: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "read-hdf5", shouldDisplay: false)
    @Argument var file: String
    /// Reads a model that Zoo wrote and writes a sound copy.
    @Flag var model = false
    /// Looks at any file and writes what it holds as JSON.
    @Flag var doctor = false

    func run() throws {
        // What a damaged file can make the library do ends here: after two minutes, or at eight gigabytes.
        for (resource, most) in [(RLIMIT_CPU, 120), (RLIMIT_AS, 8 << 30)] {
            var limit = rlimit(rlim_cur: rlim_t(most), rlim_max: rlim_t(most))
            setrlimit(__rlimit_resource_t(resource.rawValue), &limit)
        }
        if doctor {
            let report = try HDF5Examination.report(of: URL(fileURLWithPath: file))
            return try FileHandle.standardOutput.write(contentsOf: Data(PackJSON.encoded(report)))
        }
        if model {
            var descriptor: Int32 = -1
            defer { close(descriptor) }
            try ModelFile.copy(URL(fileURLWithPath: file)) {
                // HDF5 creates files by name alone.
                let (opened, path) = try PipedInput.namedFile()
                descriptor = opened
                return String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            }
            lseek(descriptor, 0, SEEK_SET)
            return try PipedInput.copy(descriptor, to: STDOUT_FILENO, "the copy")
        }
        try HDF5Contents.handOver(URL(fileURLWithPath: file)) {
            do { try FileHandle.standardOutput.write(contentsOf: Data($0)) } catch {
                throw WeightError.unknownHere(
                    location: "folder for temporary files",
                    reason: "no room for its arrays, TMPDIR names another: \(error.localizedDescription)")
            }
        }
    }
}

/// Reads HDF5 files of other programs in a separate process.
enum HDF5Child {
    /// The arrays of a file, and what it says of them.
    ///
    /// - Throws: `ForeignError` where the file is damaged, or so damaged that it ended the process that read it
    static func contents(of url: URL) throws -> HDF5Contents {
        try HDF5Contents(handedOver: output(of: [url.path]))
    }

    /// The model in a file that Zoo wrote, here or elsewhere.
    ///
    /// - Throws: `ForeignFileError` where it is none, or damaged
    static func model(of url: URL) throws -> ModelFile {
        do { return try ModelFile(decoding: output(of: ["--model", url.path])) } catch let problem as ForeignError {
            throw ForeignFileError(path: url.path, problem: problem)
        }
    }

    /// What an HDF5 file holds, what it can be used for and what is wrong with it.
    ///
    /// - Throws: `WorkflowError.unknown` for a file that is not there; `ForeignFileError` for one that cannot be read
    static func report(of url: URL) throws -> HDF5Report {
        guard FileManager.default.fileExists(atPath: url.path) else {
            throw WorkflowError.unknown(kind: "file", name: url.relativePath, advice: "name an HDF5 file")
        }
        var report = HDF5Report()
        do {
            let bytes = try output(of: ["--doctor", url.path])
            report = try PackJSON.decoded(HDF5Report.self, bytes.read(bytes.all))
        } catch ForeignError.malformed(_, let reason) {
            report.problems = [reason]
        }
        return report.advised(path: url.relativePath)
    }

    /// What the process writes, in a file without a name: it may be larger than the memory.
    private static func output(of arguments: [String]) throws -> FileBytes {
        let descriptor = try PipedInput.temporaryFile()
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["read-hdf5"] + arguments
        let errors = Pipe()
        (process.standardOutput, process.standardError) = (handle, errors)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        Interruption.childIsRunning(process.processIdentifier)
        defer { Interruption.childIsRunning(0) }
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile().prefix(2000), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationReason == .exit else {
            throw ForeignError.malformed(
                location: "HDF5",
                reason: "the library that reads it crashed on it (signal \(process.terminationStatus)): get it again")
        }
        guard process.terminationStatus == 0 else {
            let line = complaint.split(whereSeparator: \.isNewline).first.map(String.init) ?? "it cannot be read"
            let reason = line.replacing("zoo: ", with: "", maxReplacements: 1)
                .replacing("not a model file that Zoo can read: ", with: "", maxReplacements: 1)
            if reason.hasPrefix("cannot be read here") { throw ForeignError.unsupported(reason: "it " + reason) }
            if reason.hasPrefix("its config.json") { throw ForeignError.unsupported(reason: reason) }
            if reason.contains("update zoo") { throw ForeignError.unsupported(reason: reason) }
            if reason.contains("none that Zoo wrote") {
                throw ForeignError.unsupported(
                    reason:
                        "Zoo did not write it: for weights of Keras name the network, --arch resnet50 or mobilenet-v2")
            }
            throw ForeignError.malformed(location: "HDF5", reason: reason)
        }
        return try FileBytes(descriptor: fcntl(descriptor, F_DUPFD_CLOEXEC, 0), path: "what was read of it")
    }
}
