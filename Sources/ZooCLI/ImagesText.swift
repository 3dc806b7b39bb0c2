import Foundation
import ZooData
import ZooWorkflows

extension ImagesImportReport: Printable {
    private static let mostListed = 20

    var text: String {
        var lines = [dataset.summary]
        if case .images(let summary) = dataset.contents { lines.append(summary.classTable) }
        if !leftOut.isEmpty {
            lines.append("Left out \(leftOut.count.counting("file")):")
            lines += leftOut.prefix(Self.mostListed).map { "  \($0.name.onOneLine): \($0.reason)" }
            let more = leftOut.count - Self.mostListed
            if more > 0 { lines.append("  … \(more) more; --json lists all") }
        }
        return (lines + notes.map { "note: \($0)" }).joined(separator: "\n")
    }
}

extension ImagesSummary {
    /// How many, and what for.
    var headline: String {
        let parts = [("train", counts.train), ("valid", counts.valid), ("test", counts.test)].filter { $0.1 > 0 }
        return "\(images.counting("image")) of \(classes.count.counting("class", "classes"))"
            + (isMultiLabel ? ", several an image: " : ": ")
            + parts.map { "\($0.1) \($0.0)" }.joined(separator: ", ")
    }

    /// A line a class.
    var classTable: String {
        var table = TextTable(
            ["class", "train", "valid", "test", "width", "height", "MB"], rightAligned: [1, 2, 3, 4, 5, 6])
        for one in classes.prefix(200) {
            table.add([
                one.name.onOneLine, String(one.counts.train), String(one.counts.valid), String(one.counts.test),
                one.sizes.widths, one.sizes.heights, one.sizes.megabytes,
            ])
        }
        return table.text + (classes.count > 200 ? "\n… \(classes.count - 200) more classes" : "")
    }

    /// What more there is to tell, a line each.
    var details: [(name: String, text: String)] {
        var lines = [("size", "\(sizes.widths) x \(sizes.heights) pixels, \(sizes.megabytes) MB")]
        if packedSize > 0 { lines.append(("packed", "\(packedSize) x \(packedSize) pixels")) }
        if unreadable > 0 {
            lines.append(
                ("left out", "\(unreadable.counting("file")) that \(unreadable == 1 ? "is no image" : "are no images")")
            )
        }
        return lines
            + classes.map { one in
                let counts = "\(one.counts.train) train, \(one.counts.valid) valid, \(one.counts.test) test"
                return ("class \(one.name.onOneLine)", counts)
            }
    }
}

extension ImageSizes {
    fileprivate var widths: String { Self.range(minimumWidth, maximumWidth) }
    fileprivate var heights: String { Self.range(minimumHeight, maximumHeight) }
    fileprivate var megabytes: String { (Double(bytes) / 1e6).fixed(2) }

    private static func range(_ least: Int, _ most: Int) -> String { least == most ? "\(least)" : "\(least)-\(most)" }
}

extension String {
    /// The text with what would break a line or move the cursor replaced.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar -> Unicode.Scalar in
                    switch (scalar.properties.generalCategory, scalar.value) {
                    // The last two ranges change the order of the letters that follow.
                    case (.control, _), (.lineSeparator, _), (.paragraphSeparator, _), (_, 0x202A...0x202E),
                        (_, 0x2066...0x2069):
                        "\u{FFFD}"
                    default: scalar
                    }
                }))
    }
}
