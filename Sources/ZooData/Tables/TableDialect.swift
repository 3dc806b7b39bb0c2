/// How a delimited file is written.
package struct TableDialect: Sendable, Equatable {
    /// The byte between fields, or the first of several.
    package var delimiter: UInt8
    /// The bytes of the delimiter after its first, as the second colon of `::`; empty for a delimiter of one byte.
    package var delimiterRest: [UInt8] = []
    /// The byte around fields that hold delimiters or line breaks; 0 for none.
    package var quote: UInt8 = UInt8(ascii: "\"")
    /// The byte that takes the meaning off a quote, a delimiter or a line end behind it, such as a backslash; 0 for none.
    package var escape: UInt8 = 0
    /// The byte that begins a line of comment; 0 for none.
    package var comment: UInt8 = 0
    /// Lines before the table, which are not read.
    package var skippedLines = 0
    /// Bytes that are taken off the ends of fields without quotes.
    package var trimmedEnds: [UInt8] = []
    /// What the bytes of texts mean.
    package var encoding: TextEncoding = .utf8
    /// The columns of a JSON file, which has none of the above but the encoding; nil for delimited text.
    var json: JSONTable?

    /// A dialect with RFC 4180's quotes.
    package init(delimiter: UInt8) { self.delimiter = delimiter }
}

/// Whether the first record of a file names the columns.
public enum HeaderChoice: String, Sendable, CaseIterable {
    /// Look at the records to find out.
    case auto
    /// It does.
    case first
    /// It is a row like the others.
    case none
}
