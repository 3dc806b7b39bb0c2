import Foundation
import ZooData
import ZooPlots

extension Plot {
    /// Writes the plot as SVG; an older file stays as it is if that fails.
    ///
    /// - Throws: `WorkflowError.notWritten`
    public func write(to path: String) throws {
        try WorkflowError.checkIsNoFolder(path)
        try Data(svg().utf8).writeOutput(to: path)
    }
}

extension Data {
    /// Writes an output: a file is replaced when all is written, with links followed; devices and pipes are written to.
    ///
    /// - Throws: `WorkflowError.notWritten`
    func writeOutput(to path: String) throws {
        do {
            switch OutputPlace(path) {
            case .file(let path): try write(to: URL(fileURLWithPath: path), options: .atomic)
            case .special: try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: self)
            }
        } catch { throw WorkflowError.notWritten(path: path, reason: error.localizedDescription) }
    }
}

extension WorkflowError {
    /// Foundation writes over folders, or says nothing of use.
    ///
    /// - Throws: `notWritten` for a path that names a folder
    static func checkIsNoFolder(_ path: String) throws {
        var isFolder: ObjCBool = false
        if path.isEmpty || FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue {
            throw WorkflowError.notWritten(path: "'\(path)'", reason: "it is a folder: name a file")
        }
    }
}
