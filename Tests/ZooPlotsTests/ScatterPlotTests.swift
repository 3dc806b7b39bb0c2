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

@Test func tinyImagesAreStillValid() {
    #expect(PlotDocument(ScatterPlot(titles: titles, items: spiral(10)).svg(width: 1, height: -5)).isWellFormed)
}

/// Renderers that ignore `paint-order` draw a stroke over the letters it belongs to.
@Test func halosAreDrawnBeforeTheirLabelsAndApart() {
    let svg = ScatterPlot(titles: titles, items: spiral(30)).svg()
    #expect(!svg.contains("paint-order"))
    let texts = PlotDocument(svg).all("text").filter { ["halo", "label"].contains($0.attributes["class"] ?? "") }
    #expect(texts.count >= 20)
    for pair in stride(from: 0, to: texts.count - 1, by: 2).map({ (texts[$0], texts[$0 + 1]) }) {
        #expect(pair.0.attributes["class"] == "halo" && pair.1.attributes["class"] == "label")
        #expect(pair.0.text == pair.1.text && pair.0.attributes["x"] == pair.1.attributes["x"])
    }
    let style = PlotDocument(svg).all("style").first?.text ?? ""
    #expect(style.contains(".halo{") && !style.contains(".label{font-size:12px;stroke"))
}

@Test func numbersColourPointsOnARampWithALegend() {
    let items = spiral(5)
    let plot = ScatterPlot(
        titles: titles, items: items, maximumLabels: 0, colouring: .numbers(title: "rated", [1, 2, 3, nil, 5]))
    let document = PlotDocument(plot.svg())
    let fills = document.all("circle").compactMap { $0.attributes["fill"] }
    #expect(fills.count == 5 && Set(fills).count == 5)
    #expect(document.texts("legend") == ["rated: 1", "5"])
    let unknown = ScatterPlot(titles: titles, items: items, colouring: .numbers(title: "rated", []))
    #expect(PlotDocument(unknown.svg()).texts("legend") == ["rated: unknown"])
}

@Test func groupsColourPointsAndTheRarestShareOne() {
    let names = (0..<60).map { "group \($0 % 12)" }
    let plot = ScatterPlot(
        titles: titles, items: spiral(60), maximumLabels: 5, colouring: .groups(title: "genre", names))
    let document = PlotDocument(plot.svg(width: 2000, height: 800))
    #expect(document.texts("legend").count == 8 && document.texts("legend").last == "other")
    #expect(Set(document.all("circle").compactMap { $0.attributes["fill"] }).count == 8)
    #expect(document.texts("label").count == 5)
}

@Test func aLibraryThatIsNotThereDrawsNothing() {
    #expect(SVGRasteriser(names: ["libnothing-of-this-name.so.7"]) == nil)
}

@Test(.enabled(if: SVGRasteriser.installed != nil, "there is no librsvg here"))
func anInstalledLibraryDrawsAnImage() throws {
    let rasteriser = try #require(SVGRasteriser.installed)
    let svg = ScatterPlot(titles: titles, items: spiral(30)).svg()
    let png = rasteriser.png(svg, width: 440, height: 280) ?? []
    #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]) && png.count > 2000)
    #expect(rasteriser.png("no image", width: 10, height: 10) == nil)
}
