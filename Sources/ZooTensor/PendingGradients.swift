/// A heap of operations that await their turn on the way back, the latest on top.
struct PendingGradients {
    private var heap: [(node: Node, gradient: Gradient)] = []

    mutating func push(_ gradient: Gradient, for node: Node) {
        heap.append((node, gradient))
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].node.sequence < heap[child].node.sequence else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    /// The latest operation and the sum of all its gradients.
    mutating func popLatest(createGraph: Bool) -> (node: Node, gradient: Gradient)? {
        guard var latest = pop() else { return nil }
        while let next = heap.first, next.node === latest.node, let other = pop() {
            latest.gradient.add(other.gradient, createGraph: createGraph)
        }
        return latest
    }

    private mutating func pop() -> (node: Node, gradient: Gradient)? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let top = heap.removeLast()
        var parent = 0
        while true {
            let left = 2 * parent + 1
            guard left < heap.count else { return top }
            let right = left + 1
            let hasLaterRight = right < heap.count && heap[right].node.sequence > heap[left].node.sequence
            let child = hasLaterRight ? right : left
            guard heap[parent].node.sequence < heap[child].node.sequence else { return top }
            heap.swapAt(parent, child)
            parent = child
        }
    }
}
