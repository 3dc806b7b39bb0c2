import ArgumentParser
import Foundation
import ZooEmbeddings
import ZooWorkflows

/// `zoo pca`
struct ComponentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pca", abstract: "Principal components of a model's embeddings, with the names at both ends.")
    @Argument(help: "The model.") var model: String
    @Argument(help: "The field: user or item.") var field: String
    @Option(name: [.customShort("k"), .customLong("components")], help: "How many components.") var count = 3
    @Option(help: "What loses its mean: features (the usual PCA) or items (fast.ai's).")
    var center: PrincipalComponents.Centre = .features
    @Option(name: [.customShort("n"), .customLong("ends")], help: "Names at each end.") var ends = 10
    @Option(help: "Leave out entries with fewer training examples.") var minimumCount = 0
    @Option(help: "Take only so many of the most counted entries.") var mostCounted: Int?
    @Option(help: "Write a labelled scatter of the first two components as SVG.", completion: .file()) var plot: String?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard count > 0 else { throw ValidationError("-k must be above 0, not \(count)") }
        guard ends >= 0 else { throw ValidationError("-n must not be below 0, not \(ends)") }
        if let mostCounted, mostCounted < 1 { throw ValidationError("--most-counted must be above 0") }
    }

    func run() throws {
        try checkPlot(plot)
        var request = ComponentsRequest(model: model, field: field)
        request.count = count
        request.centre = center
        request.ends = ends
        request.minimumCount = minimumCount
        request.mostCounted = mostCounted
        let (report, scatter) = try options.workspace().components(request)
        if let plot {
            try scatter.write(to: plot)
            options.progress.say("wrote \(plot)")
        }
        try output(report, as: options)
    }
}

extension PrincipalComponents.Centre: ExpressibleByArgument {}

extension ComponentsReport: Printable {
    var text: String {
        components.enumerated().map { index, component in
            let share = (100 * component.explainedVarianceRatio).fixed(1)
            var table = TextTable(
                ["component \(index + 1)", "\(share) % of variance", "", ""], rightAligned: [0, 2])
            for (low, high) in zip(component.lowest, component.highest) {
                table.add([low.value.fixed(3), low.label, high.value.fixed(3), high.label])
            }
            return table.text
        }.joined(separator: "\n\n")
    }
}
