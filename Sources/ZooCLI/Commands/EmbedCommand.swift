import ArgumentParser
import ZooWorkflows

/// `zoo embed`
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Store a model's features of images in zoo_embeddings.",
        discussion: """
            Computes the network's last features of every image of a data set, to find similar images with 'zoo query \
            embeddings M image --near cat.12.jpg', to draw them with 'zoo pca M image', or to query them in SQL. Images \
            that were stored before for this model are replaced.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Option(help: "Name of the data set of images.") var data: String
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let bar = ImportBar(progress: options.progress)
        let report = try options.workspace().embedImages(model: model, dataset: data, progress: bar.show(images:of:))
        options.progress.clear()
        try output(report, as: options)
    }
}

extension EmbedImagesReport: Printable {
    var text: String {
        "\(pictures) images of '\(data)' as \(width) numbers each in \(seconds.fixed(1)) s: "
            + "try 'zoo query embeddings \(model) \(field) --near …'"
    }
}
