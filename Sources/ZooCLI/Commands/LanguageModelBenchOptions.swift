import ArgumentParser
import ZooKernels
import ZooNN
import ZooWorkflows

/// What `zoo bench charlm` measures.
struct LanguageModelBenchOptions: ParsableArguments {
    /// The cells by the names of the command line.
    enum Cell: String, CaseIterable, ExpressibleByArgument {
        case rnn, gru, lstm
    }

    @Option(help: "Recurrent cell of charlm.") var cell = Cell.lstm
    @Option(help: "Hidden size of charlm, 1 to 8192.") var hidden = 512
    @Option(help: "Number of layers of charlm, 1 to 64.") var layers = 2
    @Option(help: "Back-propagation window of charlm in characters, 1 to 8192.") var bptt = 64

    func validate() throws {
        try checkRange(hidden, "--hidden", 1...8192)
        try checkRange(bptt, "--bptt", 1...8192)
        try checkRange(layers, "--layers", 1...64)
    }

    func measure(batchSize: Int, threads: ThreadCount) throws -> LanguageModelTiming {
        try LanguageModelTiming.measure(
            cell: RecurrentCell(rawValue: cell.rawValue) ?? .lstm, hidden: hidden, layers: layers, batchSize: batchSize,
            bptt: bptt, threads: threads)
    }
}
