import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// `zoo data`
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data", abstract: "Import, list, show and remove data sets.",
        subcommands: [
            ImportCommand.self, ListCommand.self, ShowCommand.self, AugmentCommand.self, RemoveCommand.self,
        ])

    /// `zoo data import`
    struct ImportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "import", abstract: "Import data into SQLite, in one transaction.",
            subcommands: [
                ImportDemoCommand.self, ImportDemoTableCommand.self, ImportMovieLensCommand.self, ImportCSVCommand.self,
                ImportTextCommand.self, ImportDemoTextCommand.self, ImportImagesCommand.self,
                ImportDemoImagesCommand.self,
            ])
    }

    /// `zoo data list`
    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "list", abstract: "List the data sets.")
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let datasets = try options.workspace().data.datasets()
            if options.json { return try outputJSON(datasets) }
            guard !datasets.isEmpty else {
                return outputText(Hints.located("No data sets yet. 'zoo data import demo' makes one."))
            }
            var table = TextTable(["name", "kind", "contents", "splits", "source"])
            for set in datasets {
                table.add([
                    set.name, set.kind.rawValue, set.contents.headline, set.splits.map(\.name).joined(separator: ","),
                    set.source,
                ])
            }
            outputText(table.text)
        }
    }

    /// `zoo data show`
    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one data set in full.")
        @Argument(help: "Name of the data set.") var name: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let data = try options.workspace().data
            let set = try data.dataset(named: name)
            let attributes = set.kind == .ratings ? try data.attributes(dataset: name) : nil
            if options.json { return try outputJSON(ShownDataset(dataset: set, attributes: attributes)) }
            var table = TextTable(["name", set.name])
            table.add(["kind", set.kind.rawValue])
            table.add(["contents", set.contents.headline])
            for line in set.contents.details { table.add([line.name, line.text]) }
            if let attributes {
                for attribute in attributes.items { table.add(["items' \(attribute.name)", attribute.summary]) }
                for attribute in attributes.users { table.add(["users' \(attribute.name)", attribute.summary]) }
            }
            for split in set.splits { table.add(["split \(split.name)", "\(split.train) train, \(split.test) test"]) }
            table.add(["source", set.source])
            table.add(["created", set.created])
            table.add(["fingerprint", set.fingerprint])
            outputText(table.text)
        }
    }

    /// `zoo data remove`
    struct RemoveCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "remove", abstract: "Remove a data set.")
        @Argument(help: "Name of the data set.") var name: String
        @OptionGroup var options: GlobalOptions

        func run() throws {
            try options.workspace().removeDataset(named: name)
            if options.json { return try outputJSON(["removed": name]) }
            outputText("Removed data set '\(name)'. Models trained on it stay.")
        }
    }
}
