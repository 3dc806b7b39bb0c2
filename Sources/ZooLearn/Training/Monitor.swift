/// The figure of an epoch that decides whether it was a good one.
public struct Monitor: EpochSelection, Hashable, Codable {
    /// Where the figure is found.
    public enum Figure: Sendable, Hashable, Codable {
        /// The mean training loss.
        case trainingLoss
        /// The mean validation loss.
        case validationLoss
        /// A metric, by name.
        case metric(String)
    }

    /// Where the figure is found.
    public let figure: Figure
    /// Whether more is better.
    public let prefersHigher: Bool

    /// Creates a monitor.
    public init(_ figure: Figure, prefersHigher: Bool = false) {
        self.figure = figure
        self.prefersHigher = prefersHigher
    }

    /// The figure of an epoch; nil where it was not measured or is NaN.
    public func value(of report: EpochReport) -> Double? {
        let value =
            switch figure {
            case .trainingLoss: report.trainingLoss
            case .validationLoss: report.validationLoss
            case .metric(let name): report.metric(name)
            }
        return value.flatMap { $0.isNaN ? nil : $0 }
    }

    /// The position of the best epoch, the earliest of equals.
    public func bestIndex(in history: [EpochReport]) -> Int? {
        var best: (index: Int, value: Double)?
        for (index, report) in history.enumerated() {
            guard let value = value(of: report) else { continue }
            if let best, prefersHigher ? value <= best.value : value >= best.value { continue }
            best = (index, value)
        }
        return best?.index
    }
}
