/// Which figure of an epoch decides whether it was a good one.
public struct Monitor: Sendable, Hashable, Codable {
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

    /// The figure of an epoch; nil where it was not measured or is not a number.
    public func value(of report: EpochReport) -> Double? {
        let value =
            switch figure {
            case .trainingLoss: report.trainingLoss
            case .validationLoss: report.validationLoss
            case .metric(let name): report.metric(name)
            }
        return value.flatMap { $0.isNaN ? nil : $0 }
    }

    /// Whether `value` beats `best` by more than `margin`; anything beats nothing.
    public func improves(_ value: Double, on best: Double?, by margin: Double = 0) -> Bool {
        guard let best else { return true }
        return prefersHigher ? value > best + margin : value < best - margin
    }

    /// The position in `history` of the best epoch, the earliest of equals.
    public func bestIndex(in history: [EpochReport], margin: Double = 0) -> Int? {
        var best: (index: Int, value: Double)?
        for (index, report) in history.enumerated() {
            if let value = value(of: report), improves(value, on: best?.value, by: margin) { best = (index, value) }
        }
        return best?.index
    }
}
