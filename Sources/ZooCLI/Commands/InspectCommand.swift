import ArgumentParser
import ZooWorkflows

/// `zoo inspect`
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect", abstract: "Show a network's layers, its filters, and what they find in an image.",
        discussion: """
            Lists the convolutions of a model of images, with the size of what comes out of each and how many pixels of the \
            image one number there depends on (receptive field). With --output, a PNG shows a layer's filters, if they read \
            the image's colours or one channel; with an image, it shows what each filter of the layer finds in it, the \
            lighter the more.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Argument(help: "Image file whose maps are shown. (default: none, the filters are shown)", completion: .file())
    var image: String?
    @Option(help: "Layer that --output shows: its number in the list, from 1, or its name.") var layer = "1"
    @Option(name: [.customShort("o"), .long], help: "PNG file to write. (default: none)", completion: .file())
    var output: String?
    @Option(help: "Number of channels on the picture at most, the first of the layer, 1 to 4096.") var count = 64
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws { try checkRange(count, "--count", 1...4096) }

    func run() throws {
        let report = try options.workspace().inspect(
            model: model, image: image, layer: layer, output: output, count: count, isReplacing: replacing.replace)
        try ZooCLI.output(report, as: options)
    }
}

extension InspectReport: Printable {
    var text: String {
        if let picture {
            let all = picture.count == picture.channels ? "" : " of \(picture.channels)"
            return """
                \(picture.output): \(picture.count)\(all) \(picture.shows) of layer \(picture.layer), \
                \(layers[picture.layer - 1].name) (\(picture.width)x\(picture.height))
                """
        }
        var table = TextTable(
            ["layer", "name", "filters", "stride", "output", "parameters", "receptive field"],
            rightAligned: [0, 3, 5, 6])
        for layer in layers {
            table.add([
                String(layer.number), layer.name,
                "\(layer.channels) of \(layer.kernelHeight)x\(layer.kernelWidth)x\(layer.inputs)",
                String(layer.stride), "\(layer.height)x\(layer.width)x\(layer.channels)", String(layer.parameters),
                layer.receptiveField.map { "\($0)x\($0)" } ?? "all",
            ])
        }
        return table.text
    }
}
