import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

extension DocumentEncoding: ExpressibleByArgument {}

/// `zoo data import text`
struct ImportTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "text",
        abstract: "Import texts: a file, all files of a folder, or the rows of a CSV or JSON file.",
        discussion: """
            A folder is read with its subfolders; each file is a document. With --text-column, the file is CSV with a \
            header or JSON, and each row is a document; --label-column names its label, for a classifier. Byte-order marks are \
            removed, and line ends become LF.
            """)
    @Argument(help: "File or folder; - is standard input.", completion: .file()) var path: String
    @Option(help: "Name of the data set.") var name: String
    @Option(help: "Encoding of the files; auto: by the byte-order mark, else UTF-8.")
    var encoding: DocumentEncoding = .automatic
    @Flag(help: "Replace malformed characters by U+FFFD.") var lossy = false
    @Option(
        name: .customLong("extension"),
        help: "Extension of files to read in a folder, such as txt; may be repeated. (default: all files)")
    var extensions: [String] = []
    @Option(help: "Column of the texts; the file is CSV or JSON. (default: the file is one text)") var textColumn:
        String?
    @Option(help: "Column of the labels. (default: none)") var labelColumn: String?
    @Flag(help: "Skip bad rows of a CSV file; they are counted and listed.") var skipBadRows = false
    @Flag(help: "Replace an older data set of that name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if textColumn == nil, labelColumn != nil || skipBadRows {
            throw ValidationError("--label-column and --skip-bad-rows need --text-column")
        }
        if textColumn != nil, lossy || !extensions.isEmpty || ![.automatic, .utf8, .latin1].contains(encoding) {
            throw ValidationError("a CSV file is UTF-8, or Latin-1 with --encoding latin1; --lossy is for other texts")
        }
    }

    func run() throws {
        let store = try options.workspace(makesDatabase: true).data
        let path = try PipedInput.file(path)
        if let textColumn {
            var settings = ImportOptions()
            settings.isReplacing = replace
            settings.skipsBadRows = skipBadRows
            settings.encoding = encoding == .latin1 ? .latin1 : .utf8
            let report = try store.importTexts(
                csv: path, text: textColumn, label: labelColumn, name: name, options: settings)
            return try output(report, as: options)
        }
        var settings = TextImportOptions()
        settings.isReplacing = replace
        settings.encoding = encoding
        settings.isLossy = lossy
        settings.extensions = extensions.map { $0.lowercased().trimmingPrefix(".").description }
        let report = try store.importTexts(path: path, name: name, options: settings)
        if DataStore.isDelimited(path) {
            options.progress.say(
                "note: the whole file is one text; --text-column reads a text from each row of a table")
        }
        try output(report, as: options)
    }
}

/// `zoo data import demo-text`
struct ImportDemoTextCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-text",
        abstract: "Generate sample texts to train a language model on.",
        discussion: """
            600 short sample stories with heroes, pets and quarrels over rings and keys. Each ends well or badly and is labelled \
            merry or grim. The same seed gives the same texts.
            """)
    @Option(help: "Name of the data set.") var name = "tales"
    @Flag(help: "Replace an older data set of that name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let dataset = try options.workspace(makesDatabase: true).importDemoText(
            name: name, seed: options.seed, isReplacing: replace)
        if options.json { return try outputJSON(dataset) }
        outputText("Imported '\(dataset.name)': \(dataset.contents.headline)")
    }
}

extension TextImportReport: Printable {
    var text: String {
        var lines = ["Imported '\(dataset.name)': \(dataset.contents.headline)"]
        lines += dataset.contents.details.map { "\($0.name): \($0.text)" }
        lines.append("alphabet: " + visible(characters))
        lines.append("sample: " + visible(sample))
        if replaced > 0 { lines.append("Replaced \(replaced.counting("malformed place")) by U+FFFD.") }
        if emptyFiles > 0 { lines.append("Left out \(emptyFiles.counting("file")) without text.") }
        lines += badRows.lines + notes.map { "note: \($0)" }
        return lines.joined(separator: "\n")
    }

    /// The text on one line.
    private func visible(_ text: String) -> String {
        var view = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            view.append(scalar == "\n" ? "\u{21B5}" : scalar.value < 32 || scalar.value == 127 ? "\u{B7}" : scalar)
        }
        return String(view)
    }
}
