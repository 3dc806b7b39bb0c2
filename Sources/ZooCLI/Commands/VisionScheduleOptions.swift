import ArgumentParser
import ZooLearn
import ZooVision

/// Reads a schedule as it is written on the command line.
func learningRateSchedule(_ text: String) throws -> LearningRateSchedule {
    guard let schedule = LearningRateSchedule(text) else {
        throw ValidationError(
            "--schedule is one-cycle, constant, cosine or cosine-restarts:LEN:MULT, not '\(text)'")
    }
    return schedule
}

/// How the rates of a training on images move and which weights it keeps, which the learning-rate finder does not ask.
struct VisionScheduleOptions: ParsableArguments {
    @Option(
        help: """
            Learning-rate schedule: one-cycle, constant, cosine, or cosine-restarts:LEN:MULT with LEN epochs in the first \
            cycle and MULT times as many in each next one. (default: one-cycle)
            """,
        transform: learningRateSchedule)
    var schedule: LearningRateSchedule?
    @Option(
        help: """
            Stochastic weight averaging: number of last epochs whose weights are averaged, 0 to --epochs; 0 is none. (default: 0)
            """)
    var swa: Int?
    @Option(
        help:
            "Constant learning rate of the epochs of --swa, above 0, after the schedule has ended. (default: by --schedule)"
    )
    var swaLr: Double?
    @Flag(
        help: """
            Save the weights of the epoch with the best validation accuracy, which 'zoo finetune vision --recipe world-class' \
            does only with this flag, and other trainings unless --keep-last or --swa says otherwise.
            """)
    var keepBest = false

    func validate() throws {
        try checkRange(swa, "--swa", 0...100_000)
        try checkAbove0(swaLr, "--swa-lr")
    }

    /// Refuses what contradicts the epoch that is kept: another one, and a patience where no best one is.
    ///
    /// - Parameter other: another option with which none is
    func check(keepsLast: Bool, _ stopping: PatienceOption, besides other: String? = nil) throws {
        if keepsLast, keepBest { throw ValidationError("give either --keep-best or --keep-last") }
        try stopping.check(besides: keepsLast ? "--keep-last" : swa ?? 0 > 0 ? "--swa" : keepBest ? nil : other)
    }

    /// The recipe with what was given.
    ///
    /// - Parameter keepsLast: whether the last epoch is to be kept
    /// - Parameter patience: when the training ends early
    func applied(to base: VisionTrainingOptions, keepsLast: Bool, patience: Int?) -> VisionTrainingOptions {
        var recipe = base
        if let schedule { recipe.schedule = schedule }
        if let swa { recipe.averagedEpochs = swa }
        if let swaLr { recipe.averagingRate = swaLr }
        if keepBest { recipe.keepsBest = true } else if keepsLast || swa ?? 0 > 0 { recipe.keepsBest = false }
        if let patience { recipe.patience = patience }
        return recipe
    }
}

/// Checks what a user wrote.
///
/// - Throws: `ValidationError` for what contradicts itself
func check(_ recipe: VisionTrainingOptions) throws {
    do { try recipe.validate() } catch { throw ValidationError("\(error)") }
}
