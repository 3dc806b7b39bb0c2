import Foundation
import Testing
import ZooPlots

private func plot(_ count: Int) -> IntervalPlot {
    IntervalPlot(
        titles: PlotTitles(title: "Biases", x: "bias"),
        items: (0..<count).map { row in
            let width = row % 2 == 0 ? 0.1 : 1.0
            return IntervalPlot.Item(
                label: "Film & \(row)", value: Double(row) / 10, low: Double(row) / 10 - width,
                high: Double(row) / 10 + width)
        } + [IntervalPlot.Item(label: "bad", value: .nan, low: 0, high: 1)])
}

@Test func everyIntervalIsDrawnBesideItsName() throws {
    let document = PlotDocument(plot(4).svg())
    #expect(document.isWellFormed)
    #expect(document.all("circle").count == 4 && document.all("path").count == 4)
    let names = document.texts("tick").filter { $0.hasPrefix("Film") }
    #expect(names == (0..<4).map { "Film & \($0)" })
    // A wide interval is ten times as long as a narrow one.
    let lengths = try document.all("path").map { path -> Double in
        let numbers = try #require(path.attributes["d"]).split { !"-.0123456789".contains($0) }.compactMap {
            Double($0)
        }
        return numbers[2] - numbers[0]
    }
    #expect(abs(lengths[1] / lengths[0] - 10) < 0.1 && abs(lengths[0] - lengths[2]) < 0.1)
}

@Test func onlyAsManyIntervalsAsThereIsRoomForAreDrawn() {
    #expect(plot(100).items.count == IntervalPlot.maximumItems)
    #expect(PlotDocument(plot(0).svg()).isWellFormed && plot(0).items.isEmpty)
}

@Test func intervalsAreDrawnInATerminal() {
    let lines = plot(5).text().split(separator: "\n")
    #expect(lines.count { $0.contains("●") } == 5 && lines.count { $0.contains("Film & ") } == 5)
}
