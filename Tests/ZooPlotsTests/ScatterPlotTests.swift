import Foundation
import Testing
import ZooPlots

private let titles = PlotTitles(title: "Films", x: "first", y: "second")

private func spiral(_ count: Int) -> [ScatterPlot.Item] {
    (0..<count).map { index in
        let t = Double(index)
        return ScatterPlot.Item(x: t * cos(t), y: t * sin(t), label: "Film number \(index)")
    }
}

@Test func everyFinitePointIsDrawnAndTheOthersAreLeftOut() {
    let bad = [(Double.nan, 1.0), (1, .infinity), (-.infinity, .nan), (1e305, 0)].map {
        ScatterPlot.Item(x: $0.0, y: $0.1, label: "bad")
    }
    let document = PlotDocument(ScatterPlot(titles: titles, items: spiral(20) + bad, maximumLabels: 0).svg())
    #expect(document.isWellFormed)
    #expect(document.all("circle").count == 20)
    #expect(document.texts("label").isEmpty)
    for circle in document.all("circle") {
        let x = Double(circle.attributes["cx"] ?? "") ?? .nan
        let y = Double(circle.attributes["cy"] ?? "") ?? .nan
        #expect((0...880).contains(x) && (0...560).contains(y))
    }
}

@Test func labelsStopAtTheMaximumAndTheImportantComeFirst() {
    var items = spiral(40)
    items.append(ScatterPlot.Item(x: 0.1, y: 0.1, label: "In the middle", priority: 1))
    let document = PlotDocument(ScatterPlot(titles: titles, items: items, maximumLabels: 12).svg())
    #expect(document.texts("label").count == 12)
    #expect(document.texts("label").first == "In the middle")
    // Without a priority the farthest point comes first.
    #expect(document.texts("label")[1].hasPrefix("Film number 3"))
}

@Test func labelsDoNotOverlap() {
    let svg = ScatterPlot(titles: titles, items: spiral(2000), maximumLabels: 2000).svg()
    let labels = PlotDocument(svg).all("text").filter { $0.attributes["class"] == "label" }
    #expect(labels.count > 20)
    // Narrower than the plot itself assumes: 5 px a letter.
    let boxes = labels.map { label -> (left: Double, right: Double, base: Double) in
        let x = Double(label.attributes["x"] ?? "") ?? .nan
        let width = Double(label.text.count) * 5
        let anchor = label.attributes["text-anchor"]
        let shift = anchor == "end" ? 1 : anchor == "middle" ? 0.5 : 0
        return (x - width * shift, x + width * (1 - shift), Double(label.attributes["y"] ?? "") ?? .nan)
    }
    for (index, a) in boxes.enumerated() {
        for b in boxes[(index + 1)...] {
            #expect(abs(a.base - b.base) >= 14.9 || a.right <= b.left || b.right <= a.left)
        }
    }
}

@Test func markupAndControlCharactersInLabelsAreHarmless() {
    let nasty = "</text><script>\"&' \u{0}\u{7}\u{FFFF}\n]]>"
    let plot = ScatterPlot(
        titles: PlotTitles(title: nasty, x: nasty, y: nasty), items: [ScatterPlot.Item(x: 1, y: 1, label: nasty)])
    let document = PlotDocument(plot.svg())
    #expect(document.isWellFormed)
    #expect(document.all("script").isEmpty)
    #expect(document.texts("label") == ["</text><script>\"&' \u{FFFD}\u{FFFD}\u{FFFD} ]]>"])
    #expect(!plot.text().unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
}

@Test(arguments: [0, 1]) func plotsOfLittleAreValid(count: Int) {
    let plot = ScatterPlot(titles: titles, items: spiral(count))
    let document = PlotDocument(plot.svg())
    #expect(document.isWellFormed)
    #expect(document.texts("axis").contains("no data") == (count == 0))
    #expect(plot.text().contains("no data") == (count == 0))
    #expect(!plot.svg().contains("nan") && !plot.svg().contains("inf"))
}

@Test func theSamePlotGivesTheSameBytes() {
    let plots = (0..<2).map { _ in ScatterPlot(titles: titles, items: spiral(500)) }
    #expect(plots[0].svg() == plots[1].svg())
    #expect(plots[0].text() == plots[1].text())
}

@Test func nothingIsLoadedFromElsewhere() {
    let svg = ScatterPlot(titles: titles, items: spiral(30)).svg()
    #expect(!svg.contains("href") && !svg.contains("url(") && !svg.contains("<script"))
}

@Test(arguments: [(24, 8), (80, 24), (120, 40), (1, 1)]) func textFitsItsTerminal(size: (Int, Int)) {
    let lines = ScatterPlot(titles: titles, items: spiral(100)).text(width: size.0, height: size.1)
        .split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(lines.count <= max(8, size.1))
    #expect(lines.allSatisfy { $0.count <= max(24, size.0) })
}

@Test func tinyPicturesAreStillValid() {
    #expect(PlotDocument(ScatterPlot(titles: titles, items: spiral(10)).svg(width: 1, height: -5)).isWellFormed)
}
