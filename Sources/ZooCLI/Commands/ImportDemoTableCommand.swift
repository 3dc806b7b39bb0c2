import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo data import demo-table`
struct ImportDemoTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-table",
        abstract: "Generate a table with known answers.",
        discussion: """
            Sales of twelve shops on each day of two years: 8,772 rows with a date, the weather with gaps, promotions, \
            holidays and deliveries. Three hidden types of shops, the effect of every column, a freshness that falls after \
            a delivery and a slow drift are planted, so that the findings of a model can be checked. The same seed gives \
            the same rows.
            """)
    @Option(help: "Name of the data set.") var name = "shops"
    @Flag(help: "Replace an older data set of that name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let dataset = try options.workspace(makesDatabase: true).importDemoTable(
            name: name, seed: options.seed, isReplacing: replace)
        if options.json { return try outputJSON(dataset) }
        outputText(dataset.tableText)
    }
}
