import Foundation
import ZooPlots

extension Plot {
    /// Writes the plot as SVG; an older file stays as it is if that fails.
    ///
    /// - Throws: `WorkflowError.notWritten`
    public func write(to path: String) throws {
        try WorkflowError.checkIsNoFolder(path)
        do { try Data(svg().utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw WorkflowError.notWritten(path: path, reason: error.localizedDescription)
        }
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
