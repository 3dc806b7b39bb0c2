/// A file that says what is in which image.
public struct ImageLabels: Sendable, Equatable {
    /// CSV with a header, or without one where its first row names an image of the folder.
    public var file: String
    /// The column of the images' names; else the first.
    public var fileColumn: String?
    /// The column of the labels, or several of 0 and 1, of which each is a label; empty for the columns of 0 and 1 where
    /// there are several, else the first other one.
    public var labelColumns: [String] = []
    /// A column that says train, valid or test, or whether an image is for validation.
    public var splitColumn: String?
    /// What stands between the labels of an image.
    public var separator = LabelSeparator.automatic
    /// Whether images may have several labels or none, even if each has one.
    public var isMultiLabel = false

    /// Names a file.
    public init(file: String) { self.file = file }

    /// Whether columns are named, as only a header has them.
    var namesColumns: Bool { fileColumn != nil || !labelColumns.isEmpty || splitColumn != nil }
}

/// What stands between the labels of an image.
public enum LabelSeparator: String, Sendable, CaseIterable {
    /// A bar between the texts of a JSON list; else a semicolon or a bar where there is one in the column, else a blank where the
    /// words recur in other combinations.
    case automatic = "auto"
    /// A blank.
    case space
    /// A semicolon.
    case semicolon
    /// A comma.
    case comma
    /// A bar.
    case bar
    /// Nothing: an image has one label, whatever is in it.
    case none

    /// The labels in a field, each once.
    func labels(in field: String) -> [String] {
        let pieces =
            switch self {
            case .none: [field[...]]
            case .space: field.split(whereSeparator: \.isWhitespace)
            case .semicolon, .automatic: field.split(separator: ";")
            case .comma: field.split(separator: ",")
            case .bar: field.split(separator: "|")
            }
        var labels: [String] = []
        for piece in pieces {
            let label = piece.trimmingBlanks
            if !label.isEmpty, !labels.contains(label) { labels.append(label) }
        }
        return labels
    }
}

extension StringProtocol {
    /// The text without white space at its ends.
    var trimmingBlanks: String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
