import ArgumentParser
import Foundation
import ZooEmbeddings
import ZooWorkflows

/// `zoo map`
struct MapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "map", abstract: "A map of a model's embeddings, with clusters, as plot, page and table.",
        discussion: """
            Entries that are near each other in the original space are near each other on the map. --html writes one file that \
            any browser opens without a network: zoom, search, colours, a lasso, and the true neighbours of what is clicked. \
            --table writes the columns key, label, x, y and cluster. Clusters are in zoo_clusters, too. The same seed gives \
            the same map with any number of threads.
            """)
    @Argument(help: "Name of the model.") var model: String
    @Argument(
        help: "Field of the embeddings: user, item, token, class, image, or a column; 'zoo models show' lists them.")
    var field: String
    @Option(help: "Way to make the map: umap, tsne (up to 30000 entries), or pca.") var method: MapMethod = .umap
    @Option(help: "Measure of what is near: cosine or euclidean.") var metric: MapMetric = .cosine
    @Option(
        name: .customLong("neighbours"),
        help:
            "Neighbours of an entry for umap, itself counted, 2 to 1000: more show the whole, fewer the detail. (default: 15)"
    )
    var neighbours: Int?
    @Option(
        help: "Least distance between points for umap, 0 to 1: smaller values pack clusters. (default: 0.1)")
    var minDist: Double?
    @Option(help: "Number of neighbours that t-SNE weighs, 2 to 500. (default: 30)") var perplexity: Double?
    @Option(
        help: "Epochs of umap, 1 to 10000: how often points are moved. (default: 500 up to 10000 entries, else 200)")
    var epochs: Int?
    @Flag(help: "Compare all pairs to find neighbours. (default: only where that takes about a second)")
    var exact = false
    @Option(
        help: """
            Clusters to find: hdbscan, by density on the map; hdbscan:N, of N entries or more, from 2; or k-means:K, K clusters \
            of the vectors, 1 to 10000. (default: none)
            """, transform: { try ClusterOption($0) })
    var cluster: ClusterOption?
    @Option(
        help: """
            Values that colour the points: bias, count or mean; class or split of images; or TABLE.COLUMN of a table with \
            the same keys. (default: the clusters)
            """)
    var colour: String?
    @Option(help: "File for a plot: SVG, or PNG if the name ends in .png. (default: none)", completion: .file())
    var plot: String?
    @Option(help: "Maximum number of points of --plot that are named, 0 or more. (default: 40)") var labels: Int?
    @Option(help: "File for the page that browsers open, HTML. (default: none)", completion: .file()) var html: String?
    @Option(
        help:
            "Table of the database for the map: a new one, or with --replace that of an earlier run. (default: none)")
    var table: String?
    @Option(
        help: """
            Table of an earlier map of the same vectors: its entries stay where they are, and the others are placed among them \
            without a new fit. (default: none)
            """)
    var onto: String?
    @Flag(
        help: "Replace the table in --table if an earlier map wrote it, the image in --plot, and any text in --html.")
    var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkRange(neighbours, "--neighbours", 2...1000)
        try checkRange(minDist, "--min-dist", 0...1.0)
        try checkRange(perplexity, "--perplexity", 2...500.0)
        try checkRange(epochs, "--epochs", 1...10000)
        try checkRange(labels, "--labels", 0...)
        let isUMAP = [
            neighbours.map { _ in "--neighbours" }, minDist.map { _ in "--min-dist" }, epochs.map { _ in "--epochs" },
        ]
        if method != .umap, let option = (isUMAP + [onto.map { _ in "--onto" }]).compactMap({ $0 }).first {
            throw ValidationError("\(option) goes with --method umap")
        }
        guard perplexity == nil || method == .tsne else {
            throw ValidationError("--perplexity goes with --method tsne")
        }
        guard colour == nil || plot != nil || html != nil else {
            throw ValidationError("--colour goes with --plot or --html")
        }
        guard labels == nil || plot != nil else { throw ValidationError("--labels goes with --plot") }
        if let plot, let problem = PlotFile.problem(of: plot) {
            throw ValidationError("--plot \(plot): \(problem)")
        }
        guard !replace || table != nil || html != nil || plot != nil else {
            throw ValidationError("--replace goes with --table, --html or --plot")
        }
        func place(_ path: String) -> URL { URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath() }
        if let plot, let html, place(plot) == place(html) {
            throw ValidationError("--plot and --html name the same file, \(plot): give two names")
        }
    }

    func run() throws {
        var request = MapRequest(model: model, field: field)
        request.method = method
        request.options.metric = metric == .cosine ? .cosine : .euclidean
        request.options.neighbours = neighbours ?? request.options.neighbours
        request.options.minimumDistance = minDist ?? request.options.minimumDistance
        (request.options.epochs, request.options.seed) = (epochs, options.seed)
        if exact { request.options.isExact = true }
        request.perplexity = perplexity ?? request.perplexity
        (request.clusters, request.colour, request.onto) = (cluster?.method, colour, onto)
        (request.plot, request.page, request.table, request.isReplacing) = (plot, html, table, replace)
        request.labels = labels ?? request.labels
        let bar = TrainingBar(progress: options.progress)
        let (report, scatter) = try options.workspace().map(request) { share in
            bar.show("map", Int(100 * share), of: 100, unit: "percent")
        }
        bar.clear()
        for note in report.notes { options.progress.say("note: \(note)") }
        for file in report.written { options.progress.say("wrote \(file)") }
        if report.written.isEmpty, !options.json { outputText(scatter.text()) }
        try output(report, as: options)
    }
}

/// Measures by which a map can be made.
enum MapMetric: String, ExpressibleByArgument, CaseIterable { case cosine, euclidean }

/// `hdbscan`, `hdbscan:N` or `k-means:K`.
struct ClusterOption {
    let method: ClusterMethod

    /// - Throws: `ValidationError`
    init(_ argument: String) throws {
        let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
        let number = parts.count == 2 ? Int(parts[1]) : nil
        switch (parts[0], parts.count, number) {
        case ("hdbscan", 1, _): method = .hdbscan(minimumSize: nil)
        case ("hdbscan", 2, let size?) where size >= 2: method = .hdbscan(minimumSize: size)
        case ("k-means", 2, let k?) where k >= 1 && k <= 10_000: method = .kMeans(k)
        default:
            throw ValidationError(
                "'\(argument)' names no clusters: hdbscan, hdbscan:N with N from 2, or k-means:K with K from 1 to 10000"
            )
        }
    }
}

extension MapMethod: ExpressibleByArgument {}

extension MapReport: Printable {
    var text: String {
        let head = "map of \(points.count == 1 ? "1 entry" : "\(points.count) entries") (\(method), \(metric))"
        guard let unclustered else { return head }
        guard !clusters.isEmpty else { return head + "\nno clusters: hdbscan:N with a smaller N finds smaller ones" }
        var table = TextTable(["cluster", "entries", "name"], rightAligned: [0, 1])
        for cluster in clusters { table.add(["\(cluster.cluster)", "\(cluster.size)", cluster.name]) }
        if unclustered > 0 { table.add(["", "\(unclustered)", "(in none)"]) }
        return head + "\n" + table.text
    }
}
