import Foundation
import ZooPlots

extension Plot {
    /// Writes the plot as SVG; an older file stays as it is if that fails.
    ///
    /// - Throws: `WorkflowError.notWritten`
    public func write(to path: String) throws {
        do { try Data(svg().utf8).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw WorkflowError.notWritten(path: path, reason: error.localizedDescription)
        }
    }
}
