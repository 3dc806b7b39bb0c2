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

    @Option(help: "charlm: rnn, gru or lstm.") var cell = Cell.lstm
    @Option(help: "charlm: numbers in each layer's state.") var hidden = 512
    @Option(help: "charlm: layers on top of each other.") var layers = 2
    @Option(help: "charlm: steps of a window.") var bptt = 64

    func validate() throws {
        for (name, value) in [("hidden", hidden), ("bptt", bptt)]
        where !(1...8192).contains(value) {
            throw ValidationError("--\(name) must be from 1 to 8192")
        }
        if !(1...64).contains(layers) { throw ValidationError("--layers must be from 1 to 64") }
    }

    func measure(batchSize: Int, threads: ThreadCount) throws -> LanguageModelTiming {
        try LanguageModelTiming.measure(
            cell: RecurrentCell(rawValue: cell.rawValue) ?? .lstm, hidden: hidden, layers: layers, batchSize: batchSize,
            bptt: bptt, threads: threads)
    }
}
