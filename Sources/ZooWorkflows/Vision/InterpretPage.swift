import Foundation
import ZooPlots
import ZooVision

/// A page on what a model gets right and wrong: one HTML file with the images in it, which needs nothing else.
struct InterpretPage {
    let report: InterpretReport
    let source: any ImageSource
    /// Pixels of the shorter side of the images that are shown.
    private static let shortSide = 112
    /// A matrix of more classes is no use to anybody; the list of what is confused most is.
    private static let mostClasses = 40

    /// The page.
    ///
    /// - Throws: what reading an image throws
    func html() throws -> String {
        let title = "\(report.model) on \(report.data) (\(report.split))".escapedForMarkup
        let sections = try [
            ("Most wrong", "Wrong, and sure of it.", report.mostWrong),
            ("Least sure", "Where the model wavered, right or wrong.", report.leastSure),
            ("Most correct", "Right, and sure of it.", report.mostCorrect),
        ].map { try section($0, $1, $2) }
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>\(title)</title>
            <style>\(Self.style)</style></head>
            <body>
            <h1>\(title)</h1>
            <p>\(report.pictures) images, accuracy \(Self.text(report.accuracy)), loss \(Self.text(report.loss)) nats.</p>
            \(matrix)\(confused)\(classTable)\(sections.joined())</body>
            </html>

            """
    }

    private var matrix: String {
        guard !report.confusion.isEmpty, report.classes.count <= Self.mostClasses else { return "" }
        let head = report.classes.map { "<th class=\"turned\"><span>\($0.name.escapedForMarkup)</span></th>" }.joined()
        let rows = zip(report.classes, report.confusion).enumerated().map { index, row in
            let whole = max(1, row.1.reduce(0, +))
            let cells = row.1.enumerated().map { place, count in
                let share = Double(count) / Double(whole)
                let colour = place == index ? "46,125,50" : "198,40,40"
                let text = count == 0 ? "" : String(count)
                return "<td style=\"background:rgba(\(colour),\(Self.text(share * 0.8)))\">\(text)</td>"
            }
            return "<tr><th>\(row.0.name.escapedForMarkup)</th>\(cells.joined())</tr>\n"
        }
        return """
            <h2>Confusion matrix</h2>
            <p>A row is what the images show, a column what they were taken for.</p>
            <div class="wide"><table class="matrix"><tr><th></th>\(head)</tr>
            \(rows.joined())</table></div>

            """
    }

    private var confused: String {
        guard !report.confused.isEmpty else { return "" }
        let rows = report.confused.prefix(20).map {
            "<tr><td>\($0.actual.escapedForMarkup)</td><td>\($0.answered.escapedForMarkup)</td><td>\($0.pictures)</td></tr>\n"
        }
        return """
            <h2>Most confused</h2>
            <table><tr><th>shown</th><th>taken for</th><th>images</th></tr>
            \(rows.joined())</table>

            """
    }

    private var classTable: String {
        let rows = report.classes.map { one in
            "<tr><td>\(one.name.escapedForMarkup)</td><td>\(one.pictures)</td><td>\(one.answered)</td>"
                + [one.precision, one.recall, one.f1].map { "<td>\($0.map(Self.text) ?? "–")</td>" }.joined()
                + "</tr>\n"
        }
        return """
            <h2>Classes</h2>
            <table><tr><th>class</th><th>images</th><th>answered</th><th>precision</th><th>recall</th><th>F1</th></tr>
            \(rows.joined())</table>

            """
    }

    private func section(_ title: String, _ text: String, _ images: [JudgedImage]) throws -> String {
        guard !images.isEmpty else { return "" }
        let figures = try images.map { one in
            let image = try source.image(one.row, shortSide: Self.shortSide)
            let small = image.shortSide > Self.shortSide ? image.resized(shortSide: Self.shortSide) : image
            let data = Data(try small.jpegData(quality: 85)).base64EncodedString()
            func list(_ names: [String]) -> String { names.isEmpty ? "nothing" : names.joined(separator: ", ") }
            let name = one.name.escapedForMarkup
            return """
                <figure><img src="data:image/jpeg;base64,\(data)" alt="\(name)">
                <figcaption><b>\(list(one.answered).escapedForMarkup)</b> \(Self.text(one.probability))<br>
                is \(list(one.actual).escapedForMarkup), loss \(Self.text(one.loss))<br><small>\(name)</small></figcaption></figure>

                """
        }
        return "<h2>\(title)</h2>\n<p>\(text)</p>\n<div class=\"images\">\n\(figures.joined())</div>\n"
    }

    private static func text(_ number: Double) -> String { String(format: "%.4f", number) }

    private static let style = """
        :root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem}
        table{border-collapse:collapse}td,th{padding:.2rem .6rem;border:1px solid #8884;text-align:right}
        td:first-child,th:first-child{text-align:left}.wide{overflow-x:auto}.matrix td{text-align:center;min-width:2.2rem}
        .turned{vertical-align:bottom;height:6rem}.turned span{writing-mode:vertical-rl;transform:rotate(180deg)}
        .images{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;width:13rem}
        img{height:112px;max-width:13rem;object-fit:contain;image-rendering:auto}small{overflow-wrap:anywhere}
        """
}
