import ZooKernels

/// The derivative of a scalar with respect to a tensor.
public enum Gradient: Sendable {
    case dense(Tensor)
    /// Of a table of which only some rows were looked up.
    case sparse(SparseRows)

    /// The whole gradient.
    public var dense: Tensor {
        switch self {
        case .dense(let tensor): tensor
        case .sparse(let rows): rows.dense
        }
    }

    /// Adds another gradient; in place where nobody else holds this one and it need not be recorded.
    mutating func add(_ other: Gradient, createGraph: Bool) {
        switch self {
        case .sparse(let rows):
            if case .sparse(let others) = other {
                self = .sparse(rows + others)
            } else {
                self = .dense(rows.dense + other.dense)
            }
        case .dense(var sum):
            self = other  // lets go of the sum, so that it is held once and can change in place
            sum.accumulate(other.dense, createGraph: createGraph)
            self = .dense(sum)
        }
    }
}

extension Tensor {
    /// Adds another gradient; in place where nobody else holds this one and it need not be recorded.
    mutating func accumulate(_ other: Tensor, createGraph: Bool) {
        guard !createGraph, holdsStorageAlone() else {
            self = self + other
            return
        }
        switch dtype {
        case .float32: axpy(1, other.float32, float32, count: count)
        case .float64: axpy(1, other.float64, float64, count: count)
        case .int32: preconditionFailure("gradients are real")
        }
    }
}

/// The gradients of `output` with respect to each of `targets`, nil for one that it does not depend on.
///
/// Walks the record from the latest operation to the earliest; never recurses.
/// - Parameter cotangent: what the gradient of `output` itself is; by default 1, for an output of one element.
/// - Parameter createGraph: records the gradients too, so that they can be differentiated again.
/// - Precondition: without `cotangent`, `output` has one element; targets track gradients.
public func gradients(
    of output: Tensor, withRespectTo targets: [Tensor], cotangent: Tensor? = nil, createGraph: Bool = false
) -> [Gradient?] {
    precondition(
        cotangent != nil || output.count == 1,
        "gradients: the output \(output.shape) has more than one element: give a cotangent")
    if let cotangent {
        precondition(
            cotangent.shape == output.shape && cotangent.dtype == output.dtype,
            "gradients: cotangent \(cotangent.shape) of output \(output.shape)")
    }
    guard let root = output.node else { return targets.map { _ in nil } }
    var pass = BackwardPass(targets: targets, createGraph: createGraph)
    pass.run(from: root, gradient: cotangent ?? .ones(output.shape, output.dtype))
    return targets.map { target in target.node.flatMap { pass.gradient(of: $0) } }
}

/// The state of one walk back through the record.
private struct BackwardPass {
    private let createGraph: Bool
    private var slots: [ObjectIdentifier: Int] = [:]
    private var found: [Gradient?] = []
    private var firstTarget = UInt64.max
    private var hasInnerTarget = false
    private var pending = PendingGradients()

    init(targets: [Tensor], createGraph: Bool) {
        self.createGraph = createGraph
        for target in targets {
            guard let node = target.node else {
                preconditionFailure("gradients: a target \(target.shape) does not track gradients")
            }
            firstTarget = min(firstTarget, node.sequence)
            hasInnerTarget = hasInnerTarget || !node.isLeaf
            if slots[ObjectIdentifier(node)] == nil {
                slots[ObjectIdentifier(node)] = found.count
                found.append(nil)
            }
        }
    }

    func gradient(of node: Node) -> Gradient? { slots[ObjectIdentifier(node)].flatMap { found[$0] } }

    mutating func run(from root: Node, gradient: Tensor) {
        deliver(gradient, to: root)
        while let latest = pending.popLatest(createGraph: createGraph) {
            if hasInnerTarget, let slot = slots[ObjectIdentifier(latest.node)] { found[slot] = .dense(latest.gradient) }
            propagate(latest.gradient, through: latest.node)
        }
    }

    private mutating func propagate(_ gradient: Tensor, through node: Node) {
        guard let rule = node.rule else { return }
        var needed: UInt64 = 0
        for index in 0..<min(node.inputs.count, 64) where leadsToTarget(node.inputs[index].node) {
            needed |= 1 << UInt64(index)
        }
        guard needed != 0 || node.inputs.count > 64 else { return }
        let step = BackwardStep(gradient: gradient, createGraph: createGraph, node: node, needed: needed)
        if !createGraph, let sparseRule = node.sparseRule, let table = node.inputs[0].node, table.isLeaf {
            return deliver(.sparse(sparseRule(step)), toLeaf: table)
        }
        let results = rule(step)
        for index in 0..<results.count where step.needs(index) {
            guard let result = results[index], let input = node.inputs[index].node else { continue }
            deliver(result, to: input)
        }
    }

    /// A leaf's gradients are added up as they come; an operation's wait until all have come.
    private mutating func deliver(_ gradient: Tensor, to node: Node) {
        if node.isLeaf {
            deliver(.dense(gradient), toLeaf: node)
        } else {
            pending.push(gradient, for: node)
        }
    }

    private mutating func deliver(_ gradient: Gradient, toLeaf node: Node) {
        guard let slot = slots[ObjectIdentifier(node)] else { return }
        guard var sum = found[slot] else {
            found[slot] = gradient
            return
        }
        found[slot] = nil
        sum.add(gradient, createGraph: createGraph)
        found[slot] = sum
    }

    /// An operation older than every target cannot depend on one, and a leaf must be one itself.
    private func leadsToTarget(_ node: Node?) -> Bool {
        guard let node, node.sequence >= firstTarget else { return false }
        return !node.isLeaf || slots[ObjectIdentifier(node)] != nil
    }
}
