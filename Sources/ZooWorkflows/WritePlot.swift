import Foundation
import ZooData
import ZooPlots

extension Plot {
    /// Writes the plot as SVG, or as PNG where the path ends in `.png`; an older file stays as it is if that fails.
    ///
    /// - Throws: `WorkflowError.notWritten`; `DataError.notWritten` where a file of another kind would be overwritten
    public func write(to path: String) throws {
        try PlotFile.bytes(of: self, for: path).writeOutput(to: path, as: PlotFile.content(for: path))
    }
}

extension Data {
    /// Writes an output: a file is replaced when all is written, with links followed; devices and pipes are written to.
    ///
    /// - Parameter content: what a file that is there already must hold; nil where that was asked before
    /// - Throws: `WorkflowError.notWritten`; `DataError.notWritten` where the file holds something else than `content`
    func writeOutput(to path: String, as content: FileContent? = nil) throws {
        try content?.checkOutput(path)
        do {
            switch OutputPlace(path) {
            case .file(let path): try write(to: URL(fileURLWithPath: path), options: .atomic)
            case .special: try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: self)
            }
        } catch { throw WorkflowError.notWritten(path: path, reason: error.localizedDescription) }
    }
}
