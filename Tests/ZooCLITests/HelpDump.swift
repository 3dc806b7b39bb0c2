import Foundation
import Testing

/// What the program says of its commands and options, in ArgumentParser's form (`--experimental-dump-help`).
struct HelpDump: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let shouldDisplay: Bool?
        let abstract: String?
        let discussion: String?
        let subcommands: [Command]?
        let arguments: [Argument]?

        /// The commands without subcommands that help lists, with their paths below this one.
        var leafCommands: [(path: [String], command: Command)] {
            (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }.flatMap { command in
                let below = command.leafCommands
                guard !below.isEmpty else { return [(path: [command.commandName], command: command)] }
                return below.map { (path: [command.commandName] + $0.path, command: $0.command) }
            }
        }

        /// This command and all below it, but for those that help hides.
        var displayed: [Command] {
            [self] + (subcommands ?? []).filter { $0.shouldDisplay ?? true }.flatMap(\.displayed)
        }
    }

    struct Argument: Decodable {
        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let preferredName: Name?
        let names: [Name]?
        let valueName: String?
        let defaultValue: String?
        let abstract: String?
        let discussion: String?

        struct Name: Decodable { let name: String }
    }

    /// Asks the program.
    static func read() throws -> HelpDump {
        try withSandbox { box in
            let text = try box.succeed("--experimental-dump-help")
            return try JSONDecoder().decode(HelpDump.self, from: Data(text.utf8))
        }
    }
}
