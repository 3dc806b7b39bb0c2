import ArgumentParser
import ZooLearn

/// When a training ends early, alike for all kinds that measure a validation part after every epoch.
struct PatienceOption: ParsableArguments {
    @Option(
        help: """
            Number of epochs without a better validation result after which training stops early, 1 to 100000, counted \
            from the last peak of the learning rate; 0 never stops early. (default: half of the epochs, at least 5)
            """)
    var patience: Int?

    func validate() throws {
        try checkRange(patience, "--patience", 0...100_000)
    }

    /// Refuses what changes nothing.
    ///
    /// - Parameter option: the option with which no best epoch is kept; nil where one is
    func check(besides option: String?) throws {
        guard let option, patience ?? 0 > 0 else { return }
        throw ValidationError("--patience waits for a better epoch, and \(option) keeps none: give one of them")
    }
}

/// Which epoch a training keeps by its validation loss, and when it ends early.
struct KeptEpochOptions: ParsableArguments {
    @Flag(
        help: """
            Save the weights of the last epoch. (default: of the best epoch on the validation part; of the last without \
            one)
            """)
    var keepLast = false
    @OptionGroup var stopping: PatienceOption

    func validate() throws { try stopping.check(besides: keepLast ? "--keep-last" : nil) }
}

/// Which epoch a training kept, where that needs words.
struct KeptEpochText {
    let kept: Int?
    let best: Int?
    let planned: Int
    let epochs: [EpochReport]

    /// Lines on a training that ended early, and on a last epoch that is not the best.
    ///
    /// - Parameter figures: what an epoch measured
    func lines(_ figures: (EpochReport) -> String) -> [String] {
        var lines: [String] = []
        guard let best, let last = epochs.last else { return lines }
        if epochs.count < planned {
            lines.append(
                "stopped early, after \(epochs.count) of \(planned.counting("epoch")): none after epoch \(best) was better (--patience)"
            )
        }
        if kept == last.epoch, kept != best, let better = epochs.first(where: { $0.epoch == best }) {
            lines.append(
                "the weights are those of the last epoch, \(last.epoch) (\(figures(last))); epoch \(best) was the best (\(figures(better)))"
            )
        }
        return lines
    }

    /// `, of epoch 3, the best`; empty where another was kept.
    var ofBest: String { kept.map { kept == best ? ", of epoch \($0), the best" : "" } ?? "" }
}
