import ArgumentParser
import ZooWorkflows

/// `zoo cam`
struct ActivationMapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cam", abstract: "Show where in a picture a model sees a class.",
        discussion: """
            Writes the part of the picture that the model looks at, with the places that speak for the class in light
            colours (Grad-CAM, which for these networks is the class activation map).
            """)
    @Argument(help: "The model.") var model: String
    @Argument(help: "The picture.", completion: .file()) var picture: String
    @Option(name: [.customShort("o"), .long], help: "The PNG file to write.", completion: .file()) var output: String
    @Option(name: .customLong("class"), help: "The class to look for; else the likeliest.") var className: String?
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let report = try options.workspace().activationMap(
            model: model, picture: picture, className: className, output: output)
        try ZooCLI.output(report, as: options)
    }
}

extension ActivationMapReport: Printable {
    var text: String {
        "\(self.class)  \(probability.fixed(4))  \(file): most at x \(peak.x), y \(peak.y) of \(output) (\(width)x\(height))"
    }
}
