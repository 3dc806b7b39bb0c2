/// The stages of a training, and which weights it keeps.
public struct TrainingPlan: Sendable {
    /// What is trained one after the other.
    public var stages: [TrainingStage]
    /// Which weights are kept.
    public var keeping: KeptWeights

    /// Creates a plan.
    public init(stages: [TrainingStage], keeping: KeptWeights = .last) {
        self.stages = stages
        self.keeping = keeping
    }

    /// A plan of one stage.
    ///
    /// - Precondition: `epochs` is not negative.
    public init(
        epochs: Int, rate: any Schedule, momentum: (any Schedule)? = nil, keeping: KeptWeights = .last
    ) {
        self.init(stages: [TrainingStage(epochs: epochs, rate: rate, momentum: momentum)], keeping: keeping)
    }

    /// A plan of one stage at one rate throughout.
    public init(epochs: Int, rate: Double, keeping: KeptWeights = .last) {
        self.init(epochs: epochs, rate: ConstantSchedule(rate), keeping: keeping)
    }

    /// A plan along one cycle: the rate up and down, the momentum down and up.
    ///
    /// - Source: Smith & Topin 2019
    public static func oneCycle(epochs: Int, maximumRate: Double, keeping: KeptWeights = .last) -> TrainingPlan {
        TrainingPlan(
            epochs: epochs, rate: OneCycle(maximumRate: maximumRate), momentum: OneCycle.momentum(), keeping: keeping)
    }

    /// Epochs of all stages.
    public var epochs: Int { stages.reduce(0) { $0 + $1.epochs } }
}

/// A part of a training with a schedule and, where the task says so, parameters of its own.
public struct TrainingStage: Sendable {
    /// Epochs.
    public var epochs: Int
    /// The learning rate over the stage.
    public var rate: any Schedule
    /// The momentum (beta 1 in Adam) over the stage; nil leaves the optimizer's own.
    public var momentum: (any Schedule)?
    /// Decides what the stage draws; nil continues the generator of the stage before.
    package var seed: UInt64?

    /// Creates a stage.
    ///
    /// - Precondition: `epochs` is not negative.
    public init(epochs: Int, rate: any Schedule, momentum: (any Schedule)? = nil, seed: UInt64? = nil) {
        precondition(epochs >= 0, "TrainingStage: epochs is negative: \(epochs)")
        self.epochs = epochs
        self.rate = rate
        self.momentum = momentum
        self.seed = seed
    }
}

/// Which weights a training keeps.
public struct KeptWeights: Sendable {
    /// Chooses the best epoch; nil keeps the last.
    public var selection: (any EpochSelection)?
    /// When a stage ends early; nil never.
    public var patience: Patience?
    /// Whether each stage keeps its own best epoch, rather than all stages one.
    public var isPerStage = false

    /// Those of the last epoch.
    public static var last: KeptWeights { KeptWeights(selection: nil, patience: nil) }

    /// Those of the best epoch by validation loss, or by another figure.
    ///
    /// - Parameter patience: epochs without improvement after which a stage ends early; nil for never
    public static func best(
        _ selection: any EpochSelection = Monitor(.validationLoss), patience: Int? = nil
    ) -> KeptWeights {
        KeptWeights(selection: selection, patience: patience.map { Patience(epochs: $0) })
    }

    /// Those of the best epoch, of a training that ends early where no better one is to be expected.
    ///
    /// - Parameter patience: epochs without improvement after which a stage ends; 0 for never; nil for half of `epochs`, at
    ///   least 5
    /// - Parameter epochs: of the longest stage
    /// - Parameter lastPeak: epochs of it until the learning rate is at its height for the last time: the patience counts
    ///   from there
    package static func best(
        _ selection: any EpochSelection = Monitor(.validationLoss), patience: Int?, epochs: Int, lastPeak: Int
    ) -> KeptWeights {
        let patience = patience ?? max(5, (epochs + 1) / 2)
        return KeptWeights(
            selection: selection, patience: patience > 0 ? Patience(epochs: patience, after: lastPeak) : nil)
    }

    /// When a stage ends early.
    public struct Patience: Sendable, Hashable {
        /// Epochs without improvement after which it ends, at least 1.
        public var epochs: Int
        /// Epochs of the stage before which no epoch is counted, as while the learning rate still rises.
        public var after: Int

        /// Creates a patience.
        ///
        /// - Precondition: `epochs` is at least 1.
        public init(epochs: Int, after: Int = 0) {
            precondition(epochs >= 1, "Patience: epochs must be at least 1, not \(epochs)")
            self.epochs = epochs
            self.after = after
        }
    }
}

/// Chooses the best epoch of a training.
public protocol EpochSelection: Sendable {
    /// The position in `history` of the best epoch; nil where none was measured.
    func bestIndex(in history: [EpochReport]) -> Int?
}

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
