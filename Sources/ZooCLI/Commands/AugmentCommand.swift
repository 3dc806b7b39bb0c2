import ArgumentParser
import ZooVision
import ZooWorkflows

/// `zoo data augment`
struct AugmentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "augment", abstract: "Draw what augmentation makes of images, as a PNG.",
        discussion: """
            A row for each image: first as it is looked at without chance, then as training might see it. The same seed \
            draws the same picture.
            """)
    @Argument(help: "Name of the data set of images.") var data: String
    @Option(help: "Augmentation: side-on, top-down, cifar or none, where options below say what is done.")
    var augment = AugmentationPreset.sideOn
    @Option(help: "Number of images, which are spread over the data set, 1 to 100.") var images = 4
    @Option(help: "Number of augmented views of each image, 1 to 100.") var views = 7
    @Option(help: "Side of each view in pixels, 8 to 1024.") var size = 96
    @Option(name: [.customShort("o"), .long], help: "PNG file to write.", completion: .file()) var output: String
    @OptionGroup var changes: AugmentationOptions
    @OptionGroup var replacing: ReplaceFileOption
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkRange(images, "--images", 1...100)
        try checkRange(views, "--views", 1...100)
        try checkRange(size, "--size", 8...1024)
        if recipe.imageChanges == nil {
            throw ValidationError("--augment none changes nothing: say what is to be done")
        }
    }

    private var recipe: VisionTrainingOptions {
        var recipe = VisionTrainingOptions()
        (recipe.augmentation, recipe.augmentationChanges) = (augment, changes.changes)
        return recipe
    }

    func run() throws {
        let names = try options.workspace().drawAugmentation(
            dataset: data, augmentation: recipe.imageChanges ?? .none, rows: images, views: views, size: size,
            seed: options.seed, output: output, isReplacing: replacing.replace)
        try ZooCLI.output(AugmentReport(output: output, images: names, views: views), as: options)
    }
}

/// The picture that `zoo data augment` wrote.
struct AugmentReport: Printable {
    let output: String
    let images: [String]
    let views: Int

    var text: String { "\(output): \(images.joined(separator: ", ")), each with \(views) augmented views" }
}
