import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

/// `zoo models log`
struct LogCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "List the versions of a model, the newest first.",
        discussion: """
            Saving over a name keeps what had it as an older version: films@1, films@2. Each can be named wherever a model \
            is asked for; the plain name is the newest.
            """)
    @Argument(help: "Name of the model.") var name: String
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(try options.workspace().modelLog(name), as: options) }
}

/// `zoo models diff`
struct DiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two models or versions: settings, measures, data, and how far each array moved.",
        discussion: """
            The change of an array is the length of the difference over the length of the first model's array, both taken \
            as one long vector. Arrays of which each row stands for an entry compare row by row: where the entries are \
            others, which is said, that is not the change of one entry.
            """)
    @Argument(help: "Name of the first model, such as films@1.") var first: String
    @Argument(help: "Name of the second model, such as films.") var second: String
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(try options.workspace().modelDifference(first, second), as: options) }
}

/// `zoo models tag`
struct TagCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a version a name: films@good.",
        discussion: "A tag is moved where another version had it. 'zoo models gc --keep' leaves versions with a tag.")
    @Argument(help: "Name of the model or version, such as films@2.") var name: String
    @Argument(help: "Tag: letters, digits, '-', '_' and '.', not a number alone.") var tag: String
    @Flag(help: "Take the tag away; the version stays.") var remove = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        do { try Workspace.check(tag: tag) } catch { throw ValidationError("\(error)") }
    }

    func run() throws {
        let workspace = try options.workspace()
        try output(remove ? workspace.removeTag(tag, of: name) : workspace.tagModel(name, as: tag), as: options)
    }
}

/// `zoo models rollback`
struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Make an older version the newest again.",
        discussion:
            "It becomes a version of its own, and what was the newest stays as an older one: nothing is removed.")
    @Argument(help: "Version, such as films@1 or films@good.") var name: String
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(try options.workspace().rollBack(to: name), as: options) }
}

/// `zoo models tree`
struct TreeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree", abstract: "Draw which model was made from which.")
    @Argument(help: "Name of a model whose ancestors and descendants are drawn. (default: all models)") var name:
        String?
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(try options.workspace().modelTree(around: name), as: options) }
}

extension ModelLog: Printable {
    var text: String {
        var table = TextTable(
            ["version", "created", "architecture", "data", "measured", "bytes", "of vectors", "tags", "from"],
            rightAligned: [5, 6])
        for version in versions {
            let from = [version.parent.map { "'\($0)'" }, version.origin].compactMap(\.self).joined(separator: ", ")
            table.add([
                version.name, version.created, version.architecture, version.dataset ?? "", version.measured ?? "",
                String(version.bytes), String(version.vectorBytes), version.tags.joined(separator: ", "), from,
            ])
        }
        return table.text + (olderVersions.map { "\n\($0.text): \(OlderVersions.advice)" } ?? "")
    }
}

extension ModelDifference: Printable {
    /// Arrays that text shows; `--json` has all.
    private static let shown = 30

    var text: String {
        guard !isSameFile || !metrics.isEmpty || !settings.isEmpty else {
            return "'\(first)' and '\(second)' are the same file."
        }
        var table = TextTable(["", first, second, "change"], rightAligned: [3])
        func add(_ values: [Value]) {
            for value in values {
                table.add([value.name, value.first.brief, value.second.brief, value.change.map { $0.signed } ?? ""])
            }
        }
        add(settings)
        let same = data.isSame.map { $0 ? "the same" : "other data" } ?? "not known"
        table.add(["data", data.first ?? "", data.second ?? "", same])
        add(metrics)
        for field in vocabularies where !field.isSame {
            table.add([
                "entries of \(field.field)", String(field.first), String(field.second),
                "\(field.added) new, \(field.removed) gone"
                    + (field.added + field.removed == 0 ? ", in another order" : ""),
            ])
        }
        var arrays = TextTable(["array", first, second, "relative change"], rightAligned: [3])
        func shape(_ sizes: [Int]?) -> String {
            sizes.map { "[\($0.map(String.init).joined(separator: ", "))]" } ?? "-"
        }
        for array in self.arrays.prefix(Self.shown) {
            arrays.add([
                array.path, shape(array.first), shape(array.second),
                array.relativeChange.map { String(format: "%.4g", $0) } ?? "-",
            ])
        }
        let rest = self.arrays.count - Self.shown
        return (isSameFile ? "Both are the same file.\n" : "") + table.text + "\n\n" + arrays.text
            + (rest > 0 ? "\nand \(rest.counting("array")) that changed less: --json has them all" : "")
    }
}

extension JSONValue {
    /// The value in a cell.
    fileprivate var brief: String {
        switch self {
        case .null: return "-"
        case .text(let text): return text.count > 60 ? text.prefix(59) + "…" : text
        case .number(let number): return number.measureText
        default:
            let text = (try? ResultJSON.line(self)) ?? ""
            return text.count > 60 ? text.prefix(59) + "…" : text
        }
    }
}

extension Double {
    /// A difference with its sign.
    fileprivate var signed: String { (self > 0 ? "+" : "") + measureText }
}

extension TagReport: Printable {
    var text: String { version.map { "'\(tagged)' is '\($0)' now." } ?? "No version is '\(tagged)' any more." }
}

extension RollbackReport: Printable {
    var text: String {
        "'\(model)' is '\(to)' again, as version \(version); what it was is kept as '\(earlier)'."
    }
}

extension ModelTree: Printable {
    var text: String {
        if models.isEmpty { return "There are no models yet." }
        return models.indices.map { place in
            let node = models[place]
            let details = [node.architecture, node.dataset.map { "of \($0)" }, node.origin].compactMap(\.self)
            return mark(of: place) + node.name + "  " + details.joined(separator: ", ").cell
        }.joined(separator: "\n")
    }

    /// The lines of a tree in front of a model.
    private func mark(of place: Int) -> String {
        let depth = models[place].depth
        guard depth > 0 else { return "" }
        return (1...depth).map { level in
            let continues = models[(place + 1)...].first { $0.depth <= level }?.depth == level
            return level == depth ? (continues ? "├─ " : "└─ ") : (continues ? "│  " : "   ")
        }.joined()
    }
}
