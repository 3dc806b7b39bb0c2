import ArgumentParser
import ZooWorkflows

/// `zoo embed`
struct EmbedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "embed", abstract: "Put what a model sees in pictures into zoo_embeddings.",
        discussion: """
            The network's last features of every picture of a data set, to look for look-alikes with
            'zoo query embeddings M image --near cat.12.jpg', to draw with 'zoo pca M image', or to ask in SQL. Pictures that
            were put there before for this model are replaced.
            """)
    @Argument(help: "The model.") var model: String
    @Option(help: "The data set of pictures.") var data: String
    @OptionGroup var options: GlobalOptions

    func run() throws {
        let bar = ImportBar(progress: options.progress)
        let report = try options.workspace().embedImages(model: model, dataset: data, progress: bar.show(pictures:of:))
        options.progress.clear()
        try output(report, as: options)
    }
}

extension EmbedImagesReport: Printable {
    var text: String {
        "\(pictures) pictures of '\(data)' as \(width) numbers each in \(seconds.fixed(1)) s: "
            + "try 'zoo query embeddings \(model) \(field) --near …'"
    }
}
