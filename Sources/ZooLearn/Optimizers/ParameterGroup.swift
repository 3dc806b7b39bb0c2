import ZooNN

/// Parameters that are trained alike.
public struct ParameterGroup {
    /// What the group trains.
    public let parameters: [Parameter]
    /// What the scheduled learning rate is multiplied by: below 1 for layers that already know something.
    public var rateMultiplier: Double
    /// The weight decay; the optimiser's rule says whether it is a penalty or decoupled.
    public var weightDecay: Double
    /// Whether the group stays as it is. No gradients are computed for frozen parameters.
    public var isFrozen: Bool { didSet { applyFreezing() } }

    /// Creates a group.
    ///
    /// - Precondition: `rateMultiplier` and `weightDecay` are not negative.
    public init(
        _ parameters: [Parameter], rateMultiplier: Double = 1, weightDecay: Double = 0, isFrozen: Bool = false
    ) {
        precondition(rateMultiplier >= 0, "ParameterGroup: rateMultiplier is negative: \(rateMultiplier)")
        precondition(weightDecay >= 0, "ParameterGroup: weightDecay is negative: \(weightDecay)")
        self.parameters = parameters
        self.rateMultiplier = rateMultiplier
        self.weightDecay = weightDecay
        self.isFrozen = isFrozen
        applyFreezing()
    }

    /// One group for each layer, first to last, with rates that rise in equal ratios to the scheduled one.
    ///
    /// - Parameter lowest: the rate multiplier of the first layer, above 0
    /// - Source: Howard & Ruder 2018, section 3.2
    public static func discriminative(
        _ layers: [[Parameter]], lowest: Double, weightDecay: Double = 0
    ) -> [ParameterGroup] {
        precondition(lowest > 0, "ParameterGroup: lowest must be above 0, not \(lowest)")
        let multipliers = ExponentialRange(start: lowest, end: 1)
        return layers.enumerated().map { index, parameters in
            let multiplier = layers.count > 1 ? multipliers.value(at: index, of: layers.count) : 1
            return ParameterGroup(parameters, rateMultiplier: multiplier, weightDecay: weightDecay)
        }
    }

    private func applyFreezing() { for parameter in parameters { parameter.isTrainable = !isFrozen } }
}
