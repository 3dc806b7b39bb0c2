/// What surrounds the data of a plot in a terminal, and the canvas within.
struct TextFrame {
    private let titles: PlotTitles
    private let x: Axis
    private let y: Axis
    private let legend: [String]
    private let width: Int
    private let labelWidth: Int
    private var canvas: TextCanvas

    init(titles: PlotTitles, x: Axis, y: Axis, legend: [String] = [], isEmpty: Bool, width: Int, height: Int) {
        self.titles = titles
        self.x = x
        self.y = y
        self.legend = legend
        self.width = max(24, width)
        labelWidth = min(self.width / 3, y.ticks.map(\.text.count).max() ?? 0)
        let around = 2 + [titles.title, titles.x, titles.y].filter { !$0.isEmpty }.count + (legend.isEmpty ? 0 : 1)
        canvas = TextCanvas(columns: self.width - labelWidth - 2, rows: max(3, max(8, height) - around))
        if isEmpty { _ = canvas.write("no data", column: max(0, canvas.columns / 2 - 3), row: canvas.rows / 2) }
    }

    /// A dot.
    mutating func dot(_ point: PlotPoint) {
        guard let (x, y) = place(point) else { return }
        canvas.set(x: x, y: y)
    }

    /// A straight line, where both its ends can be shown.
    mutating func line(_ start: PlotPoint, _ end: PlotPoint) {
        guard let from = place(start), let to = place(end) else { return }
        canvas.line(from.0, from.1, to.0, to.1)
    }

    /// A letter, where there is none yet.
    mutating func sign(_ letter: Character, at point: PlotPoint) {
        guard let (x, y) = place(point) else { return }
        _ = canvas.write(String(letter), column: x / 2, row: y / 4)
    }

    /// A filled bar from the axis up.
    mutating func bar(from low: Double, to high: Double, height: Double) {
        guard height > 0, let corner = place(PlotPoint(x: low, y: height)), let end = place(PlotPoint(x: high, y: 0))
        else { return }
        for column in corner.0...max(corner.0, end.0 - 1) { canvas.line(column, corner.1, column, canvas.rows * 4 - 1) }
    }

    /// A cross with a label.
    mutating func mark(_ point: PlotPoint, _ label: String) {
        guard let (x, y) = place(point), canvas.write("✕", column: x / 2, row: y / 4) else { return }
        _ = write(label, beside: point)
    }

    /// Writes a label right or left of a point where it fits without covering other letters.
    mutating func write(_ text: String, beside point: PlotPoint) -> Bool {
        let clean = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        guard !clean.unicodeScalars.contains(where: { $0.value < 0x20 }), let (x, y) = place(point) else {
            return false
        }
        let (column, row) = (x / 2, y / 4)
        return canvas.write(clean, column: column + 2, row: row, overDots: false)
            || canvas.write(clean, column: column - 1 - clean.count, row: row, overDots: false)
    }

    /// The lines of the whole plot.
    func rendered() -> String {
        var lines: [String] = []
        if !titles.title.isEmpty { lines.append(shortened(titles.title)) }
        if !legend.isEmpty { lines.append(shortened(legend.joined(separator: " · "))) }
        if !titles.y.isEmpty { lines.append(shortened(titles.y)) }
        var names: [Int: String] = [:]
        for tick in y.ticks {
            names[min(canvas.rows - 1, Int((1 - y.place(tick.value)) * Double(canvas.rows)))] = tick.text
        }
        for row in 0..<canvas.rows {
            let name = String((names[row] ?? "").prefix(labelWidth))
            let line = padded(name, labelWidth) + (name.isEmpty ? " │" : " ┤") + canvas.row(row)
            lines.append(line)
        }
        lines.append(String(repeating: " ", count: labelWidth + 1) + "└" + base())
        lines.append(String(repeating: " ", count: labelWidth + 2) + tickNames())
        if !titles.x.isEmpty {
            let title = shortened(titles.x)
            lines.append(String(repeating: " ", count: max(0, (width - title.count) / 2)) + title)
        }
        return lines.map(withoutTrailingSpaces).joined(separator: "\n") + "\n"
    }

    private func place(_ point: PlotPoint) -> (Int, Int)? {
        guard x.scale.shows(point.x), y.scale.shows(point.y) else { return nil }
        let (right, up) = (x.place(point.x), y.place(point.y))
        guard (0...1).contains(right), (0...1).contains(up) else { return nil }
        let (wide, high) = (canvas.columns * 2, canvas.rows * 4)
        return (min(wide - 1, Int(right * Double(wide))), min(high - 1, Int((1 - up) * Double(high))))
    }

    private func base() -> String {
        var line = [Character](repeating: "─", count: canvas.columns)
        for tick in x.ticks { line[column(tick)] = "┬" }
        return String(line)
    }

    private func tickNames() -> String {
        var line = [Character](repeating: " ", count: canvas.columns)
        var free = 0
        for tick in x.ticks {
            let start = max(0, min(canvas.columns - tick.text.count, column(tick) - tick.text.count / 2))
            guard start >= free, start + tick.text.count <= canvas.columns else { continue }
            for (offset, letter) in tick.text.enumerated() { line[start + offset] = letter }
            free = start + tick.text.count + 1
        }
        return String(line)
    }

    private func column(_ tick: Tick) -> Int {
        max(0, min(canvas.columns - 1, Int(x.place(tick.value) * Double(canvas.columns))))
    }

    private func shortened(_ text: String) -> String { TextMetrics.shortened(Self.harmless(text), limit: width) }

    /// Text without control characters, which a terminal would obey.
    private static func harmless(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            let isBreak = scalar == "\n" || scalar == "\r" || scalar == "\t"
            result.unicodeScalars.append(isBreak ? " " : isControl ? "\u{FFFD}" : scalar)
        }
        return result
    }

    private func padded(_ text: String, _ length: Int) -> String {
        String(repeating: " ", count: max(0, length - text.count)) + text
    }

    private func withoutTrailingSpaces(_ line: String) -> String {
        var line = Substring(line)
        while line.last == " " { line.removeLast() }
        return String(line)
    }
}
