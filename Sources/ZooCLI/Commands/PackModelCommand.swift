import ArgumentParser
import Foundation
import ZooWeights
import ZooWorkflows

/// `zoo models pack`
struct PackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Write a model with all that is known of it into one file.",
        discussion: """
            The file is an uncompressed zip archive: the model's HDF5 file, the row of the catalogue, the run with its \
            epochs, the card, and manifest.json with the SHA-256 of each. Packing a model twice gives the same bytes. \
            'zoo models pull' takes it in elsewhere.
            """)
    @Argument(help: "Name of the model, or of a version, as films@2.") var name: String
    @Option(name: [.customShort("o"), .long], help: "File to write; its name ends in .zoo.", completion: .file())
    var output: String
    @Option(
        help:
            "File of Markdown that says what the model is for and where its limits are. (default: the card that it has)",
        completion: .file())
    var card: String?
    @Option(help: "What may be done with the model, such as 'CC BY 4.0'. (default: what is known of its data)")
    var licence: String?
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard URL(fileURLWithPath: output).pathExtension.lowercased() == "zoo" else {
            throw ValidationError("--output \(output): the name of a pack ends in .zoo")
        }
        if licence == "" { throw ValidationError("--licence is empty: say what may be done, or leave it out") }
        if let licence, licence != licence.cell { throw ValidationError("--licence is one line of text") }
    }

    func run() throws {
        try ZooCLI.output(
            try options.workspace().packModel(
                named: name, to: output, cardFile: card, licence: licence, isReplacing: replacing.replace), as: options)
    }
}

/// `zoo models pull`
struct PullCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull", abstract: "Take in a model from a pack, after all of it was checked.",
        discussion: """
            Nothing is stored before every hash is right, and nothing in a pack is executed. The model has the same \
            SHA-256 and gives the same answers as where it was packed. A registry is a folder of packs with an index.json, \
            here or on a web server. A download that was cut is completed by the same command.
            """)
    @Argument(
        help: """
            Pack, as a file or an address ending in .zoo, or as the folder that its files were unpacked into; or \
            REGISTRY/NAME, as a folder or an address.
            """,
        completion: .file())
    var source: String
    @Option(help: "Name to save the model under. (default: its own)") var name: String?
    @OptionGroup var downloading: DownloadOption
    @OptionGroup var replacing: ReplaceOption
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkModelName(name)
        try downloading.check(source)
    }

    func run() throws {
        let workspace = try options.workspace()
        let packed = try downloading.source(source, options).pack()
        let isReplacing = try replacing.isAgreed(for: name ?? packed.row.name, in: workspace)
        try output(
            try workspace.pullModel(packed, as: name, isReplacing: isReplacing, read: HDF5Child.model), as: options)
    }
}

/// `zoo models search`
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "List the packs of a registry.")
    @Argument(help: "Registry: a folder or an address with an index.json.", completion: .directory) var registry: String
    @Argument(help: "Words that all stand in a pack's name, kind, data, licence or title. (default: all packs)")
    var words: [String] = []
    @OptionGroup var downloading: DownloadOption
    @OptionGroup var options: GlobalOptions

    func validate() throws { try downloading.check(registry) }

    func run() throws {
        let found = try downloading.source(registry, options).index().matching(words)
        if options.json { return try outputJSON(found) }
        if found.isEmpty { return outputText("No pack of \(registry) has these words.") }
        var table = TextTable(["name", "kind", "architecture", "data", "licence", "bytes", "about"], rightAligned: [5])
        for pack in found {
            table.add([
                "\(pack.name)@\(pack.version)", pack.kind, pack.architecture, pack.dataset ?? "", pack.licence ?? "",
                String(pack.bytes), pack.about ?? "",
            ])
        }
        outputText(table.text)
    }
}

/// `zoo models index`
struct IndexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Check the packs in a folder and write its index.json, which makes it a registry.",
        discussion: "Any web server that gives out the files of the folder makes it a registry for other machines.")
    @Argument(help: "Folder of packs (*.zoo).", completion: .directory) var folder: String
    @OptionGroup var options: GlobalOptions

    func run() throws { try output(try PackIndex.write(folder: folder), as: options) }
}

/// Whether something may be fetched from the web.
struct DownloadOption: ParsableArguments {
    @Flag(
        help: """
            Let the system's curl fetch an address: https, and http of this machine. (default: nothing is fetched)
            """)
    var allowDownload = false

    /// Refuses an address that may not be fetched.
    ///
    /// - Throws: `ValidationError`
    func check(_ place: String) throws {
        guard !place.isEmpty else {
            throw ValidationError("the name is empty: give a pack (FILE.zoo, a folder or an address) or REGISTRY/NAME")
        }
        guard PackDownload.isAddress(place) else {
            guard let scheme = place.range(of: "://"), !place.lowercased().hasPrefix("file:") else { return }
            throw ValidationError("'\(place[..<scheme.lowerBound])' is no way to get a pack: https, file or a path")
        }
        if let flaw = PackDownload.flaw(of: place) { throw ValidationError("\(place): \(flaw)") }
        guard allowDownload else {
            throw ValidationError("\(place) is on the web, and nothing is fetched unless asked for: --allow-download")
        }
    }

    func source(_ place: String, _ options: GlobalOptions) -> PackSource {
        let progress = options.progress
        return PackSource(
            place,
            download: allowDownload
                ? PackDownload(
                    home: options.location().home, onProcess: { Interruption.childIsRunning($0) },
                    say: { progress.say($0) }) : nil)
    }
}

extension RegistryReport: Printable {
    var text: String {
        "Wrote \(output) of \(models.count.counting("pack"))"
            + (models.isEmpty ? "" : ": " + models.map { "\($0.name)@\($0.version)" }.joined(separator: ", "))
    }
}

extension PackReport: Printable {
    var text: String {
        "Packed '\(model)', version \(version), into \(output): \(bytes) bytes, SHA-256 \(sha256)\n"
            + "licence: \(licence?.cell ?? "not known (--licence says it)")"
            + (hasCard ? "" : "\ncard: none (--card FILE gives one)")
    }
}

extension PullReport: Printable {
    var text: String {
        "Pulled \(architecture.cell) (\(kind)\(dataset.map { ", of \($0.cell)" } ?? "")) from \(source.cell) as '\(saved)'"
            + (replaced.map { "\nreplaced \($0.text)" } ?? "") + "\nlicence: \(licence?.cell ?? "not known")"
            + (card.map { "\n\n" + $0 } ?? "")
    }
}
