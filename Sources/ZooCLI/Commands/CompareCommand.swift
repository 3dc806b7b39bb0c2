import ArgumentParser
import ZooData
import ZooWorkflows

/// `zoo compare`
struct CompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Compare the embeddings of two models: what stayed together, and what moved.",
        discussion: """
            Entries are matched by key. Three figures say how alike the vectors are, each with a 95 % interval (jackknife over 50 groups of entries):

            overlap is the mean share of the nearest neighbours by the cosine that are the same; linear CKA is 1 where one set of vectors is the other turned and scaled, and near 0 where they have nothing in common; the Procrustes residual is the share of squares that is left after the best turn and scale.

            The entries listed are those whose cosines to their neighbours changed most, with their closest neighbours in both models.
            """)
    @Argument(help: "Name of the first model.") var first: String
    @Argument(help: "Name of the second model.") var second: String
    @Argument(
        help: "Field of the embeddings: user, item, token, class, image, or a column; 'zoo models show' lists them.")
    var field: String
    @Option(help: "Field of the second model. (default: the same field)") var otherField: String?
    @Option(
        name: [.customShort("k"), .customLong("neighbours")],
        help: "Number of nearest neighbours of each entry that are compared, 1 or more.")
    var neighbours = 15
    @Option(
        name: [.customShort("n"), .customLong("count")],
        help: "Number of entries that are listed, those that moved most, 0 or more.")
    var count = 10
    @Option(
        help: "CSV file for the overlap and the change of every entry. (default: none)", completion: .file())
    var output: String?
    @Option(help: "Table of the database for the overlap and the change of every entry. (default: none)") var table:
        String?
    @Option(
        help: """
            HTML file for a page with two linked maps: what is chosen, found or selected in one is marked in the other. \
            (default: none)
            """, completion: .file())
    var html: String?
    @Option(help: "Way to make the maps of --html: umap, tsne (up to 30000 entries), or pca. (default: umap)")
    var method: MapMethod?
    @Flag(help: "Replace the table in --table if it was written by zoo, and any file in --output and --html.")
    var replace = false
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkAbove0(neighbours, "-k")
        try checkRange(count, "-n", 0...)
        guard output == nil || table == nil else { throw ValidationError("give either --table or --output") }
        guard !replace || output != nil || table != nil || html != nil else {
            throw ValidationError("--replace is for --table, --output and --html")
        }
        guard method == nil || html != nil else { throw ValidationError("--method goes with --html") }
    }

    func run() throws {
        var request = CompareEmbeddingsRequest(first, second, field: field)
        request.otherField = otherField
        request.neighbours = neighbours
        request.count = count
        request.seed = options.seed
        request.output =
            output.map { .file(TableOutput($0, isReplacing: replace)) }
            ?? table.map { .table($0, replace ? .replace : .create) }
        (request.page, request.method, request.isReplacing) = (html, method ?? .umap, replace)
        let bar = TrainingBar(progress: options.progress)
        let report = try options.workspace().compareEmbeddings(request) { share in
            bar.show("maps", Int(100 * share), of: 100, unit: "percent")
        }
        bar.clear()
        for note in report.notes { options.progress.say("note: \(note)") }
        try ZooCLI.output(report, as: options)
    }
}

extension CompareEmbeddingsReport: Printable {
    var text: String {
        func line(_ name: String, _ estimate: (value: Double, low: Double, high: Double), _ more: String = "")
            -> [String]
        {
            [
                estimate.value.fixed(4), name,
                "95 % interval \(estimate.low.fixed(4)) to \(estimate.high.fixed(4))\(more)",
            ]
        }
        var figures = TextTable(["", "\(compared[0]) and \(compared[1])", ""], rightAligned: [0])
        let chance = ", by chance \(overlapByChance.fixed(4))"
        figures.add(
            line("overlap of \(neighbours) nearest neighbours", (overlap.value, overlap.low, overlap.high), chance))
        figures.add(line("linear CKA", (linearCKA.value, linearCKA.low, linearCKA.high)))
        figures.add(
            line(
                "Procrustes residual",
                (procrustesResidual.value, procrustesResidual.low, procrustesResidual.high)))
        let left = zip(compared, only).filter { $0.1 > 0 }.map { "\($0.1) only in \($0.0)" }
        var parts = [figures.text, (["\(entries) entries compared"] + left).joined(separator: ", ")]
        if !moved.isEmpty {
            var table = TextTable(
                ["change", "overlap", "moved most", "closest before", "closest after"], rightAligned: [0, 1])
            for entry in moved {
                table.add([
                    entry.change.fixed(4), entry.overlap.fixed(2), entry.label,
                    entry.before.prefix(2).joined(separator: "; "), entry.after.prefix(2).joined(separator: "; "),
                ])
            }
            parts.append("\n" + table.text)
        }
        if let page { parts.append("wrote the page of two maps to '\(page)'") }
        if let output { parts.append("wrote the overlap and change of every entry to '\(output)'") }
        return parts.joined(separator: "\n")
    }
}
