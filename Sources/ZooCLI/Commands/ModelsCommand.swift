import ArgumentParser
import Foundation
import ZooData
import ZooRecords
import ZooWorkflows

/// `zoo models`
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List, show, compare, verify, copy, remove, export, import and pack models and their versions.",
        subcommands: [
            ListCommand.self, ShowCommand.self, VerifyCommand.self, SweepCommand.self, CopyCommand.self,
            RemoveCommand.self, ExportCommand.self, ImportModelCommand.self, PackCommand.self, PullCommand.self,
            SearchCommand.self,
            IndexCommand.self,
            LogCommand.self, DiffCommand.self, TagCommand.self, RollbackCommand.self, TreeCommand.self,
        ])

    /// `zoo models list`
    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the models, with those that ship with zoo.")
        @Flag(help: "List older versions, too.") var versions = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let models = try options.workspace().listModels(showsVersions: versions)
            if options.json { return try outputJSON(models) }
            var table = TextTable(["name", "kind", "architecture", "data", "bytes", "created"], rightAligned: [4])
            for model in models {
                table.add([
                    model.name, model.kind, model.architecture, model.dataset ?? "", String(model.bytes),
                    model.created + (model.note.map { " (\($0))" } ?? ""),
                ])
            }
            outputText(table.text)
        }
    }

    /// `zoo models show`
    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "Show one model in full.")
        @Argument(help: "Name of the model.") var name: String
        @OptionGroup var options: GlobalOptions

        func run() throws { try output(try options.workspace().showModel(named: name), as: options) }
    }

    /// `zoo models verify`
    struct VerifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Hash the files of models and packed images again; report damaged, missing and orphaned ones.",
            discussion: "Exits with 1 when the file of a model or of a data set is damaged or missing.")
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let report = try options.workspace().verifyModels()
            try output(report, as: options)
            if !report.isSound { throw ExitCode(1) }
        }
    }

    /// `zoo models gc`
    struct SweepCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "gc",
            abstract: "Remove the files that no model and no data set names, and older versions of models.",
            discussion: "With --keep the home's database is made smaller, too; a database of your own keeps its size.")
        @Option(
            help: """
                Number of versions to keep of each model, the newest among them, 1 or more; versions with a tag stay, too. \
                (default: all)
                """)
        var keep: Int?
        @OptionGroup var options: GlobalOptions

        func run() throws {
            try output(try options.workspace().sweepVersions(keeping: keep), as: options)
        }

        func validate() throws { try checkRange(keep, "--keep", 1...1_000_000) }
    }

    /// `zoo models copy`
    struct CopyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "copy", abstract: "Give a model a second name; the file is shared.")
        @Argument(help: "Name of the model.") var name: String
        @Argument(help: "Second name of the model.") var copy: String
        @Flag(help: "Copy the checkpoint of a training that is to replace the model, not the model itself.")
        var checkpoint = false
        @OptionGroup var replacing: ReplaceOption
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            try checkModelName(copy)
            if name == copy { throw ValidationError("'\(name)' is the model's own name: the copy needs another") }
        }

        func run() throws {
            let workspace = try options.workspace()
            let isReplacing = try replacing.isAgreed(for: copy, in: workspace)
            let replaced =
                checkpoint
                ? try workspace.copyCheckpoint(named: name, to: copy, isReplacing: isReplacing)
                : try workspace.copyModel(named: name, to: copy, isReplacing: isReplacing)
            try output(CopyReport(model: name, copy: copy, isCheckpoint: checkpoint, replaced: replaced), as: options)
        }
    }

    /// `zoo models remove`
    struct RemoveCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove",
            abstract: "Remove a model with its checkpoint and its older versions, or one version.")
        @Argument(help: "Name of the model; with a version, as films@2, only that one is removed.") var name: String
        @Flag(help: "Remove only the checkpoint of a training that is to replace the model.") var checkpoint = false
        @OptionGroup var options: GlobalOptions

        func run() throws {
            let workspace = try options.workspace()
            if checkpoint {
                try workspace.removeCheckpoint(named: name)
                if options.json { return try outputJSON(["removed_checkpoint": name]) }
                return outputText("Removed the checkpoint of '\(name)'; the model stays.")
            }
            let versions = try workspace.removeModel(named: name)
            if options.json { return try outputJSON(["removed": name]) }
            outputText(
                "Removed '\(name)'\(versions > 0 ? " and \(versions.counting("older version")) of it" : "")."
                    + (workspace.ships(name)
                        ? " A model of that name ships with zoo and comes back when it is asked for." : ""))
        }
    }

    /// `zoo models export`
    struct ExportCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export",
            abstract: "Write a model as ONNX, or its weights as safetensors, NumPy .npz or HDF5.",
            discussion: """
                An ONNX file gives the model's answers in onnxruntime and its like: it holds what makes inputs of pixels \
                and of the columns of a table, and its metadata hold classes, vocabularies, settings and licence. \
                docs/export.md says what each kind takes and gives, and which modules of PyTorch read the weights.
                """)
        @Argument(help: "Name of the model.") var name: String
        @Option(
            name: [.customShort("o"), .long],
            help: "File to write; its extension (.onnx, .safetensors, .npz or .h5) names the format.")
        var output: String
        @Option(
            help: """
                What a recommender as .onnx calculates: ratings of pairs (user, item), or scores of all items for a history. \
                (default: scores for models that rank, which blends do; ratings for others)
                """)
        var answer: ONNXAnswer?
        @OptionGroup var replacing: ReplaceFileOption
        @OptionGroup var options: GlobalOptions

        func validate() throws {
            do { try Workspace.checkExport(to: output) } catch { throw ValidationError("\(error)") }
            if answer != nil, !output.lowercased().hasSuffix(".onnx") {
                throw ValidationError("--answer goes with --output ….onnx")
            }
        }

        func run() throws {
            let bytes = try options.workspace().exportModel(
                named: name, to: output, answer: answer, isReplacing: replacing.replace)
            if options.json { return try outputJSON(ExportReport(model: name, output: output, bytes: bytes)) }
            outputText("Wrote \(output), \(bytes) bytes.")
        }
    }
}

/// What a copy made.
private struct CopyReport: Printable {
    let model: String
    let copy: String
    let isCheckpoint: Bool
    @StableKey var replaced: ReplacedModel?

    var text: String {
        (replaced.map { "replaced \($0.text)\n" } ?? "")
            + "Copied \(isCheckpoint ? "the checkpoint of " : "")'\(model)' to '\(copy)'."
    }
}

extension ListedModel {
    /// What is to be known of it at a glance; nil for a finished model of the user's own.
    fileprivate var note: String? {
        if let checkpoint { return "checkpoint of a new training beside it: \(checkpoint.text), --resume continues it" }
        if status != "finished" { return "\(progress), --resume continues it" }
        let notes = [isShipped ? "ships with zoo" : nil, olderVersions?.text].compactMap(\.self)
        return notes.isEmpty ? nil : notes.joined(separator: "; ")
    }
}

extension VersionSweepReport: Printable {
    var text: String {
        let all = versions.map { "'\($0)'" } + removed
        var lines = [
            all.isEmpty
                ? "Nothing to remove." : "Removed \(all.joined(separator: ", ")): \(bytes.counting("byte")) of files."
        ]
        if let databaseBytes, databaseBytes > 0 {
            lines.append("The database is smaller by \(databaseBytes.counting("byte")).")
        }
        if let note { lines.append("note: \(note)") }
        if let olderVersions { lines.append("\(olderVersions.text): \(OlderVersions.advice)") }
        return lines.joined(separator: "\n")
    }
}

extension OlderVersions {
    /// What removes them.
    static let advice = "'zoo models gc --keep 1' removes those without a tag"

    /// `2 older versions take 12345 bytes`.
    var text: String { "\(count.counting("older version")) \(count == 1 ? "takes" : "take") \(bytes.counting("byte"))" }
}

extension ONNXAnswer: ExpressibleByArgument {}

/// What an export wrote.
private struct ExportReport: Encodable {
    let model: String
    let output: String
    let bytes: Int
}

extension VerifyReport: Printable {
    var text: String {
        var lines: [String] = []
        func add(_ names: [String], _ what: String) {
            if !names.isEmpty { lines.append("\(what): " + names.joined(separator: ", ")) }
        }
        add(intact, "intact")
        add(damaged, "damaged (train or restore them)")
        add(missing, "missing (train or restore them)")
        add(checkpoints.intact, "intact checkpoints of")
        add(checkpoints.damaged, "damaged checkpoints of ('zoo models remove --checkpoint' removes one)")
        add(checkpoints.missing, "missing checkpoints of ('zoo models remove --checkpoint' forgets one)")
        add(packs.intact, "intact images of")
        add(packs.damaged, "damaged images of (import or restore them)")
        add(packs.missing, "missing images of (import or restore them)")
        let nobodys = orphans + packs.orphans.map { "packs/" + $0 }
        add(nobodys, "orphaned files (the next save or import or 'zoo models gc' removes them)")
        let files = packs.isEmpty ? "model files" : "files of models and images"
        lines.append(isSound ? "All \(files) are intact." : "Some \(files) are damaged or missing.")
        return lines.joined(separator: "\n")
    }
}

extension VerifyReport.PackReport {
    /// Whether no data set is packed.
    fileprivate var isEmpty: Bool { intact.isEmpty && damaged.isEmpty && missing.isEmpty }
}

extension ShowModelReport: Printable {
    /// How the numbers of a table were written, where other marks than a decimal point were among them.
    private var writtenNumbers: String? {
        guard case .object(let settings) = configuration, case .object(let features)? = settings["features"],
            case .array(let columns)? = features["columns"]
        else { return nil }
        let found = columns.compactMap { column -> String? in
            guard case .object(let column) = column, case .text(let name)? = column["name"],
                case .text(let example)? = column["numbers"]
            else { return nil }
            return "\(name) as in '\(example)'"
        }
        return found.isEmpty ? nil : found.joined(separator: ", ")
    }

    var text: String {
        var table = TextTable(["name", name])
        func add(_ label: String, _ value: String?) { if let value { table.add([label, value]) } }
        add("kind", "\(kind), \(architecture)")
        add("data", dataset)
        add("fingerprint", datasetFingerprint)
        add("parent", parent)
        add("command", command)
        add("seed", seed.map(String.init))
        add("licence", licence)
        add("metrics", metrics.figures)
        add("numbers", writtenNumbers)
        for field in fields {
            add("vectors", "\(field.name.shellQuoted): \(field.entries) of \(field.width.counting("number"))")
        }
        add("created", created)
        if status != "finished" { add("training", "\(progress): --resume continues it") }
        if let checkpoint {
            add(
                "checkpoint",
                "of a new training, \(checkpoint.text), saved \(checkpoint.created): --resume continues it")
            add("started by", checkpoint.command)
        }
        add("sha256", sha256)
        add("file", "\(file), \(bytes) bytes")
        add("versions", olderVersions.map { "\($0.text): 'zoo models log \(name)'" })
        for weight in weights {
            add("weight", weight.path + " [" + weight.shape.map(String.init).joined(separator: ", ") + "]")
        }
        return table.text + (card.map { "\n\n" + $0 } ?? "")
    }
}
