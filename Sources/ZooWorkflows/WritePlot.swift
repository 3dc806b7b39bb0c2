import Foundation
import ZooData
import ZooPlots

extension Plot {
    /// Writes the plot as SVG; an older file stays as it is if that fails.
    ///
    /// - Throws: `WorkflowError.notWritten`; `DataError.notWritten` where the file holds something else than SVG
    public func write(to path: String) throws {
        try Data(svg().utf8).writeOutput(to: path, as: .svg)
    }
}

extension Data {
    /// Writes an output: a file is replaced when all is written, with links followed; devices and pipes are written to.
    ///
    /// - Throws: `WorkflowError.notWritten`; `DataError.notWritten` where the file holds something else than `content`
    func writeOutput(to path: String, as content: FileContent) throws {
        try content.checkOutput(path)
        do {
            switch OutputPlace(path) {
            case .file(let path): try write(to: URL(fileURLWithPath: path), options: .atomic)
            case .special: try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: self)
            }
        } catch { throw WorkflowError.notWritten(path: path, reason: error.localizedDescription) }
    }
}
