import ArgumentParser
import ZooTabular
import ZooWorkflows

/// `zoo tune tabular`
struct TuneTabularCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tabular", abstract: "Search the settings of a network over a table.",
        discussion: """
            Random search with successive halving, by the metric that 'zoo train tabular' keeps epochs by (log_loss, rmse, \
            or rmsle with --log-target): eight settings at a time are measured on a random fifth of the rows, the better half \
            of them on another fifth, and the better half of those on two more. The first trial is the defaults, which are \
            measured on all four. With --valid-last the parts are the periods of that length, one before the other, and each \
            is predicted from the rows before it.

            The rows on which 'zoo train tabular' validates with the same options are not used. A table of fewer than \
            5000 rows, which it cross-validates, is searched whole; hold rows out with --valid 0.2 to measure the result.

            What is searched: --lr, --weight-decay, --dropout, --embedding-dropout, --layers, --epochs and --batch-size, \
            around their defaults; those that are given stay as they are. --members is not searched, since more networks are \
            rarely worse and take longer.

            Every measurement is kept in the table zoo_runs. After Ctrl-C, or with more --minutes, the same command \
            continues from there, with the same result as without a pause.
            """)
    @OptionGroup var search: TuneOptions
    @OptionGroup var tabular: TabularOptions
    @OptionGroup var schedule: TabularScheduleOptions
    @OptionGroup var options: GlobalOptions

    func run() throws {
        guard let source = tabular.source else { return }
        var training = TrainTabularRequest(data: source, features: tabular.features(), command: commandLine())
        training.split = tabular.split()
        training.configuration = schedule.applied(to: tabular.configuration(seed: options.seed))
        var request = TuneTabularRequest(training, limits: search.limits(seed: options.seed))
        let given: [(String, Bool)] = [
            ("lr", schedule.lr != nil), ("weight_decay", tabular.weightDecay != nil),
            ("dropout", tabular.dropout != nil), ("embedding_dropout", tabular.embeddingDropout != nil),
            ("layers", tabular.layers != nil), ("epochs", schedule.epochs != nil),
            ("batch_size", tabular.batchSize != nil),
        ]
        request.fixed = Set(given.filter(\.1).map(\.0))
        try search.run(as: options) { try $0.tuneTabular(request, onMeasured: $1, shouldStop: $2) }
    }
}
