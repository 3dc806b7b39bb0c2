import ArgumentParser
import ZooText
import ZooWorkflows

/// `zoo tune text`
struct TuneTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text", abstract: "Search the settings of a language model.",
        discussion: """
            Random search with successive halving, by the cross-entropy in nats a token: eight settings at a time are measured \
            on a fifth of the text, the better half of them on another fifth, and the better half of those on two more, each \
            predicted by what the other four fifths teach. The first trial is the defaults, which are measured on all four. \
            The end of the text that 'zoo train text' validates on (--valid) is not used.

            What is searched: --lr, --weight-decay, --dropout, --hidden, --layers, --embedding, --epochs, --batch-size and \
            --bptt; those that are given stay as they are, as does --dropout where a dropout of one place is given. A large \
            text is searched faster with fewer --epochs.

            Every measurement is kept in the table zoo_runs. After Ctrl-C, or with more --minutes, the same command \
            continues from there, with the same result as without a pause.
            """)
    @OptionGroup var search: TuneOptions
    @OptionGroup var text: TextTrainOptions
    @OptionGroup var schedule: TextScheduleOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        var request = TuneTextRequest(
            dataset: text.data, recipe: schedule.applied(to: try text.applied(to: TextRecipe(), seed: options.seed)),
            limits: search.limits(seed: options.seed))
        let given: [(String, Bool)] = [
            ("lr", schedule.lr != nil), ("weight_decay", text.weightDecay != nil),
            ("dropout", text.regularization.hasDropout), ("hidden", text.hidden != nil), ("layers", text.layers != nil),
            ("embedding", text.embedding != nil), ("epochs", schedule.epochs != nil),
            ("batch_size", text.batchSize != nil), ("bptt", text.bptt != nil),
        ]
        request.fixed = Set(given.filter(\.1).map(\.0))
        try search.run(as: options) { try $0.tuneText(request, onMeasured: $1, shouldStop: $2) }
    }
}
