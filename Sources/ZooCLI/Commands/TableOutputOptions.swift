import ArgumentParser
import ZooData

/// A CSV file to write, for the commands that need one.
struct TableOutputOptions: ParsableArguments {
    @Option(help: "CSV file to write.", completion: .file()) var output: String
    @OptionGroup var replacing: ReplaceFileOption

    /// The file.
    var value: TableOutput { TableOutput(output, isReplacing: replacing.replace) }
}
