import ZooPlots
import ZooRecords
import ZooTabular

extension Workspace {
    /// Tries rising learning rates on a fresh network over a table, for a plot and a suggestion; nothing is kept.
    ///
    /// - Throws: as `trainTabular`
    package func findTabularLearningRate(
        _ request: TrainTabularRequest, steps: Int
    ) throws -> (report: LearningRateReport, plot: LinePlot) {
        let rows = try tabularRows(request.data, timeZone: request.features.timeZone)
        let split = request.split == nil ? .random(0.2) : try request.split(of: rows, saying: onNote)
        let table = try PreparedTable(rows, request.features, split: split, seed: request.configuration.seed)
        try table.features.check(widths: request.configuration.embeddingWidths)
        var configuration = request.configuration
        configuration.members = 1
        let curve = try TabularTrainer(configuration, threads: request.threads)
            .findLearningRate(table.training, features: table.features, steps: steps)
        return curve.report(
            of: StoredTabular.architecture, on: request.data.name,
            title: "\(request.features.target) of \(request.data.name.quotedData)",
            loss: table.features.target.classes == nil ? "loss, squared deviations" : "loss, nats")
    }
}
