import ArgumentParser
import ZooData

/// A CSV file to write, for the commands that need one.
struct TableOutputOptions: ParsableArguments {
    @Option(
        help: """
            CSV file to write. An existing file is replaced if its first line is the same, or if it is a table in a file \
            .csv or .tsv, or without an ending; others with --replace.
            """, completion: .file())
    var output: String
    @Flag(help: "Replace the file in --output, whatever text it holds (default: only a table).") var replace = false

    /// The file.
    var value: TableOutput { TableOutput(output, isReplacing: replace) }
}
