import Synchronization
import ZooKernels

/// How an operation passes a gradient on to its inputs: one gradient per input, nil where none is needed.
///
/// A rule must not capture tensors that are tracked: they would be released recursively, and deep graphs overflow the
/// stack. It reads inputs and output from the step, and only those that the operation said it saves.
package typealias GradientRule = @Sendable (_ step: BackwardStep) -> [Tensor?]

/// What an operation keeps of its operands for its ``GradientRule``; shapes are always kept.
package struct SavedValues: OptionSet, Sendable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let inputs = SavedValues(rawValue: 1)
    package static let output = SavedValues(rawValue: 2)
}

/// One recorded operation, or a leaf.
///
/// `@unchecked Sendable`: `inputs` changes only while the last reference is released.
final class Node: @unchecked Sendable {
    /// Rises with every node, so that an operation's number is above those of its inputs.
    let sequence: UInt64
    fileprivate(set) var inputs: [Tensor]
    let rule: GradientRule?
    /// The table's gradient as rows, for a gather whose table is a leaf.
    let sparseRule: (@Sendable (_ step: BackwardStep) -> SparseRows)?
    // The output without its node, which would be a cycle.
    private let output: Tensor?

    private static let created = Atomic<UInt64>(0)

    /// Creates a leaf.
    init() {
        sequence = Self.created.add(1, ordering: .relaxed).newValue
        (inputs, rule, sparseRule, output) = ([], nil, nil, nil)
    }

    init(
        inputs: [Tensor], output: Tensor, saving: SavedValues, rule: @escaping GradientRule,
        sparseRule: (@Sendable (_ step: BackwardStep) -> SparseRows)? = nil
    ) {
        sequence = Self.created.add(1, ordering: .relaxed).newValue
        self.inputs = saving.contains(.inputs) ? inputs : inputs.map { $0.withoutValues() }
        self.output = saving.contains(.output) ? output : output.withoutValues()
        self.rule = rule
        self.sparseRule = sparseRule
    }

    var isLeaf: Bool { rule == nil }

    /// The output as it was recorded.
    func recordedOutput() -> Tensor? {
        var result = output
        result?.node = self
        return result
    }

    deinit {
        guard inputs.contains(where: { $0.node?.isLeaf == false }) else { return }
        // Released by a loop: the recursion of nested deinits would overflow the stack.
        var doomed = inputs
        inputs = []
        while var tensor = doomed.popLast() {
            guard tensor.node != nil, isKnownUniquelyReferenced(&tensor.node), let node = tensor.node else { continue }
            doomed.append(contentsOf: node.inputs)
            node.inputs = []
        }
    }
}

/// An operation on the way back: its gradient, and what it saved.
package struct BackwardStep {
    /// The gradient of the operation's output.
    package let gradient: Tensor
    /// Whether the rule must be built of recorded operations, for second derivatives.
    package let createGraph: Bool
    let node: Node
    let needed: UInt64

    /// Whether input `index` leads to something that gradients are asked of.
    package func needs(_ index: Int) -> Bool { index >= 64 || needed & (1 << UInt64(index)) != 0 }

    /// Input `index`, tracked only where second derivatives are wanted.
    package func input(_ index: Int) -> Tensor {
        let tensor = node.inputs[index]
        return createGraph ? tensor : tensor.detached()
    }

    /// The number of inputs.
    package var inputCount: Int { node.inputs.count }

    /// The operation's output, tracked only where second derivatives are wanted.
    package var output: Tensor {
        guard let output = node.recordedOutput() else { preconditionFailure("a leaf has no output") }
        return createGraph ? output : output.detached()
    }
}

extension Tensor {
    private static let noValues = PooledBuffer(byteCount: 0)

    /// The shape and the record, but no storage: what a node keeps of operands whose values its rule does not read.
    func withoutValues() -> Tensor {
        Tensor(storage: Self.noValues, shape: shape, dtype: dtype, node: node)
    }

    /// This result with its record, if an input is tracked.
    package func recorded(
        from inputs: @autoclosure () -> [Tensor], ifAny isTracked: Bool, saving: SavedValues,
        _ rule: @escaping GradientRule
    ) -> Tensor {
        guard isTracked else { return self }
        var result = self
        result.node = Node(inputs: inputs(), output: self, saving: saving, rule: rule)
        return result
    }

    /// This result with its record, if its input is tracked.
    package func recorded(from input: Tensor, saving: SavedValues = [], _ rule: @escaping GradientRule) -> Tensor {
        recorded(from: [input], ifAny: input.requiresGradient, saving: saving, rule)
    }

    /// This result with its record, if either input is tracked.
    package func recorded(
        from a: Tensor, _ b: Tensor, saving: SavedValues = [], _ rule: @escaping GradientRule
    ) -> Tensor {
        recorded(from: [a, b], ifAny: a.requiresGradient || b.requiresGradient, saving: saving, rule)
    }
}
