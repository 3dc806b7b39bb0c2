import Dispatch
import Synchronization
import ZooLearn

/// The first step of a training, of which something is said before it is complete if it is long: on few cores and with large
/// batches a step may take minutes, in which nothing else would be seen.
final class FirstStep: Sendable {
    /// Seconds from which on one step tells how long a training takes.
    static let long = 3.0
    /// Seconds after which it is said that the step is still running.
    private static let patience = 15.0

    private enum State { case waiting, running(since: Double), over }
    private let state = Mutex(State.waiting)
    private let progress: Progress
    private let advice: String?

    /// - Parameter advice: what makes a step shorter
    init(progress: Progress, advice: String?) { (self.progress, self.advice) = (progress, advice) }

    /// A step begins, the first for all that is known.
    func begin() {
        let isFirst = state.withLock { state in
            defer { if case .over = state {} else { state = .running(since: monotonicSeconds()) } }
            if case .waiting = state { return true }
            return false
        }
        if isFirst { watch(after: Self.patience) }
    }

    /// The step is over.
    ///
    /// - Returns: the seconds that it took; nil where none had begun
    func end() -> Double? {
        state.withLock { state in
            defer { state = .over }
            if case .running(let since) = state { return monotonicSeconds() - since }
            return nil
        }
    }

    private func watch(after seconds: Double) {
        DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
            let left: Double? = state.withLock { state in
                if case .running(let since) = state { return Self.patience - (monotonicSeconds() - since) }
                return nil
            }
            guard let left else { return }
            if left > 0 { return watch(after: left) }
            progress.say(
                "the first step is still running after \(Int(Self.patience)) s"
                    + (advice.map { ": \($0) make the training shorter" } ?? ""))
        }
    }
}
