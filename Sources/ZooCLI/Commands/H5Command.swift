import ArgumentParser
import Foundation
import ZooWeights
import ZooWorkflows

/// `zoo h5`
struct H5Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "h5", abstract: "Look at HDF5 files of any program.", subcommands: [H5DoctorCommand.self])
}

/// `zoo h5 doctor`
struct H5DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what an HDF5 file holds, what it can be used for, and what is wrong with it.",
        discussion: """
            The file is read by a process of its own, since damaged metadata can crash the HDF5 library. Values are read once, \
            up to 256 MiB of them in all, and links to other files are not followed. Exits with 1 where something is wrong.
            """)
    @Argument(help: "HDF5 file: of Keras, PyTables, MATLAB v7.3, Zoo or another program.", completion: .file())
    var file: String
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let report = try HDF5Child.report(of: URL(fileURLWithPath: file))
        try output(report, as: options)
        if !report.problems.isEmpty { throw ExitCode(1) }
    }
}

extension HDF5Report {
    /// The report with what the file can be used for.
    func advised(path: String) -> HDF5Report {
        var report = self
        let file = path.shellQuoted
        func arrays(_ test: (Object) -> Bool) -> [Object] {
            objects.filter { $0.kind == "data set" && $0.isReadable != false && test($0) }
        }
        switch origin {
        case .zooModel where problems.isEmpty:
            report.uses = ["a model: zoo models import \(file) --name NAME"]
        case .kerasModel where problems.isEmpty:
            report.uses = [
                "a whole Keras model: of ResNet50 or MobileNetV2, zoo models import \(file) --arch resnet50 --name NAME "
                    + "(or mobilenet-v2) follows its layers; of another network it is refused by name"
            ]
        case .kerasWeights where problems.isEmpty, .keras3Weights where problems.isEmpty:
            report.uses = [
                "weights of Keras: of ResNet50 or MobileNetV2, zoo models import \(file) --arch resnet50 --name NAME; weights "
                    + "alone do not say how pixels are prepared"
            ]
        case .zooImages where problems.isEmpty:
            report.uses = ["packed images of a data set, which Zoo reads from its home: 'zoo data list' shows the set"]
        case .zooModel, .kerasModel, .kerasWeights, .keras3Weights, .zooImages:
            report.uses = ["what comes before that is not recovered: Zoo imports models only whole"]
        case .pyTables:
            let tables = arrays { $0.type?.hasPrefix("compound") == true }
            if let table = tables.first {
                report.uses = [
                    "\(tables.count.counting("table")) such as \(table.path): in Python, pandas.read_hdf(\(Self.quoted(path)), "
                        + "\(Self.quoted(Self.key(table.path)))).to_csv('t.csv'), then zoo data import csv t.csv --name NAME"
                ]
            }
        case .matlab, .other: break
        }
        if [.pyTables, .matlab, .other].contains(origin) {
            let vectors = arrays { $0.shape?.count == 2 && $0.type?.hasPrefix("float") == true }
            if let first = vectors.first {
                let turned = origin == .matlab ? ".T" : ""
                report.uses.append(
                    "vectors such as \(first.path): in Python, numpy.save('v.npy', h5py.File(\(Self.quoted(path)))"
                        + "[\(Self.quoted(first.path))][:]\(turned)), then zoo embeddings import v.npy --name NAME"
                        + (turned.isEmpty ? "" : " (MATLAB writes the axes in reverse)"))
            }
            if report.uses.isEmpty { report.uses = ["nothing in Zoo: it has no table of rows and no array of vectors"] }
        }
        return report
    }

    /// A text as Python writes it.
    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// pandas names a table by its group.
    private static func key(_ path: String) -> String { path.hasSuffix("/table") ? String(path.dropLast(6)) : path }

    private var title: String {
        switch origin {
        case .zooModel: "a model of Zoo"
        case .zooImages: "packed images of Zoo"
        case .kerasModel: "a whole model of Keras"
        case .kerasWeights: "weights of Keras 2"
        case .keras3Weights: "weights of Keras 3"
        case .pyTables: "a file of PyTables"
        case .matlab: "a MATLAB v7.3 file"
        case .other: superblock == nil ? "not HDF5" : "an HDF5 file"
        }
    }
}

extension HDF5Report: Printable {
    /// Objects that text shows; `--json` has all.
    private static let shown = 30

    var text: String {
        var lines = [title + (maker.map { " (\($0))" } ?? "") + ", \(bytes) bytes"]
        if let superblock {
            lines[0] +=
                ", superblock \(superblock)" + (userBlock > 0 ? " behind a user block of \(userBlock) bytes" : "")
        }
        var table = TextTable(["path", "what", "shape", "type", "filters"])
        for object in objects.prefix(Self.shown) {
            let shape = object.shape.map { "[\($0.map(String.init).joined(separator: ", "))]" } ?? ""
            table.add([
                object.path, object.kind + (object.isReadable == false ? ", unreadable" : ""), shape,
                object.type ?? object.target.map { "to \($0)" } ?? "", object.filters?.joined(separator: ", ") ?? "",
            ])
        }
        if !objects.isEmpty { lines.append(table.text) }
        if objects.count > Self.shown { lines.append("and \(objects.count - Self.shown) more: --json has them all") }
        lines += problems.prefix(Self.shown).map { "wrong: \($0.onOneLine)" }
        if problems.isEmpty { lines.append("Nothing is wrong with it.") }
        if problems.count > Self.shown { lines.append("and \(problems.count - Self.shown) more: --json has them all") }
        return (lines + uses.map { "use: \($0)" }).joined(separator: "\n")
    }
}
