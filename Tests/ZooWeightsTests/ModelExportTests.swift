import Foundation
import Testing
import ZooWeights

/// Runs a program and gives its output, or nil if it is not there or fails.
private func run(_ program: String, _ arguments: [String]) -> String? {
    guard FileManager.default.isExecutableFile(atPath: program) else { return nil }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return process.terminationStatus == 0 ? String(decoding: output, as: UTF8.self) : nil
}

/// A Python that has what Scripts/goldens/weights.py needs: `ZOO_PYTHON`, or the one on the path.
private let python: String? = {
    let given = ProcessInfo.processInfo.environment["ZOO_PYTHON"] ?? "/usr/bin/python3"
    return run(given, ["-c", "import h5py, numpy, safetensors"]) == nil ? nil : given
}()

@Test(.enabled(if: python != nil, "there is no Python with h5py, numpy and safetensors here"))
func pythonReadsTheSameInAllThreeFormats() throws {
    let python = try #require(python)
    let script = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../Scripts/goldens/weights.py")
        .standardized
    try withTemporaryFolder { folder in
        let model = sampleModel()
        try Data(model.encoded()).write(to: folder.appendingPathComponent("model.h5"))
        try model.export(to: folder.appendingPathComponent("model.safetensors"), as: .safetensors)
        try model.export(to: folder.appendingPathComponent("model.npz"), as: .npz)
        let output = run(python, [script.path, "check", folder.path])
        #expect(output == "agree: 9 arrays, 5 texts, 3 vocabularies\n")
    }
}

@Test func h5dumpReadsAModelFile() throws {
    try withTemporaryFolder { folder in
        let file = folder.appendingPathComponent("model.h5")
        try Data(sampleModel().encoded()).write(to: file)
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/h5dump") else {
            return print("skipped: there is no h5dump here")
        }
        let output = try #require(run("/usr/bin/h5dump", [file.path]))
        #expect(output.contains("DATASET \"items.weight\"") && output.contains("(0,0): 1, -2, 3,"))
        #expect(output.contains("ATTRIBUTE \"architecture\"") && output.contains("(0): \"dot-bias\""))
        let filters = try #require(run("/usr/bin/h5dump", ["-p", "-H", "-d", "/weights/users.weight", file.path]))
        #expect(filters.contains("CHUNKED") && filters.contains("CHECKSUM FLETCHER32"))
    }
}

@Test func exportsAreTheSameForEqualModels() throws {
    try withTemporaryFolder { folder in
        for format in ExportFormat.allCases {
            let (first, second) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
            try sampleModel().export(to: first, as: format)
            try sampleModel().export(to: second, as: format)
            let (one, two) = (try Data(contentsOf: first), try Data(contentsOf: second))
            #expect(one == two && !one.isEmpty)
        }
    }
}

@Test func exportingTwoArraysOfOneNameIsRefused() {
    var model = sampleModel()
    model.weights.append(WeightEntry(path: "statistics.item.count", shape: [1], values: .float32([1])))
    let nowhere = URL(fileURLWithPath: "/nonexistent/model.npz")
    #expect(throws: WeightError.self) { try model.export(to: nowhere, as: .npz) }
}

@Test func exportingIntoNoFolderSaysSo() {
    let nowhere = URL(fileURLWithPath: "/nonexistent/model.npz")
    let error = #expect(throws: WeightError.self) { try sampleModel().export(to: nowhere, as: .npz) }
    #expect(error?.description.contains("No such file or directory") == true)
}
