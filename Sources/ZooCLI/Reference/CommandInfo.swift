import ArgumentParser
import Foundation

/// A command as ArgumentParser describes it, with its options and the commands below it.
///
/// It is read from the parser's own dump (`zoo --experimental-dump-help`), so that documents made of it say what the parser does.
struct CommandInfo: Decodable {
    let superCommands: [String]?
    let shouldDisplay: Bool?
    let commandName: String
    let abstract: String?
    let discussion: String?
    let defaultSubcommand: String?
    private let subcommands: [CommandInfo]?
    private let arguments: [ArgumentInfo]?

    /// The program's command, with all others below it.
    ///
    /// - Throws: `DecodingError` where the dump of another version of ArgumentParser has another form
    static func program() throws -> CommandInfo {
        struct Dump: Decodable { let command: CommandInfo }
        return try JSONDecoder().decode(Dump.self, from: Data(Zoo._dumpHelp().utf8)).command
    }

    /// The words that call it: `zoo train collab`.
    var path: String { ((superCommands ?? []) + [commandName]).joined(separator: " ") }

    /// The commands below it that help lists.
    var children: [CommandInfo] { (subcommands ?? []).filter { $0.isListed } }

    /// This command and all below it that help lists.
    var all: [CommandInfo] { [self] + children.flatMap(\.all) }

    /// Its arguments and options that help lists.
    var options: [ArgumentInfo] { (arguments ?? []).filter(\.shouldDisplay) }

    /// ArgumentParser adds `help`, which has no text of its own.
    private var isListed: Bool { shouldDisplay ?? true && commandName != "help" }

    /// The description: first paragraph the abstract, then those of the discussion.
    var paragraphs: [String] {
        [abstract ?? ""] + (discussion.map { $0.components(separatedBy: "\n\n") } ?? [])
    }

    /// How it is called: `zoo recommend [<options>] <model>`.
    var usage: String {
        guard children.isEmpty else { return path + " <subcommand>" }
        let isOption = options.contains { $0.kind != .positional && $0.isOptional }
        let required = options.filter { $0.kind == .positional || !$0.isOptional }.map(\.usage)
        return ([path] + (isOption ? ["[<options>]"] : []) + required).joined(separator: " ")
    }

    /// The options by section, in the order of help: arguments, sections with titles, other options.
    var sections: [(title: String, options: [ArgumentInfo])] {
        var titles: [String] = []
        for title in options.compactMap(\.sectionTitle) where !titles.contains(title) { titles.append(title) }
        let plain = options.filter { $0.sectionTitle == nil }
        let sections =
            [("Arguments", plain.filter { $0.kind == .positional })]
            + titles.map { title in (title, options.filter { $0.sectionTitle == title }) }
            + [("Options", plain.filter { $0.kind != .positional })]
        return sections.filter { !$0.1.isEmpty }
    }

    /// The options that every command below it has, with the same words.
    var commonOptions: [ArgumentInfo] {
        let leaves = all.filter(\.children.isEmpty)
        return leaves.first?.options.filter { option in leaves.allSatisfy { $0.options.contains(option) } } ?? []
    }
}

/// An argument, option or flag of a command.
struct ArgumentInfo: Decodable, Hashable {
    enum Kind: String, Decodable { case positional, option, flag }

    struct Name: Decodable, Hashable {
        let kind: String
        let name: String

        /// With its dashes.
        var text: String { (kind == "long" ? "--" : "-") + name }
    }

    let kind: Kind
    let shouldDisplay: Bool
    let sectionTitle: String?
    let isOptional: Bool
    let isRepeating: Bool
    let valueName: String?
    let abstract: String?
    private let names: [Name]?
    private let preferredName: Name?
    private let defaultValue: String?
    private let allValues: [String]?

    private var value: String { "<\(valueName ?? "value")>" }

    /// As help shows it: `-k, --components <components>`.
    var label: String {
        let names = (names ?? []).map(\.text).joined(separator: ", ")
        switch kind {
        case .positional: return value
        case .option: return "\(names) \(value)"
        case .flag: return names
        }
    }

    /// As it stands in a command line.
    var usage: String {
        switch kind {
        case .positional:
            let word = isRepeating ? "\(value) ..." : value
            return isOptional ? "[\(word)]" : word
        case .option: return "\(preferredName?.text ?? "") \(value)"
        case .flag: return preferredName?.text ?? ""
        }
    }

    /// What it is, with the values that it takes and its default.
    var text: String {
        var details: [String] = []
        if let allValues, !allValues.isEmpty { details.append("values: \(allValues.joined(separator: ", "))") }
        if let defaultValue, !defaultValue.isEmpty { details.append("default: \(defaultValue)") }
        let more = details.isEmpty ? "" : "(\(details.joined(separator: "; ")))"
        return [abstract ?? "", more].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
