import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

extension LabelSeparator: ExpressibleByArgument {}

/// `zoo data import images`
struct ImportImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Import pictures: a folder of classes, or a folder and a CSV file of labels.",
        discussion: """
            Each folder in the folder is a class; or there are train, valid and test in it with the classes in each of them.
            With --labels the first column of a CSV file names the pictures, the second says what is in them; several
            labels with blanks or semicolons between them are told apart.

            Every file is opened. What is no picture is left out and listed. JPEG and PNG are read. The files stay where
            they are, and are missed when they vanish or change; with --pack, their pixels are also kept in one HDF5 file in
            the home: resized so that the shorter side fits, and the middle cut out.
            """)
    @Argument(help: "The folder.", completion: .directory) var folder: String
    @Option(help: "Name of the data set.") var name: String
    @Option(help: "Share cut off for validation; else 0.2, where nothing is for validation yet.") var valid: Double?
    @Option(help: "Pack the pictures with sides of so many pixels.") var pack: Int?
    @OptionGroup(title: "Labels from a file") var labels: ImageLabelOptions
    @Flag(help: "Replace a data set of the same name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let valid, !(valid >= 0 && valid < 1) { throw ValidationError("--valid takes 0 to below 1, not \(valid)") }
        if let pack, !(1...2048).contains(pack) { throw ValidationError("--pack takes 1 to 2048, not \(pack)") }
    }

    func run() throws {
        var request = ImportImagesRequest(folder: folder, name: name)
        request.labels = labels.value
        (request.validFraction, request.packedSize) = (valid, pack)
        (request.isReplacing, request.seed) = (replace, options.seed)
        let bar = ImportBar(progress: options.progress)
        let report = try options.workspace(makesDatabase: true).importImages(request) { done, total in
            bar.show(label: "opening", done: done, total: total, unit: "pictures")
        }
        options.progress.clear()
        try output(report, as: options)
    }
}

/// How a file of labels is to be read.
struct ImageLabelOptions: ParsableArguments {
    @Option(
        name: .customLong("labels"), help: "CSV with a header: a picture and its labels a row.", completion: .file())
    var file: String?
    @Option(help: "Column of the pictures' names, with or without ending; else the first.") var fileColumn: String?
    @Option(help: "Column of the labels; else the first other one.") var labelColumn: String?
    @Option(help: "Column that says train, valid or test.") var splitColumn: String?
    @Option(help: "What is between labels: auto, space, semicolon, comma or none.")
    var labelSeparator: LabelSeparator = .automatic
    @Flag(help: "Pictures may have several labels or none, even if each has one here.") var multiLabel = false

    func validate() throws {
        let isGiven = [fileColumn, labelColumn, splitColumn].contains { $0 != nil }
        if file == nil, isGiven || multiLabel || labelSeparator != .automatic {
            throw ValidationError("the options on columns and labels go with --labels FILE")
        }
    }

    var value: ImageLabels? {
        guard let file else { return nil }
        var labels = ImageLabels(file: file)
        (labels.fileColumn, labels.labelColumn, labels.splitColumn) = (fileColumn, labelColumn, splitColumn)
        (labels.separator, labels.isMultiLabel) = (labelSeparator, multiLabel)
        return labels
    }
}

/// `zoo data import demo-images`
struct ImportDemoImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-images",
        abstract: "Draw pictures with known answers.",
        discussion: """
            640 small pictures of discs, rings, squares and triangles in any light colour, on any dark ground, at any place,
            size and turn, with noise: only the outline tells them apart. They are written as JPEG files and imported. The same seed
            gives the same pictures.
            """)
    @Option(help: "Name of the data set.") var name = "shapes"
    @Option(help: "Folder of the files; else one in the home.", completion: .directory) var folder: String?
    @Option(help: "Pack the pictures with sides of so many pixels.") var pack: Int?
    @Flag(help: "Replace a data set of the same name.") var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        if let pack, !(1...2048).contains(pack) { throw ValidationError("--pack takes 1 to 2048, not \(pack)") }
    }

    func run() throws {
        let report = try options.workspace(makesDatabase: true).importDemoImages(
            name: name, folder: folder, packedSize: pack, seed: options.seed, isReplacing: replace)
        try output(report, as: options)
    }
}
