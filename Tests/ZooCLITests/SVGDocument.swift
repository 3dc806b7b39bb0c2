import Foundation
import Testing

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// Checks of plots that were written.
enum SVGDocument {
    /// Expects a file to be well-formed XML with `svg` as its root, and gives its text.
    @discardableResult
    static func check(_ file: URL, at location: SourceLocation = #_sourceLocation) throws -> String {
        let data = try Data(contentsOf: file)
        let parser = XMLParser(data: data)
        #expect(parser.parse(), "\(String(describing: parser.parserError))", sourceLocation: location)
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("<svg") && text.contains("</svg>"), sourceLocation: location)
        return text
    }
}
