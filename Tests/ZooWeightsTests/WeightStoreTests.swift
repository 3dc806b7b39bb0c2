import Foundation
import Synchronization
import Testing
import ZooWeights

private struct Injected: Error {}

/// The hashes that a catalogue would name.
private final class Catalogue: Sendable {
    private let hashes = Mutex<Set<String>>([])
    var named: Set<String> { hashes.withLock { $0 } }
    func insert(_ hash: String) { _ = hashes.withLock { $0.insert(hash) } }
}

@Test func aSavedModelIsLoadedByItsHash() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder.appendingPathComponent("home/models"))
        let stored = try store.save(sampleModel())
        let bytes = try sampleModel().encoded()
        #expect(stored.sha256 == WeightStore.sha256(bytes) && stored.bytes == bytes.count)
        #expect(stored.url.lastPathComponent == stored.sha256 + ".h5")
        let read = try store.load(sha256: stored.sha256)
        let listed = try store.list()
        #expect(read.weights == sampleModel().weights)
        #expect(listed == [stored])
    }
}

@Test func theHashIsTheOneOfTheStandard() {
    #expect(
        WeightStore.sha256(Array("abc".utf8)) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
}

@Test func equalModelsAreKeptOnce() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let first = try store.save(sampleModel())
        let before = try FileManager.default.attributesOfItem(atPath: first.url.path)[.systemFileNumber] as? UInt64
        let second = try store.save(sampleModel())
        let after = try FileManager.default.attributesOfItem(atPath: first.url.path)[.systemFileNumber] as? UInt64
        #expect(first == second && before == after)
    }
}

@Test func aFileThatWasNeverInMemoryHasTheSameBytes() throws {
    try withTemporaryFolder { folder in
        var store = WeightStore(directory: folder)
        store.mostBytesInMemory = 0
        var model = sampleModel()
        // Of several chunks, that deflate and do not.
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<600_000).map { _ in Float.random(in: 0..<1, using: &generator) }
        model.weights.append(WeightEntry(path: "noise", shape: [2000, 300], values: .float32(noise)))
        model.weights.append(
            WeightEntry(path: "zeros", shape: [300, 2000], values: .float32(Array(repeating: 0, count: 600_000))))
        let stored = try store.save(model)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(stored.sha256 == WeightStore.sha256(try model.encoded()))
        #expect(try store.load(sha256: stored.sha256).weights == model.weights)
        #expect(names.filter { $0 != ".lock" } == [stored.sha256 + ".h5"])
    }
}

@Test func aFileThatCannotBeWrittenToTheDiskLeavesNothing() throws {
    try withTemporaryFolder { folder in
        var store = WeightStore(directory: folder)
        store.mostBytesInMemory = 0
        var model = sampleModel()
        model.weights.append(WeightEntry(path: "a//b", shape: [1], values: .float32([1])))
        #expect(throws: WeightError.self) { try store.save(model) }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == [".lock"])
    }
}

@Test func savingOverADamagedFileMendsIt() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let stored = try store.save(sampleModel())
        try Data("damaged".utf8).write(to: stored.url)
        try store.save(sampleModel())
        let mended = try store.load(sha256: stored.sha256)
        #expect(mended.weights == sampleModel().weights)
    }
}

@Test func aMissingModelIsNamed() {
    let store = WeightStore(directory: URL(fileURLWithPath: "/nonexistent"))
    #expect(throws: WeightError.missing(path: "/nonexistent/ab.h5")) { try store.load(sha256: "ab") }
}

@Test func anyFlippedByteIsFoundBeforeHDF5SeesIt() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let stored = try store.save(sampleModel())
        let bytes = try Data(contentsOf: stored.url)
        for position in stride(from: 0, to: bytes.count, by: 41) {
            var flipped = bytes
            flipped[position] ^= 1 << UInt8(position % 8)
            try flipped.write(to: stored.url)
            let error = #expect(throws: WeightError.self) { try store.load(sha256: stored.sha256) }
            guard case .damaged? = error else {
                Issue.record("byte \(position): \(String(describing: error))")
                return
            }
        }
    }
}

@Test(arguments: [0, 1, 100, 4096])
func aFileCutShortIsDamaged(length: Int) throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let stored = try store.save(sampleModel())
        truncate(stored.url.path, off_t(length))
        let error = #expect(throws: WeightError.self) { try store.load(sha256: stored.sha256) }
        #expect(error?.description.contains("is damaged") == true)
    }
}

@Test(arguments: SaveStep.allCases)
func aSaveThatFailsAtAnyStepLeavesTheOldFileAndNoOther(step: SaveStep) throws {
    try withTemporaryFolder { folder in
        let old = try WeightStore(directory: folder).save(sampleModel(bias: 1))
        let store = WeightStore(directory: folder) { if $0 == step { throw Injected() } }
        var isCommitted = false
        #expect(throws: Injected.self) { try store.save(sampleModel(bias: 2)) { _ in isCommitted = true } }
        #expect(!isCommitted)
        let read = try store.load(sha256: old.sha256)
        #expect(try read.weight("a.bias")?.values == .float32([1]))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != ".lock" }
        // Only the last step comes after the renaming: then the new file is there, unnamed, and is swept.
        #expect(names.count == (step == .flushDirectory ? 2 : 1))
        let removed = try store.sweep(keeping: [old.sha256])
        #expect(removed.count == names.count - 1)
    }
}

@Test func aCommitThatFailsLeavesAFileToSweep() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        #expect(throws: Injected.self) { try store.save(sampleModel()) { _ in throw Injected() } }
        let removed = try store.sweep(keeping: [])
        #expect(removed.count == 1)
        let left = try store.list()
        #expect(left.isEmpty)
    }
}

/// A program that starts in the middle of a save holds copies of the descriptors until its exec; here they are kept for good.
@Test func aCopyOfTheLocksDescriptorDoesNotKeepTheLock() throws {
    try withTemporaryFolder { folder in
        let copies = Mutex<[Int32]>([])
        defer { copies.withLock { $0.forEach { _ = close($0) } } }
        let store = WeightStore(directory: folder) { step in
            if step == .rename { copies.withLock { $0 = copiesOfDescriptors(below: folder) } }
        }
        let stored = try store.save(sampleModel())
        #expect(copies.withLock { $0.count } == 2)  // the store's lock, and that of the temporary file
        let removed = try WeightStore(directory: folder).sweep(keeping: [])
        #expect(removed == [stored.sha256 + ".h5"])
    }
}

private func copiesOfDescriptors(below folder: URL) -> [Int32] {
    let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
    let root = folder.resolvingSymlinksInPath().path + "/"
    // First all, then the copies: those would be found as well.
    let ours = open.compactMap { Int32($0) }.filter { descriptor in
        let link = "/proc/self/fd/\(descriptor)"
        return (try? FileManager.default.destinationOfSymbolicLink(atPath: link))?.hasPrefix(root) == true
    }
    return ours.map { fcntl($0, F_DUPFD_CLOEXEC, 0) }
}

@Test func aFullDiskIsSaidAndNothingIsLeft() throws {
    try withTemporaryFolder { folder in
        let mount = Process()
        mount.executableURL = URL(fileURLWithPath: "/usr/bin/mount")
        mount.arguments = ["-t", "tmpfs", "-o", "size=16k", "tmpfs", folder.path]
        mount.standardError = FileHandle.nullDevice
        guard (try? mount.run()) != nil else { return print("skipped: there is no mount here") }
        mount.waitUntilExit()
        guard mount.terminationStatus == 0 else { return print("skipped: a full disk needs the right to mount one") }
        defer { umount2(folder.path, 0) }
        let store = WeightStore(directory: folder)
        let error = #expect(throws: WeightError.self) { try store.save(sampleModel()) }
        #expect(error?.description.contains("No space left on device") == true)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names == [".lock"])
    }
}

@Test func aSweepKeepsWhatIsNamedAndWhatIsNotOurs() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let kept = try store.save(sampleModel(bias: 1))
        let orphan = try store.save(sampleModel(bias: 2))
        for name in ["notes.txt", "short.h5", ".1-2.tmp"] {
            try Data("x".utf8).write(to: folder.appendingPathComponent(name))
        }
        let report = try store.verify(named: [kept.sha256, "absent"])
        #expect(report.intact == [kept.sha256] && report.missing == ["absent"] && report.orphans == [orphan.sha256])
        #expect(report.abandoned == [".1-2.tmp"] && !report.isSound)
        let removed = try store.sweep(keeping: [kept.sha256])
        #expect(Set(removed) == [orphan.sha256 + ".h5", ".1-2.tmp"])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(names == [".lock", kept.sha256 + ".h5", "notes.txt", "short.h5"])
        let clean = try store.verify(named: [kept.sha256])
        #expect(clean.isSound)
    }
}

@Test func aSweepLeavesTheTemporaryFileOfALivingWriter() throws {
    try withTemporaryFolder { folder in
        let path = folder.appendingPathComponent(".9-9.tmp").path
        let descriptor = open(path, O_RDWR | O_CREAT, 0o644)
        flock(descriptor, LOCK_EX)
        let during = try WeightStore(directory: folder).sweep(keeping: [])
        flock(descriptor, LOCK_UN)  // not by closing alone: another test may be starting a program
        close(descriptor)
        let after = try WeightStore(directory: folder).sweep(keeping: [])
        #expect(during.isEmpty && after == [".9-9.tmp"])
    }
}

@Test func nothingIsSweptBetweenAFileAndItsRow() throws {
    try withTemporaryFolder { folder in
        let store = WeightStore(directory: folder)
        let stored = try store.save(sampleModel()) { _ in
            let removed = try WeightStore(directory: folder).sweep(keeping: [])
            #expect(removed.isEmpty)
        }
        let listed = try store.list()
        #expect(listed == [stored])
    }
}

@Test func manySavesAtOnceAllArrive() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zoo-" + UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let store = WeightStore(directory: folder)
    let catalogue = Catalogue()
    try await withThrowingTaskGroup(of: Void.self) { group in
        for i in 0..<24 {
            group.addTask {
                try store.save(sampleModel(bias: Float(i % 12))) { catalogue.insert($0.sha256) }
                try store.sweep(keeping: catalogue.named)
            }
        }
        try await group.waitForAll()
    }
    let report = try store.verify(named: catalogue.named)
    #expect(report.intact.count == 12 && report.isSound && report.orphans.isEmpty && report.abandoned.isEmpty)
}
