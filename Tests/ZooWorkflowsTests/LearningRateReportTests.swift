import Foundation
import Testing
import ZooCollab
import ZooLearn
import ZooPlots
import ZooRecords
import ZooWorkflows

private func curve(last: Double) -> LearningRateCurve {
    let rates = (0..<60).map { pow(10, -6 + Double($0) / 10) }
    let losses = (0..<60).map { $0 < 50 ? 2.3 - Double($0) * 0.02 : last }
    return LearningRateCurve(rates: rates, losses: losses, smoothing: 0.5)
}

/// The heights of a plot's line in pixels.
private func heights(_ plot: LinePlot) -> [Double] {
    let path = plot.svg().components(separatedBy: "<path d=\"").dropFirst().first?.prefix { $0 != "\"" } ?? ""
    let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
    return stride(from: 1, to: numbers.count, by: 2).map { numbers[$0] }
}

@Test func anExplodingLossIsCutSoThatTheValleyShows() {
    let plot = LinePlot(of: curve(last: 1e6), title: "rates", lossName: "loss, nats")
    #expect(plot.titles.y.hasPrefix("loss, nats, cut at ") && plot.titles.y.contains(" (the highest is "))
    #expect(plot.text().contains("cut at"))
    let line = heights(plot)
    // From the first loss down to the least one takes more than half of the image's height.
    #expect((line.max() ?? 0) - (line.first ?? 0) > 220)
    #expect(line.allSatisfy { (0...560).contains($0) })
}

@Test func aLossThatDoesNotExplodeIsShownWhole() {
    let plot = LinePlot(of: curve(last: 1.5), title: "rates", lossName: "loss, nats")
    #expect(plot.titles.y == "loss, nats" && plot.yRange == nil)
    let nothing = LinePlot(of: LearningRateCurve(rates: [], losses: []), title: "", lossName: "loss")
    #expect(nothing.yRange == nil)
}

@Test func lossesThatAreNoNumbersAreLeftOut() {
    let plot = LinePlot(of: curve(last: .infinity), title: "rates", lossName: "loss")
    #expect(plot.yRange == nil && !plot.svg().contains("inf"))
}

@Test func aPNGWithoutLibrsvgNamesThePackageAndTheCommand() {
    let text = PlotFile.missing("my plots/a.png")
    #expect(text.contains("apt install librsvg2-bin") && text.contains("rsvg-convert -z 2 -o 'my plots/a.png' a.svg"))
}

@Test func wordsAreQuotedForTheShellWhereTheyNeedIt() {
    #expect("films".shellQuoted == "films" && "random:0.2".shellQuoted == "random:0.2")
    #expect("--sql".shellQuoted == "--sql" && "Zürich/a_b.csv".shellQuoted == "Zürich/a_b.csv")
    #expect("SELECT * FROM t".shellQuoted == "'SELECT * FROM t'")
    #expect("it's".shellQuoted == "'it'\\''s'" && "".shellQuoted == "''")
    #expect("~/x".shellQuoted == "'~/x'" && "$HOME".shellQuoted == "'$HOME'" && "a;b".shellQuoted == "'a;b'")
}

@Test(arguments: [("bpr", "loss, nats a pair"), ("dot-bias", "mean squared error")])
func theAxisOfARecommenderNamesItsLoss(model: String, loss: String) throws {
    try withWorkspace { zoo in
        try zoo.importDemo()
        let recipe = try #require(CollabAlgorithm.named(model)).recipe(CollabTrainingOptions())
        let plot = try zoo.findCollabLearningRate(dataset: "demo", split: .all, recipe: recipe, steps: 10).plot
        #expect(plot.titles.y.hasPrefix(loss), "\(plot.titles.y)")
    }
}
