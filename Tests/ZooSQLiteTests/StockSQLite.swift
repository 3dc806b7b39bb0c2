import Foundation
import Testing

/// The `sqlite3` of the system, with the extension that this build made.
enum StockSQLite {
    /// The extension's file, beside the program that runs the tests.
    static let library: String = {
        let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = CommandLine.arguments + [program ?? ""]
        return folders.lazy.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
            .flatMap { [$0, $0.deletingLastPathComponent()] }.map { $0.appendingPathComponent("libzoo_sqlite.so").path }
            .first { FileManager.default.fileExists(atPath: $0) } ?? ""
    }()

    /// What it prints for some statements, errors as well, one line a row.
    static func run(_ sql: String, home: URL, database: String = ":memory:") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = ["-batch", "-nullvalue", "NULL", database]
        process.environment = ["ZOO_HOME": home.path, "HOME": home.path, "PATH": "/usr/bin"]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (input, output, output)
        try process.run()
        input.fileHandleForWriting.write(Data(".load \(library)\n\(sql)\n".utf8))
        try input.fileHandleForWriting.close()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationReason == .exit, "sqlite3 ended by signal \(process.terminationStatus)")
        return printed
    }
}
