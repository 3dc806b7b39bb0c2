import Foundation
import ZooData
import ZooPlots

extension Plot {
    /// Writes the plot as SVG, or as PNG where the path ends in `.png`; an older file stays as it is if that fails.
    ///
    /// - Parameter isReplacing: whether it may replace a file
    /// - Throws: `WorkflowError.notWritten`; `DataError.notWritten` where there is a file that it must not replace
    public func write(to path: String, isReplacing: Bool = false) throws {
        try PlotFile.bytes(of: self, for: path)
            .writeOutput(to: path, as: PlotFile.content(for: path), isReplacing: isReplacing)
    }
}

extension Data {
    /// Writes an output: a file is replaced when all is written, with links followed; devices and pipes are written to.
    ///
    /// - Parameter content: what is written; nil where `FileContent.checkOutput` was asked before
    /// - Throws: `WorkflowError.notWritten`; as `FileContent.checkOutput`
    func writeOutput(to path: String, as content: FileContent? = nil, isReplacing: Bool = false) throws {
        try content?.checkOutput(path, isReplacing: isReplacing)
        do {
            switch OutputPlace(path) {
            case .file(let path): try write(to: URL(fileURLWithPath: path), options: .atomic)
            case .special: try FileHandle(forWritingTo: URL(fileURLWithPath: path)).write(contentsOf: self)
            }
        } catch { throw WorkflowError.notWritten(path: path, reason: error.localizedDescription) }
    }
}
