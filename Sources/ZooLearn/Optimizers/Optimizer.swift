import ZooNN
import ZooTensor

/// Moves parameters along their gradients by an `UpdateRule`, and keeps the state that the rule needs.
///
/// The state of a parameter (slots, number of steps) is made at its first step. A parameter that got no gradient in a
/// step is left alone: it neither decays nor counts the step.
///
/// After a sparse gradient only the rows that it names are moved. The others are brought up to date when they are next
/// read through their `Parameter`, so that a reader sees what the dense optimiser would have made of them.
public final class Optimizer {
    /// How parameters move.
    public let rule: any UpdateRule
    /// What is trained, with the settings of each group; settings may change between steps.
    public var groups: [ParameterGroup]
    // Parameters are held too: a state outlives a change of groups, and does not hold its parameter itself.
    private var states: [ObjectIdentifier: (parameter: Parameter, state: ParameterState)] = [:]

    /// Creates an optimiser over groups.
    ///
    /// - Precondition: no parameter is in two groups.
    public init(_ groups: [ParameterGroup], rule: any UpdateRule) {
        let all = groups.flatMap(\.parameters)
        precondition(Set(all.map(ObjectIdentifier.init)).count == all.count, "Optimizer: a parameter is in two groups")
        precondition(rule.slotNames.count <= 2, "Optimizer: a rule has at most two slots: \(rule.slotNames)")
        self.rule = rule
        self.groups = groups
    }

    /// Creates an optimiser over one group.
    public convenience init(_ parameters: [Parameter], rule: any UpdateRule, weightDecay: Double = 0) {
        self.init([ParameterGroup(parameters, weightDecay: weightDecay)], rule: rule)
    }

    /// The parameters that are not frozen: what `step` wants gradients for, in this order.
    public var trainableParameters: [Parameter] { groups.flatMap(\.parameters).filter(\.isTrainable) }

    /// Moves the trainable parameters.
    ///
    /// - Parameter gradients: one for each of `trainableParameters`, nil where a parameter was not used
    /// - Parameter rate: the learning rate, before the groups' multipliers
    /// - Parameter momentum: the scheduled momentum (beta 1 in Adam); nil leaves the rule's own
    /// - Precondition: as many gradients as trainable parameters, with their shapes.
    public func step(_ gradients: [Gradient?], rate: Double, momentum: Double? = nil) {
        var remaining = gradients[...]
        for group in groups {
            for parameter in group.parameters where parameter.isTrainable {
                precondition(!remaining.isEmpty, "Optimizer: only \(gradients.count) gradients")
                guard let gradient = remaining.removeFirst() else { continue }
                state(of: parameter).step(
                    gradient, rate: rate * group.rateMultiplier, momentum: momentum, weightDecay: group.weightDecay)
            }
        }
        precondition(remaining.isEmpty, "Optimizer: \(remaining.count) gradients too many")
    }

    /// Applies the missed steps of every row of every parameter.
    package func bringUpToDate() { for (_, state) in states.values { state.bringUpToDate() } }

    private func state(of parameter: Parameter) -> ParameterState {
        if let (_, state) = states[ObjectIdentifier(parameter)] { return state }
        let state = ParameterState(parameter, rule: rule)
        states[ObjectIdentifier(parameter)] = (parameter, state)
        return state
    }
}

extension Optimizer {
    /// The state as named tensors: `<path>/<slot>`, `<path>/steps`, and for sparse parameters `<path>/missed` and
    /// `<path>/up_to_date_at`.
    ///
    /// - Parameter paths: what each parameter is called, as `Module.namedParameters` says
    package func state(named paths: [(path: String, parameter: Parameter)]) -> [NamedTensor] {
        paths.flatMap { path, parameter in
            states[ObjectIdentifier(parameter)]?.state.tensors(path: path) ?? []
        }
    }

    /// Restores what `state(named:)` returned. Parameters it does not mention start without a state.
    ///
    /// - Throws: `OptimizerStateError` where something is missing, unknown or of another shape; the optimiser is then
    ///   as it was.
    package func load(state: [NamedTensor], named paths: [(path: String, parameter: Parameter)]) throws {
        let known = Set(groups.flatMap(\.parameters).map(ObjectIdentifier.init))
        var tensors = Dictionary(state.map { ($0.path, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        var loaded: [ObjectIdentifier: (parameter: Parameter, state: ParameterState)] = [:]
        for (path, parameter) in paths where known.contains(ObjectIdentifier(parameter)) {
            guard tensors["\(path)/steps"] != nil else { continue }
            let state = try ParameterState(parameter, rule: rule, path: path, from: &tensors)
            loaded[ObjectIdentifier(parameter)] = (parameter, state)
        }
        if let name = tensors.keys.min() { throw OptimizerStateError.unexpected(name) }
        for (_, state) in states.values { state.detach() }
        states = loaded
        for (_, state) in loaded.values { state.attach() }
    }
}
