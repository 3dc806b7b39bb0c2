import Foundation
import ZooData

/// Runs `body` with a new folder, which is removed afterwards.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
}

/// Runs `body` with a new, empty store.
func withStore<R>(_ body: (DataStore, URL) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
        try body(DataStore(url: folder.appendingPathComponent("zoo.sqlite")), folder)
    }
}

/// The folder of real data, where this machine has it.
let sharedData: URL? = {
    var candidates: [String] = []
    if let given = ProcessInfo.processInfo.environment["ZOO_SHARED_DATA"] { candidates.append(given) }
    var folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    for _ in 0..<4 {
        folder.deleteLastPathComponent()
        candidates.append(folder.appendingPathComponent("shared/data").path)
    }
    return candidates.first { FileManager.default.fileExists(atPath: $0) }.map { URL(fileURLWithPath: $0) }
}()

/// The folder of MovieLens 100K; nil where it is not at hand.
let realMovieLens: URL? = {
    let folder = sharedData?.appendingPathComponent("ml-100k")
    let isThere =
        folder.map { FileManager.default.fileExists(atPath: $0.appendingPathComponent("u.data").path) } ?? false
    return isThere ? folder : nil
}()
