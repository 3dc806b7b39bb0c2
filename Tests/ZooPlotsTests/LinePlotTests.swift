import Foundation
import Testing
import ZooPlots

private let titles = PlotTitles(title: "Range test", x: "learning rate", y: "loss")
private let rates = (0...60).map { PlotPoint(x: pow(10, -6 + Double($0) / 10), y: 1 + Double($0)) }

@Test func logarithmicAxesSpaceDecadesEvenly() throws {
    let plot = LinePlot(titles: titles, series: [.init(name: "loss", points: rates)], xScale: .logarithmic)
    let document = PlotDocument(plot.svg())
    let ticks = document.all("text").filter {
        $0.attributes["class"] == "tick" && $0.attributes["text-anchor"] == "middle"
    }
    #expect(ticks.map(\.text) == ["1e−6", "1e−5", "1e−4", "0.001", "0.01", "0.1", "1"])
    let places = ticks.compactMap { Double($0.attributes["x"] ?? "") }
    let gaps = zip(places, places.dropFirst()).map { $1 - $0 }
    #expect(gaps.allSatisfy { abs($0 - gaps[0]) < 0.02 })
}

@Test func numbersWithoutALogarithmAreLeftOut() {
    let points = [PlotPoint(x: 0, y: 1), PlotPoint(x: -1, y: 1)] + rates
    let plot = LinePlot(titles: titles, series: [.init(name: "loss", points: points)], xScale: .logarithmic)
    let plain = LinePlot(titles: titles, series: [.init(name: "loss", points: rates)], xScale: .logarithmic)
    #expect(plot.svg() == plain.svg())
}

@Test func gapsBreakTheLine() {
    let series = LinePlot.Series(name: "loss", values: [1, 2, .nan, 3, 4, .infinity, 5])
    let document = PlotDocument(LinePlot(titles: titles, series: [series]).svg())
    let path = document.all("path").first?.attributes["d"] ?? ""
    #expect(path.filter { $0 == "M" }.count == 2)
    #expect(path.filter { $0 == "L" }.count == 2)
    #expect(document.all("circle").count == 1)
}

@Test func marksAreDrawnAndLabelled() {
    let mark = LinePlot.Mark(x: rates[30].x, y: rates[30].y, label: "suggested: 1e-3")
    let plot = LinePlot(
        titles: titles, series: [.init(name: "loss", points: rates)], marks: [mark], xScale: .logarithmic)
    let document = PlotDocument(plot.svg())
    #expect(document.texts("label") == ["suggested: 1e-3"])
    #expect(document.all("line").contains { $0.attributes["class"] == "mark" })
    #expect(plot.text().contains("✕") && plot.text().contains("suggested: 1e-3"))
}

@Test func severalSeriesHaveALegendAndOneHasNone() {
    let a = LinePlot.Series(name: "training", values: [3, 2, 1])
    let b = LinePlot.Series(name: "validation", values: [3, 2.5, 2.6])
    #expect(
        PlotDocument(LinePlot(titles: titles, series: [a, b]).svg()).texts("legend") == ["training", "validation"])
    #expect(PlotDocument(LinePlot(titles: titles, series: [a]).svg()).texts("legend").isEmpty)
    #expect(LinePlot(titles: titles, series: [a, b]).text().contains("a: training · b: validation"))
}

@Test func epochsHaveWholeNumbers() {
    let document = PlotDocument(LinePlot(titles: titles, series: [.init(name: "loss", values: [0.5, 0.25])]).svg())
    let ticks = document.all("text").filter {
        $0.attributes["class"] == "tick" && $0.attributes["text-anchor"] == "middle"
    }
    #expect(ticks.map(\.text) == ["1", "2"])
}

@Test func tickLabelsTellNeighboursApart() {
    for values in [
        [0, 1e-12], [1e8, 1.00001e8], [-3e6, 4e6], [0.1, 0.7], [99.5, 100.5], [1e-280, 2e-280], [-1e299, 1e299],
    ] {
        let document = PlotDocument(LinePlot(titles: titles, series: [.init(name: "v", values: values)]).svg())
        let ticks = document.all("text").filter {
            $0.attributes["class"] == "tick" && $0.attributes["text-anchor"] == "end"
        }
        #expect(ticks.count >= 2, "\(values)")
        #expect(Set(ticks.map(\.text)).count == ticks.count, "\(values): \(ticks.map(\.text))")
    }
}

@Test func aGivenRangeCutsTheLine() {
    let plot = LinePlot(titles: titles, series: [.init(name: "loss", values: [1, 2, 1e9])], yRange: 0...4)
    let document = PlotDocument(plot.svg())
    #expect(document.texts("tick").contains("4"))
    #expect(!document.texts("tick").contains { $0.contains("e") })
}

@Test func emptyAndConstantPlotsAreValid() {
    for scale in AxisScale.allCases {
        for values in [[], [5], [5, 5, 5], [0], [0, 0], [.nan]] as [[Double]] {
            let plot = LinePlot(titles: titles, series: [.init(name: "", values: values)], xScale: scale)
            #expect(PlotDocument(plot.svg()).isWellFormed)
            #expect(!plot.svg().lowercased().contains("nan\""))
            #expect(plot.text().split(separator: "\n").count <= 24)
        }
    }
    #expect(PlotDocument(LinePlot(titles: PlotTitles(title: ""), series: []).svg()).isWellFormed)
}
