/// How long and how fast to train.
public struct TrainingPlan: Sendable {
    /// Epochs in all.
    public let epochs: Int
    /// The learning rate over the run.
    public let rate: any Schedule
    /// The momentum (beta 1 in Adam) over the run; nil leaves the optimiser's own.
    public let momentum: (any Schedule)?
    /// What is done to gradients before the step.
    public let clipping: GradientClipping?

    /// Creates a plan.
    ///
    /// - Precondition: `epochs` is not negative.
    public init(
        epochs: Int, rate: any Schedule, momentum: (any Schedule)? = nil, clipping: GradientClipping? = nil
    ) {
        precondition(epochs >= 0, "TrainingPlan: epochs is negative: \(epochs)")
        self.epochs = epochs
        self.rate = rate
        self.momentum = momentum
        self.clipping = clipping
    }

    /// A plan at one rate throughout.
    public init(epochs: Int, rate: Double) { self.init(epochs: epochs, rate: ConstantSchedule(rate)) }

    /// A plan along one cycle: the rate up and down, the momentum down and up.
    ///
    /// - Source: Smith & Topin 2019
    public static func oneCycle(
        epochs: Int, maximumRate: Double, clipping: GradientClipping? = nil
    ) -> TrainingPlan {
        TrainingPlan(
            epochs: epochs, rate: OneCycle(maximumRate: maximumRate), momentum: OneCycle.momentum(), clipping: clipping)
    }
}
