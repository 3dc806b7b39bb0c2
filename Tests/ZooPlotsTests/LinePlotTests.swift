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

/// Far outside of the image, renderers with fixed-point coordinates draw anything.
@Test(arguments: AxisScale.allCases) func aCutLineStaysWithinTheImage(scale: AxisScale) {
    let values: [Double] = [3, 1e12, 2, -1e12, 1e12, 1, 3]
    let points = values.enumerated().map { PlotPoint(x: Double($0 + 1), y: $1) }
    let plot = LinePlot(
        titles: titles, series: [.init(name: "loss", points: points)], xScale: scale, yRange: 0...4)
    let path = PlotDocument(plot.svg()).all("path").first?.attributes["d"] ?? ""
    let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
    #expect(numbers.count >= 16 && numbers.allSatisfy { (0...880).contains($0) })
    #expect(plot.text().contains("4"))
}

@Test(arguments: [0.0, 1, 30]) func labelsOfCloseMarksDoNotOverlap(distance: Double) {
    for place in [1.0, 5, 9.9] {
        let marks = ["steepest 0.031", "minimum/10 0.022"].enumerated().map {
            LinePlot.Mark(x: place + Double($0) * distance / 1000, y: 2, label: $1)
        }
        let values = (0...10).map { PlotPoint(x: Double($0), y: 4 - Double($0) * 0.4) }
        let plot = LinePlot(titles: titles, series: [.init(name: "loss", points: values)], marks: marks)
        let labels = PlotDocument(plot.svg()).all("text").filter { $0.attributes["class"] == "label" }
        #expect(labels.count == 2)
        let boxes = labels.map { label -> (left: Double, right: Double, base: Double) in
            let x = Double(label.attributes["x"] ?? "") ?? .nan
            let width = Double(label.text.count) * 6
            let isLeft = label.attributes["text-anchor"] == "end"
            return (isLeft ? x - width : x, isLeft ? x : x + width, Double(label.attributes["y"] ?? "") ?? .nan)
        }
        guard boxes.count == 2 else { continue }
        let areApart =
            abs(boxes[0].base - boxes[1].base) >= 14 || boxes[0].right <= boxes[1].left
            || boxes[1].right <= boxes[0].left
        #expect(areApart)
    }
}
