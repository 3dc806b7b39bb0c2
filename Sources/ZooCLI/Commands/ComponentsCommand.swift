import ArgumentParser
import Foundation
import ZooEmbeddings
import ZooWorkflows

/// `zoo pca`
struct ComponentsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pca", abstract: "Principal components of a model's embeddings, with the names at both ends.")
    @Argument(help: "Name of the model.") var model: String
    @Argument(
        help: "Field of the embeddings: user, item, token, class, image, or a column; 'zoo models show' lists them.")
    var field: String
    @Option(
        name: [.customShort("k"), .customLong("components")],
        help: "Number of components, 1 or more. (default: 3, or as many as there are)")
    var count: Int?
    @Option(help: "Centre features (standard PCA) or items (as fast.ai does).")
    var center: PrincipalComponents.Centre = .features
    @Option(
        name: [.customShort("n"), .customLong("ends")], help: "Number of names at each end of a component, 0 or more.")
    var ends = 10
    @Option(help: "Leave out entries with fewer training examples than this number, 0 or more.") var minimumCount = 0
    @Option(help: "Use only this number of entries, 1 or more, those with the most training examples. (default: all)")
    var mostCounted: Int?
    @Option(
        help:
            "File for a labelled scatter plot of two components: SVG, or PNG if the name ends in .png. (default: none)",
        completion: .file())
    var plot: String?
    @OptionGroup var replacing: ReplaceFileOption
    @Option(help: "Components on the axes of --plot, such as 1,3; a single one gives a histogram. (default: 1,2)")
    var component: CommaList?
    @Option(
        help: """
            Values that colour the points of --plot: bias, count or mean; class or split of images; or TABLE.COLUMN of a \
            table with the same keys. (default: none)
            """)
    var colour: String?
    @Flag(
        help: """
            Name each component by what it goes with: bias, count and mean, attributes of the data set, metadata, words of the \
            labels, and the columns of --sql and --colour. (default: no names)
            """)
    var name = false
    @Option(
        help: "SELECT with the keys of the entries in its first column, and further columns for --name. (default: none)"
    )
    var sql: String?
    @Option(help: "Maximum number of points of --plot that are named, 0 or more. (default: 40)") var labels: Int?
    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try checkAbove0(count, "-k")
        try checkRange(ends, "-n", 0...)
        try checkRange(minimumCount, "--minimum-count", 0...)
        try checkAbove0(mostCounted, "--most-counted")
        guard sql == nil || name else { throw ValidationError("--sql goes with --name") }
        if plot == nil,
            let option = [
                component.map { _ in "--component" }, name ? nil : colour.map { _ in "--colour" },
                labels.map { _ in "--labels" },
            ]
            .compactMap({ $0 }).first
        {
            throw ValidationError("\(option) goes with --plot")
        }
        try checkRange(labels, "--labels", 0...)
        _ = try axes()
    }

    /// The numbers of `--component`.
    private func axes() throws -> [Int]? {
        guard let component else { return nil }
        let numbers = component.names.compactMap { Int($0) }
        guard numbers.count == component.names.count, (1...2).contains(numbers.count),
            Set(numbers).count == numbers.count,
            numbers.allSatisfy({ $0 > 0 })
        else {
            throw ValidationError("--component takes one or two different numbers above 0, such as 1,3")
        }
        return numbers
    }

    func run() throws {
        try replacing.check(plot)
        var request = ComponentsRequest(model: model, field: field)
        request.count = count
        request.centre = center
        request.ends = ends
        request.minimumCount = minimumCount
        request.mostCounted = mostCounted
        request.axes = try axes()
        request.colour = colour
        request.labels = labels ?? request.labels
        (request.isNamed, request.nameColumns, request.seed) = (name, sql, options.seed)
        let (report, scatter) = try options.workspace().components(request)
        try replacing.write(scatter, to: plot, saying: options.progress)
        try output(report, as: options)
    }
}

extension PrincipalComponents.Centre: ExpressibleByArgument {}

extension ComponentsReport: Printable {
    var text: String {
        let tables = components.enumerated().map { index, component in
            let share = (100 * component.explainedVarianceRatio).fixed(1)
            var table = TextTable(
                ["component \(index + 1)", "\(share) % of variance", "", ""], rightAligned: [0, 2])
            for row in 0..<max(component.lowest.count, component.highest.count) {
                let low = row < component.lowest.count ? component.lowest[row] : nil
                let high = row < component.highest.count ? component.highest[row] : nil
                table.add([low?.value.fixed(3) ?? "", low?.shown ?? "", high?.value.fixed(3) ?? "", high?.shown ?? ""])
            }
            return table.text + (component.names.map { "\n" + Self.named($0) } ?? "")
        }
        guard let namesTried, let permutations else { return tables.joined(separator: "\n\n") }
        let tested =
            "\(namesTried) features were tried on each component; p is the chance that any of them goes as well with any component "
            + "by chance (maximum of \(permutations) permutations), r the correlation of ranks"
        return (tables + [tested]).joined(separator: "\n\n")
    }

    /// The features that go with a component, or that none does.
    private static func named(_ matches: [AxisNames.Match]) -> String {
        func text(_ match: AxisNames.Match) -> String {
            "\(match.name) (r \(match.correlation < 0 ? "" : "+")\(match.correlation.fixed(2)), p \(match.p.fixed(3)))"
        }
        guard let closest = matches.first else { return "nothing is known of the entries to name it by" }
        let found = matches.filter { $0.p <= 0.05 }
        guard !found.isEmpty else { return "nothing stands out; the closest is \(text(closest))" }
        func side(_ name: String, _ matches: [AxisNames.Match]) -> String? {
            matches.isEmpty ? nil : "\(name) end: " + matches.prefix(4).map(text).joined(separator: ", ")
        }
        return [side("low", found.filter { $0.correlation < 0 }), side("high", found.filter { $0.correlation > 0 })]
            .compactMap { $0 }.joined(separator: "\n")
    }
}
