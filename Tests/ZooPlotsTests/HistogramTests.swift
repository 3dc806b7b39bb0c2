import Testing
import ZooPlots

private let titles = PlotTitles(title: "Biases", x: "bias", y: "films")

@Test func everyFiniteValueIsCountedOnce() {
    let values = (0..<1000).map { Double($0) / 100 } + [.nan, .infinity]
    let histogram = Histogram(titles: titles, values: values, steps: 10)
    #expect(histogram.counts.reduce(0, +) == 1000)
    #expect(histogram.counts.allSatisfy { (99...101).contains($0) })
    #expect(histogram.edges.first == 0 && histogram.edges.last == 9.99)
    #expect(histogram.edges.count == 11)
}

@Test func equalAndMissingValuesAreValid() {
    let one = Histogram(titles: titles, values: [2, 2, 2])
    #expect(one.counts == [3])
    #expect(one.edges == [1.5, 2.5])
    let none = Histogram(titles: titles, values: [])
    #expect(none.counts.isEmpty)
    for histogram in [one, none] { #expect(PlotDocument(histogram.svg()).isWellFormed) }
    #expect(none.text().contains("no data"))
}

@Test func barsStandForTheirCounts() {
    let histogram = Histogram(titles: titles, values: [0, 0.1, 0.9, 1, 1, 1], steps: 2)
    #expect(histogram.counts == [2, 4])
    let bars = PlotDocument(histogram.svg()).all("rect").dropFirst()
    let heights = bars.compactMap { Double($0.attributes["height"] ?? "") }
    #expect(heights.count == 2)
    #expect(abs(heights[1] / heights[0] - 2) < 0.01)
    #expect(histogram.text().contains("⣿"))
}
