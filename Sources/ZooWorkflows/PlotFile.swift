import Foundation
import ZooData
import ZooPlots
import ZooRecords

/// The forms in which a plot is written, by the ending of its file's name.
package enum PlotFile {
    /// Dots for each pixel of an SVG plot, so that letters stay sharp on any screen.
    private static let scale = 2
    private static let size = (width: 880, height: 560)
    private static let otherForms = ["jpg", "jpeg", "gif", "webp", "tif", "tiff", "bmp", "pdf", "ps", "eps", "html"]

    /// Says early what `write(to:)` would say of the form, before anything is computed.
    ///
    /// - Throws: `WorkflowError.notWritten` for a form that plots do not have, or a PNG where librsvg is missing;
    ///   as `FileContent.checkOutput`
    package static func check(_ path: String, isReplacing: Bool) throws {
        _ = try rasteriser(for: path)
        try content(for: path).checkOutput(path, isReplacing: isReplacing)
    }

    /// What is wrong with a name that ends as a form does which plots do not have; nil where nothing is.
    package static func problem(of path: String) -> String? {
        otherForms.contains(URL(fileURLWithPath: path).pathExtension.lowercased())
            ? "plots are SVG or PNG: let the name end in .svg or .png" : nil
    }

    /// What a plot of that name holds.
    static func content(for path: String) -> FileContent {
        URL(fileURLWithPath: path).pathExtension.lowercased() == "png" ? .png : .svg
    }

    /// The plot's bytes: PNG for a path that ends in `.png`, else SVG.
    ///
    /// - Throws: as `check`; `WorkflowError.notWritten` where librsvg cannot draw the plot
    static func bytes(of plot: some Plot, for path: String) throws -> Data {
        let svg = plot.svg(width: size.width, height: size.height)
        guard let rasteriser = try rasteriser(for: path) else { return Data(svg.utf8) }
        guard let png = rasteriser.png(svg, width: scale * size.width, height: scale * size.height) else {
            throw WorkflowError.notWritten(path: path, reason: "librsvg cannot draw it; " + conversion(path))
        }
        return Data(png)
    }

    /// What draws a PNG; nil where SVG is wanted.
    private static func rasteriser(for path: String) throws -> SVGRasteriser? {
        if let problem = problem(of: path) { throw WorkflowError.notWritten(path: path, reason: problem) }
        guard content(for: path) == .png else { return nil }
        guard let rasteriser = SVGRasteriser.installed else {
            throw WorkflowError.notWritten(path: path, reason: missing(path))
        }
        return rasteriser
    }

    /// What to do where librsvg is not installed.
    package static func missing(_ path: String) -> String {
        "a PNG needs librsvg, which is not installed (Debian: apt install librsvg2-bin); " + conversion(path)
    }

    private static func conversion(_ path: String) -> String {
        let svg = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent + ".svg"
        return "or write \(svg) and convert it: rsvg-convert -z \(scale) -o \(path.shellQuoted) \(svg.shellQuoted)"
    }
}
