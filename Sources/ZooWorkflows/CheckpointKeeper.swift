import ZooLearn

/// How often a training is kept on its way, and what came of it.
final class CheckpointKeeper {
    /// What it has to tell.
    enum Report {
        /// A checkpoint was saved.
        case kept(step: Int, as: String)
        /// One was saved beside the finished model of that name, which still answers.
        case keptBeside(step: Int, of: String)
        /// One was not.
        case note(String)
    }

    /// Steps until the last checkpoint that was kept; nil before the first.
    private(set) var keptStep: Int?
    private var isBeside = false
    private let interval: Duration?
    private let report: (Report) -> Void
    private let name: String?

    /// - Parameter name: what is saved under; nil where nothing is kept
    init(_ name: String?, every interval: Duration?, report: @escaping (Report) -> Void) {
        self.name = name
        self.interval = interval
        self.report = report
    }

    /// Watches a training; empty where no checkpoints are wanted.
    ///
    /// A checkpoint that cannot be saved, as on a full disk, is said and does not end the training.
    func observers(
        steps finished: Int = 0, save: @escaping (_ checkpoint: Checkpoint, _ name: String) throws -> SaveOutcome
    ) -> [any Observer] {
        guard let interval, let name else { return [] }
        return [
            TimedCheckpoint(every: interval) { [self] checkpoint in
                let step = finished + checkpoint.progress.step
                do {
                    isBeside = try save(checkpoint, name).isBeside
                    keptStep = step
                    report(isBeside ? .keptBeside(step: step, of: name) : .kept(step: step, as: name))
                } catch { report(.note("the training goes on, but a checkpoint was not saved: \(error)")) }
            }
        ]
    }

    /// What there is of a training of which nothing is left to save, in words.
    ///
    /// - Parameter resumes: whether it went on with what was saved before
    func whatIsLeft(resumes: Bool) -> String {
        guard let name else { return "nothing was kept" }
        if let keptStep {
            return isBeside
                ? "the finished '\(name)' is unchanged, beside it is a checkpoint of step \(keptStep): --resume goes on"
                : "'\(name)' is as it was after step \(keptStep): --resume goes on"
        }
        return resumes ? "'\(name)' stays as it was" : "nothing was kept"
    }
}
