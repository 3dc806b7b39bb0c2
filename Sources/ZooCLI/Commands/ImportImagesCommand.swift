import ArgumentParser
import Foundation
import ZooData
import ZooWorkflows

extension LabelSeparator: ExpressibleByArgument {}

/// `zoo data import images`
struct ImportImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "images",
        abstract: "Import images: a folder of classes, or a folder and a CSV file of labels.",
        discussion: """
            Each subfolder is a class; or there are subfolders train, valid and test with the classes in them. With \
            --labels the first column of a CSV file names the images, the second holds their labels, several separated by \
            semicolons or blanks; or each further column is a label, with 1 for the images that have it and 0 for the others.

            Every file is opened. Files that are not images are left out and listed. The files stay where they \
            are and must not be moved or changed; with --pack, their pixels are also stored in one HDF5 file in the home: \
            resized so that the shorter side fits, then cropped to the centre.
            """)
    @Argument(help: "Folder of the images.", completion: .directory) var folder: String
    @Option(help: "Name of the data set.") var name: String
    @Option(
        help: """
            Fraction of the images held out for validation, 0 to below 1, drawn at random. (default: 0.2 where the folder or \
            the labels name no validation images)
            """)
    var valid: Double?
    @Option(help: "Side of packed images in pixels, 1 to 2048. (default: not packed)") var pack: Int?
    @OptionGroup(title: "Labels from a file") var labels: ImageLabelOptions
    @Flag(help: "Replace an older data set of that name.") var replace = false
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
            bar.show(label: "opening", done: done, total: total, unit: "images")
        }
        options.progress.clear()
        try output(report, as: options)
    }
}

/// How a file of labels is to be read.
struct ImageLabelOptions: ParsableArguments {
    @Option(
        name: .customLong("labels"),
        help: "CSV file with a header, or JSON: an image and its labels in each row. (default: none)",
        completion: .file())
    var file: String?
    @Option(help: "Column of --labels with the file names, with or without extension. (default: the first)")
    var fileColumn: String?
    @Option(
        help: """
            Column of --labels with the labels, or, repeated, columns of 0 and 1 that each are a label. (default: all other \
            columns if they hold 0 and 1, else one called label, class, target or category, else the first)
            """)
    var labelColumn: [String] = []
    @Option(help: "Column of --labels with train, valid or test. (default: none)") var splitColumn: String?
    @Option(
        help: """
            Separator of labels in a field; auto: semicolon or bar if the column has one, else space where the words recur in \
            other combinations; lists of JSON are labels each.
            """)
    var labelSeparator: LabelSeparator = .automatic
    @Flag(help: "Train for several labels or none an image, even if each image has one here.") var multiLabel = false

    func validate() throws {
        let isGiven = !labelColumn.isEmpty || [fileColumn, splitColumn].contains { $0 != nil }
        if file == nil, isGiven || multiLabel || labelSeparator != .automatic {
            throw ValidationError("the options on columns and labels go with --labels FILE")
        }
    }

    var value: ImageLabels? {
        guard let file else { return nil }
        var labels = ImageLabels(file: file)
        (labels.fileColumn, labels.labelColumns, labels.splitColumn) = (fileColumn, labelColumn, splitColumn)
        (labels.separator, labels.isMultiLabel) = (labelSeparator, multiLabel)
        return labels
    }
}

/// `zoo data import demo-images`
struct ImportDemoImagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-images",
        abstract: "Draw images with known answers.",
        discussion: """
            640 small images of discs, rings, squares and triangles in any light colour, on any dark ground, at any place, \
            size and angle, with noise: only the outline distinguishes them. They are written as JPEG files and imported. \
            The same seed gives the same images.
            """)
    @Option(help: "Name of the data set.") var name = "shapes"
    @Option(help: "Folder to write the files to. (default: pictures/demo-<seed> in the home)", completion: .directory)
    var folder: String?
    @Option(help: "Side of packed images in pixels, 1 to 2048. (default: not packed)") var pack: Int?
    @Flag(help: "Replace an older data set of that name.") var replace = false
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
