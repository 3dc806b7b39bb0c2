import Foundation
import ZooData
import ZooKernels
import ZooRecords

/// What a model gets right and wrong, as a request.
package struct InterpretRequest: Sendable {
    /// Name of the model.
    package var model: String
    /// Name of the data set.
    package var dataset: String
    /// The part of it to use.
    package var split = DataPart.valid
    /// Images in each group of the page.
    package var count = 12
    /// The page to write; nil for none.
    package var output: String?
    /// Whether a file of that name may be replaced.
    package var isReplacing = false
    /// The threads that open images.
    package var threads = ThreadCount.all

    /// Names a model and a data set.
    package init(model: String, dataset: String) { (self.model, self.dataset) = (model, dataset) }
}

extension Workspace {
    /// Asks a model about labelled images, and writes a page on the answers.
    ///
    /// - Parameter progress: called with the number of images that were processed, and of all
    /// - Throws: as `model(named:as:)` and `images`; `WorkflowError.invalid` where the part is empty, `.unsuitable`
    ///   where model and data do not go together, `.notWritten`
    package func interpret(
        _ request: InterpretRequest, progress: (Int, Int) -> Void = { _, _ in }
    ) throws -> InterpretReport {
        // Before the work, not after it.
        if let path = request.output { try FileContent.html.checkOutput(path, isReplacing: request.isReplacing) }
        let answered = try answers(
            model: request.model, dataset: request.dataset, split: request.split, threads: request.threads,
            progress: progress)
        let report = answered.report(
            model: request.model, data: request.dataset, split: request.split.rawValue, count: request.count,
            output: request.output)
        if let path = request.output {
            try Data(InterpretPage(report: report, source: answered.source).html().utf8).writeOutput(to: path)
        }
        return report
    }
}
