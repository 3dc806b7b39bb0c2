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

        /// The paths of the commands without subcommands, below this one, that help lists.
        var leaves: [[String]] {
            (subcommands ?? []).filter { $0.shouldDisplay ?? true }.flatMap { command in
                let below = command.leaves
                return below.isEmpty ? [[command.commandName]] : below.map { [command.commandName] + $0 }
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
