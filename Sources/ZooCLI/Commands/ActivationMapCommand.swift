import ArgumentParser
import ZooWorkflows

/// `zoo cam`
struct ActivationMapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cam", abstract: "Show where in an image a model sees a class.",
        discussion: """
            Writes the part of the image that the model reads, with the regions that speak for the class in light colours \
            (Grad-CAM, which for these networks equals the class activation map).
            """)
    @Argument(help: "Name of the model.") var model: String
    @Argument(help: "Image file.", completion: .file()) var image: String
    @Option(name: [.customShort("o"), .long], help: "PNG file to write.", completion: .file()) var output: String
    @Option(name: .customLong("class"), help: "Name of the class to show. (default: the most probable class)")
    var className: String?
    @Option(help: "How many times as wide and high as the model's part of the image the PNG is, 1 to 32.") var scale = 1
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws { try checkRange(scale, "--scale", 1...32) }

    func run() throws {
        let report = try options.workspace().activationMap(
            model: model, image: image, className: className, output: output, scale: scale,
            isReplacing: replacing.replace)
        try ZooCLI.output(report, as: options)
    }
}

extension ActivationMapReport: Printable {
    var text: String {
        "\(self.class)  \(probability.fixed(4))  \(file): most at x \(peak.x), y \(peak.y) of \(output) (\(width)x\(height))"
    }
}
